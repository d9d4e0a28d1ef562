"""One contract for the log in memory, on the embedded broker and on Apache Kafka."""

from collections.abc import AsyncIterator, Callable

import pytest

from flow.engine.log import NewRecord
from flow.errors import Fenced, LogRefused, LogUnavailable
from tests.engine.logs import LogUnderTest, kafka_log, memory_log, read_all, record


@pytest.fixture(
    params=[
        "memory",
        pytest.param("embedded", marks=pytest.mark.embedded),
        pytest.param("kafka", marks=pytest.mark.kafka),
    ]
)
async def under_test(
    request: pytest.FixtureRequest, unique: Callable[[str], str]
) -> AsyncIterator[LogUnderTest]:
    kind = request.param
    if kind == "memory":
        made = memory_log()
    elif kind == "embedded":
        address = request.getfixturevalue("embedded_broker").address
        made = await kafka_log(kind, address, unique("log"), fenced=False)
    else:
        address = request.getfixturevalue("kafka").address
        made = await kafka_log(kind, address, unique("log"), fenced=True)
    yield made
    await made.log.close()


async def test_an_empty_partition_reads_as_nothing(under_test: LogUnderTest) -> None:
    assert await read_all(under_test.log, under_test.topics[1]) == []


async def test_what_was_written_is_read_in_order_with_keys_values_headers_and_tombstones(
    under_test: LogUnderTest,
) -> None:
    outputs, state = under_test.topics
    writer = await under_test.log.open_writer("w")
    await writer.write(
        [NewRecord(outputs, 0, b"alert", b"1", [("reason", b"because")])],
        [record(state, "a", "1"), record(state, "b", "2"), record(state, "a", None)],
    )
    await writer.write([], [record(state, "c", "3")])
    await writer.close()
    read = await read_all(under_test.log, state, at_least=4)
    assert [(each.key, each.value) for each in read] == [
        (b"a", b"1"),
        (b"b", b"2"),
        (b"a", None),
        (b"c", b"3"),
    ]
    (alert,) = await read_all(under_test.log, outputs, at_least=1)
    assert list(alert.headers) == [("reason", b"because")]
    assert (alert.topic, alert.partition) == (outputs, 0)


async def test_partitions_are_apart(under_test: LogUnderTest) -> None:
    _, state = under_test.topics
    writer = await under_test.log.open_writer("w")
    await writer.write([], [record(state, "a", "1", partition=1)])
    await writer.close()
    assert await read_all(under_test.log, state, 0) == []
    assert len(await read_all(under_test.log, state, 1, at_least=1)) == 1


async def test_the_end_is_reached_after_each_write(under_test: LogUnderTest) -> None:
    _, state = under_test.topics
    writer = await under_test.log.open_writer("w")
    before = (await under_test.log.end_offsets([state], 0))[state]
    await writer.write([], [record(state, "a", "1")])
    after = (await under_test.log.end_offsets([state], 0))[state]
    await writer.close()
    assert before < after
    assert (await read_all(under_test.log, state, at_least=1))[-1].offset < after


async def test_many_records_go_and_come_back_whole(under_test: LogUnderTest) -> None:
    _, state = under_test.topics
    writer = await under_test.log.open_writer("w")
    wanted = [record(state, f"k{number}", "x" * 500) for number in range(5_000)]
    await writer.write([], wanted)
    await writer.close()
    read = await read_all(under_test.log, state, at_least=5_000)
    assert [each.key for each in read] == [each.key for each in wanted]


async def test_a_record_as_large_as_an_event_may_be_is_taken(under_test: LogUnderTest) -> None:
    _, state = under_test.topics
    writer = await under_test.log.open_writer("w")
    await writer.write([], [record(state, "small", "1"), record(state, "large", "x" * 900 * 1024)])
    await writer.close()
    read = await read_all(under_test.log, state, at_least=2)
    assert [len(each.value or b"") for each in read] == [1, 900 * 1024]


async def test_a_record_that_the_broker_never_takes_is_refused_not_retried(
    under_test: LogUnderTest,
) -> None:
    if under_test.name != "kafka":
        pytest.skip("only Apache Kafka has a limit of its own")
    _, state = under_test.topics
    writer = await under_test.log.open_writer("w")
    with pytest.raises(LogRefused, match="flow topics check"):
        await writer.write([], [record(state, "huge", "x" * (3 << 20))])
    await writer.close()
    assert await read_all(under_test.log, state) == []


async def test_a_second_writer_of_the_same_name_shuts_out_the_first(
    under_test: LogUnderTest,
) -> None:
    assert under_test.log.fenced is under_test.transactional
    if not under_test.transactional:
        pytest.skip("the embedded broker cannot fence: one worker only")
    outputs, state = under_test.topics
    first = await under_test.log.open_writer("w")
    await first.write([], [record(state, "a", "first")])
    second = await under_test.log.open_writer("w")
    with pytest.raises(LogUnavailable) as caught:
        await first.write([record(outputs, "alert", "stale")], [record(state, "a", "stale")])
    assert isinstance(caught.value, Fenced)
    await second.write([], [record(state, "a", "second")])
    await first.close()
    await second.close()
    read = await read_all(under_test.log, state, at_least=2)
    assert [each.value for each in read] == [b"first", b"second"]
    assert await read_all(under_test.log, outputs) == []


async def test_a_new_writer_of_the_name_sees_all_that_the_earlier_one_committed(
    under_test: LogUnderTest,
) -> None:
    _, state = under_test.topics
    for number in range(5):
        writer = await under_test.log.open_writer("w")
        assert len(await read_all(under_test.log, state)) == number
        await writer.write([], [record(state, f"k{number}", "1")])
        await writer.close()


async def test_writers_of_other_names_go_on(under_test: LogUnderTest) -> None:
    _, state = under_test.topics
    one = await under_test.log.open_writer("one")
    other = await under_test.log.open_writer("other")
    await one.write([], [record(state, "a", "1")])
    await other.write([], [record(state, "b", "2")])
    await one.close()
    await other.close()
    assert len(await read_all(under_test.log, state, at_least=2)) == 2
