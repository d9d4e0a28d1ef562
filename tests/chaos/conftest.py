"""What the fault tests share: a seed that every failure names, a product, brokers of their own.

Every test here is marked `chaos`: `make chaos` runs them, `make test` does not.
"""

import os
import random
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.brokers.kafka import KafkaBroker, KafkaUnavailable
from tests.chaos.brokers import ProxiedKafka, SmallDiskKafka
from tests.chaos.sepsis_slice import Slice, sepsis_slice
from tests.simulate.sepsis_oracle import SEPSIS_CSV
from tests.system.product import Product, product

HERE = Path(__file__).parent
SEED = int(os.environ.get("FLOW_TEST_SEED", "20131107"))
EVENTS = 800
"""Twenty weeks of the log: 20 steps of a lockstep replay, some seconds without a fault."""


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.chaos)
            item.add_marker(pytest.mark.kafka)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Every failure says how to see it again."""
    try:
        return (yield)
    except Exception as error:
        error.add_note(f"run again with FLOW_TEST_SEED={SEED}")
        raise


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def part(tmp_path: Path) -> Slice:
    """The part of the sepsis log that most runs replay."""
    if not SEPSIS_CSV.exists():
        pytest.skip(f"the sepsis log is not at {SEPSIS_CSV}: see data/README.md beside it")
    return sepsis_slice(EVENTS, tmp_path)


@pytest.fixture
async def running(
    kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Product]:
    """A product on the broker that all tests share: workers may suffer, the broker may not."""
    async with product(kafka.address, tmp_path, unique("chaos")) as made:
        yield made


@pytest.fixture
def proxied_kafka(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[int], ProxiedKafka]]:
    """`proxied_kafka(2)` starts an Apache Kafka with listeners for two proxies."""
    started: list[ProxiedKafka] = []

    def start(gates: int) -> ProxiedKafka:
        try:
            started.append(ProxiedKafka(tmp_path_factory.mktemp("kafka"), gates))
        except KafkaUnavailable as reason:
            unavailable(str(reason))
        started[-1].start()
        return started[-1]

    try:
        yield start
    finally:
        for broker in started:
            broker.stop()
            broker.delete_data()


@pytest.fixture
def small_disk_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDiskKafka]:
    """An Apache Kafka whose disk the test may fill."""
    try:
        broker = SmallDiskKafka(tmp_path_factory.mktemp("kafka"))
    except KafkaUnavailable as reason:
        unavailable(str(reason))
    if (why := broker.mount()) is not None:
        pytest.skip(f"NOT TESTED: a full disk: {why}")
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
        broker.unmount()


def unavailable(reason: str) -> None:
    """Fail where `make chaos` asked for it by name, else skip."""
    if os.environ.get("FLOW_KAFKA_REQUIRED") == "1":
        pytest.fail(f"needs Apache Kafka: {reason}")
    pytest.skip(f"needs Apache Kafka: {reason}")
