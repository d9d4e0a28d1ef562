"""A real event log from first to last event, through a worker on each broker, against the oracle.

The oracle computes from the CSV with the standard library only. The replay is in lockstep, so
which alerts are raised, when, and how they close is a function of the log as well.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.simulate.sepsis_oracle import SEPSIS_CSV
from tests.system.agreement import assert_agrees
from tests.system.product import Product, product
from tests.system.sepsis import KEEPS_EVERYBODY, replay_in_lockstep, sepsis_events, sepsis_ticks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEPSIS_CSV.exists(), reason="../shared/data/sepsis-log is not here"),
]


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=pytest.mark.embedded),
        pytest.param("kafka", marks=pytest.mark.kafka),
    ]
)
async def running(
    request: pytest.FixtureRequest, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Product]:
    fixture = "embedded_broker" if request.param == "embedded" else "kafka"
    address = request.getfixturevalue(fixture).address
    async with product(address, tmp_path, unique("sepsis"), policy=KEEPS_EVERYBODY) as made:
        yield made


@pytest.mark.timeout(400)
async def test_the_sepsis_log_from_first_to_last_event_agrees_person_by_person(
    running: Product,
) -> None:
    events = sepsis_events()
    ticks = sepsis_ticks(events)
    worker = running.start()
    await worker.until_ready()
    await replay_in_lockstep(running, events, ticks)
    assert await worker.stop() == 0
    await assert_agrees(running, ticks)
