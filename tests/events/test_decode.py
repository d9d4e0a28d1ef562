"""The door: every kind of bad input gives exactly one reason, and the good ones get in."""

import json
import tracemalloc
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.errors import Rejected
from flow.events import (
    EVENT_TYPES,
    HORIZON,
    MAX_VALUE_BYTES,
    REASONS,
    TYPE_RANK,
    PatientTransferred,
    decode,
    decode_stored,
    encode,
)
from flow.events.catalogue import example
from tests.events.strategies import OTHER_SUBJECT

MOVED = example("flow.patient-transferred.v1")
KEY = MOVED["subject"].encode()
ABSENT = object()


def changed(**fields: Any) -> bytes:
    """The example with fields replaced; ABSENT takes one away, `data__ward` reaches into data."""
    event = {**MOVED, "data": dict(MOVED["data"])}
    for name, content in fields.items():
        place, _, inner = name.partition("__")
        holder, key = (event[place], inner) if inner else (event, place)
        holder[key] = content
        if content is ABSENT:
            del holder[key]
    return orjson.dumps(event)


def refusal(value: bytes | None, key: bytes | None = KEY, **more: Any) -> tuple[str, str]:
    with pytest.raises(Rejected) as refused:
        decode(value, key=key, **more)
    assert refused.value.reason in REASONS
    return refused.value.reason, refused.value.detail


def test_a_good_event_gets_in_with_its_bytes_untouched() -> None:
    value = orjson.dumps({**MOVED, "unknown": [1, {"x": None}]}, option=orjson.OPT_INDENT_2)
    decoded = decode(value, key=KEY)
    assert decoded.value is value
    event = decoded.event
    assert isinstance(event, PatientTransferred)
    assert event.data.ward == "J19"
    assert event.time == datetime(2026, 3, 18, 11, 15, tzinfo=UTC)
    assert event.identity == "/rr8/pas#EX-0002"
    assert decode_stored(value) == event


def test_a_decoded_event_takes_about_a_kilobyte() -> None:
    values = [orjson.dumps({**MOVED, "id": f"EX-{number}"}) for number in range(100)]
    decode_stored(values[0])  # what is made once
    tracemalloc.start()
    try:
        kept = [decode_stored(value) for value in values]
        size_bytes = tracemalloc.get_traced_memory()[0] / len(kept)
    finally:
        tracemalloc.stop()
    assert size_bytes < 1_200


def test_an_event_of_which_a_field_is_changed_leaves_the_others_as_they_are() -> None:
    value = orjson.dumps(MOVED)
    event, other = decode_stored(value), decode_stored(value)
    changed = event.model_copy(update={"id": "EX-0003"})
    assert changed.id == "EX-0003"
    assert orjson.loads(encode(changed)) == {**orjson.loads(encode(other)), "id": "EX-0003"}
    assert not other.model_fields_set


