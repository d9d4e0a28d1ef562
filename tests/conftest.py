"""What all tests share: real brokers, unique names, Hypothesis profiles, loud skips.

Ask for `embedded_broker` or `kafka` (one for the whole run: use `unique` names) or for
`private_kafka` (one's own, to kill). A test that asks for one is marked `embedded` or `kafka`
by itself; tests that choose a broker by parameter put the mark on the parameter.
"""

import os
import uuid
from collections.abc import Callable, Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from flow.engine.embedded import EmbeddedBroker
from tests.brokers import kafka as apache_kafka
from tests.brokers.kafka import KafkaBroker, KafkaUnavailable
from tests.longest_first import place_of

REAL_DATA = "../shared/data"
"""Named by every skip that comes from the lack of it."""

# Set by `make test-kafka`: whoever asks for these tests by name must not be told that all is well
# because all were skipped.
KAFKA_REQUIRED = os.environ.get("FLOW_KAFKA_REQUIRED") == "1"

# `default` tries the same examples in every run, so that a failure comes from a change;
# HYPOTHESIS_PROFILE=thorough looks for new ones. Deadlines, and how slowly examples are drawn,
# measure a shared machine, not the code.
settings.register_profile(
    "default",
    max_examples=100,
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    max_examples=3000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture
def unique() -> Callable[[str], str]:
    """`unique("alerts")`: a topic, group or transactional id that no other test uses."""
    return lambda name: f"{name}-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(apache_kafka.free_ports(1)[0]) as broker:
        yield broker


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """Apache Kafka for the whole run. Do not stop it."""
    broker = _new_kafka(tmp_path_factory)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
        broker.delete_data()


@pytest.fixture
def private_kafka(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[], KafkaBroker]]:
    """`private_kafka()` starts an Apache Kafka that the test may stop, kill and freeze."""
    brokers: list[KafkaBroker] = []
    request.node.stash[_PRIVATE_BROKERS] = brokers

    def start() -> KafkaBroker:
        brokers.append(_new_kafka(tmp_path_factory))
        brokers[-1].start()
        return brokers[-1]

    try:
        yield start
    finally:
        for broker in brokers:
            broker.stop()
            broker.delete_data()


_PRIVATE_BROKERS = pytest.StashKey[list[KafkaBroker]]()


def _new_kafka(folders: pytest.TempPathFactory) -> KafkaBroker:
    try:
        return KafkaBroker(folders.mktemp("kafka"))
    except KafkaUnavailable as reason:
        if KAFKA_REQUIRED:
            pytest.fail(f"needs Apache Kafka: {reason}")
        pytest.skip(f"needs Apache Kafka: {reason}")


def pytest_report_header() -> str:
    reason = apache_kafka.why_unavailable()
    kafka_line = f"Apache Kafka {apache_kafka.VERSION}" if reason is None else f"WITHOUT ({reason})"
    return f"brokers: embedded (Tansu); {kafka_line}"


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        asked_for = set(getattr(item, "fixturenames", ()))
        if asked_for & {"kafka", "private_kafka"}:
            item.add_marker(pytest.mark.kafka)
        if "embedded_broker" in asked_for:
            item.add_marker(pytest.mark.embedded)
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: place_of(item.nodeid.partition("::")[0]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        shared = getattr(item, "funcargs", {}).get("kafka")
        for broker in [*([shared] if shared else []), *item.stash.get(_PRIVATE_BROKERS, [])]:
            report.sections.append((f"end of {broker.log_file}", broker.log_tail()))
    return report


def _lacks_prometheus(skipped: pytest.TestReport) -> bool:
    """Whether the reason of a skip names a program of Prometheus' family."""
    reason = str(skipped.longrepr[2] if isinstance(skipped.longrepr, tuple) else "").lower()
    return any(name in reason for name in ("prometheus", "promtool", "alertmanager", "amtool"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    loudly = {
        "NOT TESTED ON APACHE KAFKA": [each for each in skipped if "kafka" in each.keywords],
        "NOT TESTED ON REAL DATA": [each for each in skipped if REAL_DATA in str(each.longrepr)],
        "NOT TESTED ON PROMETHEUS": [each for each in skipped if _lacks_prometheus(each)],
    }
    for what, tests in loudly.items():
        if tests:
            terminalreporter.section(what, red=True)
            terminalreporter.write_line(f"{len(tests)} tests skipped, for the reasons below")