BAD_VALUES: list[tuple[str, bytes | None, str, str]] = [
    ("no value", None, "null_value", ""),
    ("empty", b"", "not_json", "line 1, column 1"),
    ("text", b"admitted", "not_json", "line 1"),
    ("cut off", changed()[:-2], "not_json", "line 1"),
    ("two values", changed() * 2, "not_json", "line 1"),
    ("byte order mark", b"\xef\xbb\xbf" + changed(), "not_json", "byte order mark"),
    ("NaN in an unknown field", changed()[:-1] + b',"x":NaN}', "not_json", "line 1"),
    ("Infinity in a known field", changed()[:-1] + b',"time":-Infinity}', "not_json", "line 1"),
    ("nested too deeply", changed()[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
     "not_json", ""),
    ("half a surrogate pair", changed()[:-1] + b',"x":"\\ud800"}', "not_json", "line 1"),
    ("Latin-1", changed().replace(b"J19", b"J\xe9"), "bad_utf8", "at byte"),
    ("UTF-16", changed().decode().encode("utf-16"), "bad_utf8", "at byte 0"),
    ("a list", b"[" + changed() + b"]", "invalid", "not a JSON object"),
    ("a string", b'"x"', "invalid", "not a JSON object"),
    ("null", b"null", "invalid", "not a JSON object"),
    ("no type", changed(type=ABSENT), "invalid", "type: union_tag_not_found"),
    ("type is a number", changed(type=3), "invalid", "type: union_tag_invalid"),
    ("unknown type", changed(type="flow.patient-promoted.v1"), "unknown_type", "type"),
    ("another's type", changed(type="com.example.admitted"), "unknown_type", "type"),
    ("type of an output", changed(type="flow.alert-changed.v1"), "unknown_type", "type"),
    ("unknown version", changed(type="flow.patient-transferred.v2"), "unknown_version",
     "known: flow.patient-transferred.v1"),
    ("version 0", changed(type="flow.patient-transferred.v0"), "unknown_version", "known"),
    ("no version", changed(type="flow.patient-transferred"), "unknown_type", "type"),
    ("no time", changed(time=ABSENT), "missing_time", "time"),
    ("null time", changed(time=None), "missing_time", "time"),
    ("empty time", changed(time=""), "missing_time", "time"),
    ("no recordedtime", changed(recordedtime=ABSENT), "missing_time", "recordedtime"),
    ("neither", changed(time=ABSENT, recordedtime=ABSENT), "missing_time", "time, recordedtime"),
    ("naive time", changed(time="2026-03-18T11:15:00"), "naive_time", "time"),
    ("naive recordedtime", changed(recordedtime="2026-03-18 11:15:00"), "naive_time",
     "recordedtime"),
    ("numeric time", changed(time=1773832500), "invalid", "time: must be text"),
    ("HL7 time", changed(time="202603181115"), "invalid", "time: must be a time"),
    ("no such day", changed(time="2026-02-30T00:00:00Z"), "invalid", "time: must be a time"),
    ("year 9999", changed(time="9999-12-31T00:00:00Z"), "future_time", "time"),
    ("year 2200", changed(recordedtime="2200-01-01T00:00:00Z"), "future_time", "recordedtime"),
    ("year 1066", changed(time="1066-10-14T09:00:00Z"), "invalid", "time: must be a time"),
    ("no subject", changed(subject=ABSENT), "invalid", "subject: missing"),
    ("no data", changed(data=ABSENT), "invalid", "data: missing"),
    ("data is text", changed(data="moved"), "invalid", "data: must be an object"),
    ("no ward", changed(data__ward=ABSENT), "invalid", "data.ward: missing"),
    ("ward is a number", changed(data__ward=19), "invalid", "data.ward: must be text"),
    ("free text", changed(data__ward="next to Mr Smith"), "invalid",
     "data.ward: must match ^"),
    ("lower-case provider", changed(data__provider="rr8"), "invalid",
     "data.provider: must match ^"),
    ("id with a slash", changed(id="a/b"), "invalid", "id: must match ^"),
    ("source with a hash", changed(source="/rr8#pas"), "invalid",
     "source: must match ^"),
    ("id too long", changed(id="x" * 129), "invalid", "id: must have 128 or fewer characters"),
    ("other CloudEvents", changed(specversion="0.3"), "invalid", "specversion: must be 1.0"),
    ("corrects no identity", changed(corrects="EX-0001"), "invalid",
     "corrects: not of the form"),
    ("NHS number", changed(subject="9990000018"), "subject_is_nhs_number", "subject"),
    ("NHS number in groups", changed(subject="999 000 0018"), "subject_is_nhs_number", "subject"),
    ("NHS number as a number", changed(subject=9990000018), "subject_is_nhs_number", "subject"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "reason", "detail"),
    [row[1:] for row in BAD_VALUES],
    ids=[row[0] for row in BAD_VALUES],
)
def test_a_bad_value_gives_one_reason(value: bytes | None, reason: str, detail: str) -> None:
    found, said = refusal(value)
    assert (found, detail in said) == (reason, True), said


@pytest.mark.parametrize(
    ("kind", "field", "content", "problem"),
    [
        (
            "flow.criteria-to-reside-assessed.v1",
            "criterion",
            "13",
            "must be one of 01, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11, 12",
        ),
        ("flow.criteria-to-reside-assessed.v1", "meets", "no", "must be true or false"),
        ("flow.criteria-to-reside-assessed.v1", "meets", 0, "must be true or false"),
        (
            "flow.delay-reason-recorded.v1",
            "reason",
            "cap_new_reason",
            "must be one of 38 codes of delay_reasons, in docs/events/codes.md",
        ),
        ("flow.pathway-decided.v1", "pathway", "P4", "must be one of P0, P1, P2, P3"),
        ("flow.patient-admitted.v1", "council", "Leeds", "must match ^[EWSN][0-9]{8}$"),
        ("flow.expected-discharge-date-set.v1", "expected_discharge_date", 20540, "must be text"),
        ("flow.care-package-requested.v1", "visits_per_week", "14", "must be a whole number"),
        ("flow.care-package-requested.v1", "visits_per_week", -1, "must be 0 or more"),
        ("flow.care-package-requested.v1", "hours_per_week", 169, "must be 168 or less"),
        ("flow.care-package-requested.v1", "hours_per_week", "nan", "must be a number"),
        ("flow.care-package-requested.v1", "planned_start_at", "2026-04-24", "naive_time"),
    ],
)
def test_a_bad_field_is_named(kind: str, field: str, content: object, problem: str) -> None:
    event = example(kind)
    event["data"] = {**event["data"], field: content}
    reason, detail = refusal(orjson.dumps(event))
    if problem == "naive_time":
        assert (reason, detail) == ("naive_time", f"data.{field}")
    else:
        assert (reason, detail) == ("invalid", f"data.{field}: {problem}")


def test_a_detail_names_a_few_fields_and_counts_the_rest() -> None:
    event = example("flow.care-package-requested.v1")
    event["data"] = dict.fromkeys(event["data"], "???")
    _, detail = refusal(orjson.dumps(event))
    assert detail.count("data.") == 5
    assert detail.endswith(f"and {len(event['data']) - 5} more")


def test_missing_attributes_are_named() -> None:
    moved = changed(id=ABSENT, source=ABSENT, subject=ABSENT, data=ABSENT)
    assert refusal(moved) == (
        "invalid",
        "id: missing; source: missing; subject: missing; data: missing",
    )


@pytest.mark.parametrize("key", [None, b""])
def test_a_missing_key_is_refused(key: bytes | None) -> None:
    assert refusal(changed(), key)[0] == "missing_key"


@pytest.mark.parametrize("key", [OTHER_SUBJECT.encode(), KEY + b" ", b"\xff\xfe"])
def test_a_key_that_is_not_the_subject_is_refused(key: bytes) -> None:
    assert refusal(changed(), key)[0] == "key_mismatch"


@pytest.mark.parametrize("key", [b"9990000018", b"999 000 0018"])
def test_an_nhs_number_as_key_is_told_apart(key: bytes) -> None:
    assert refusal(changed(), key) == ("subject_is_nhs_number", "key")


def padded(size_bytes: int) -> bytes:
    value = changed(padding="")
    return changed(padding="x" * (size_bytes - len(value)))


def test_the_largest_value_gets_in_and_one_byte_more_does_not() -> None:
    assert len(padded(MAX_VALUE_BYTES)) == MAX_VALUE_BYTES
    assert decode(padded(MAX_VALUE_BYTES), key=KEY)
    reason, detail = refusal(padded(MAX_VALUE_BYTES + 1))
    assert reason == "too_large"
    assert detail == f"{MAX_VALUE_BYTES + 1} bytes, more than {MAX_VALUE_BYTES}"


RECEIVED = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("field", ["time", "recordedtime"])
@pytest.mark.parametrize("clock", ["kafka_time", "now"])
def test_an_event_years_ahead_is_refused(field: str, clock: str) -> None:
    clocks: dict[str, Any] = {clock: RECEIVED}
    last = RECEIVED + HORIZON
    in_time = changed(**{field: last.isoformat()})
    too_late = changed(**{field: (last + timedelta(seconds=1)).isoformat()})
    assert decode(in_time, key=KEY, **clocks)
    assert decode(too_late, key=KEY), "without a clock there is nothing to compare with"
    assert refusal(too_late, **clocks) == ("future_time", field)


def test_the_newest_tick_counts_more_than_kafkas_time() -> None:
    """A replay of 2013 is stamped today; a simulation of 2030 is too."""
    ahead = changed(time=(RECEIVED + timedelta(days=400)).isoformat())
    far = RECEIVED + timedelta(days=4000)
    assert decode(ahead, key=KEY, kafka_time=RECEIVED, now=far)
    assert refusal(ahead, kafka_time=far, now=RECEIVED)[0] == "future_time"
    assert decode(ahead, key=KEY, now=RECEIVED, horizon=timedelta(days=500))


def test_a_type_belongs_to_its_topic() -> None:
    assert decode(changed(), key=KEY, topic="admission")
    reason, detail = refusal(changed(), topic="discharge")
    assert reason == "wrong_topic"
    assert detail == "flow.patient-transferred.v1 belongs to admission"


@pytest.mark.parametrize(
    ("traceparent", "kept"),
    [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", True),
        ("zz", False),
        (5, False),
        (None, False),
    ],
)
def test_a_malformed_traceparent_does_not_cost_the_event(traceparent: object, kept: bool) -> None:
    event = decode(changed(traceparent=traceparent), key=KEY).event
    assert event.traceparent == (traceparent if kept else None)


def test_a_stored_value_that_no_longer_fits_is_told_with_its_reason() -> None:
    with pytest.raises(Rejected, match=r"invalid: data\.ward: missing"):
        decode_stored(changed(data__ward=ABSENT))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_nothing_else_is_raised(value: bytes) -> None:
    assert refusal(value)[0] in {"not_json", "bad_utf8", "invalid"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.sampled_from(sorted(EVENT_TYPES)), st.data())
def test_whatever_a_field_holds_the_answer_is_an_event_or_a_reason(
    kind: str, data: st.DataObject
) -> None:
    event = example(kind)
    holder: Mapping[str, Any] = data.draw(st.sampled_from([event, dict(event["data"])]))
    broken = {**holder, data.draw(st.sampled_from([*holder, "more"])): data.draw(json_values)}
    # The standard library's writer knows NaN, Infinity and integers of any size.
    value = json.dumps(broken if holder is event else {**event, "data": broken}).encode()
    reason = ""
    try:
        decoded = decode(value, key=event["subject"].encode())
    except Rejected as refused:
        reason = refused.reason
    else:
        assert orjson.loads(decoded.value), "other readers can read what was let in"
        assert decode_stored(encode(decoded.event)) == decoded.event
    assert not reason or reason in REASONS


def test_types_know_their_rank_and_topic() -> None:
    assert TYPE_RANK["flow.patient-admitted.v1"] < TYPE_RANK["flow.patient-transferred.v1"]
    assert TYPE_RANK["flow.patient-transferred.v1"] < TYPE_RANK["flow.patient-discharged.v1"]
    assert TYPE_RANK["flow.patient-died.v1"] == max(TYPE_RANK.values())
    assert set(TYPE_RANK) == set(EVENT_TYPES)
