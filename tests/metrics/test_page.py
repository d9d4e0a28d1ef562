"""The list of metrics says all there is, and the committed one is in step."""

from pathlib import Path

import pytest

from flow.metrics import page
from flow.metrics.catalogue import PIPELINE
from flow.pathway.contribution import GAUGES
from flow.pathway.services import SERVICE_GAUGES

COMMITTED = Path(__file__).parents[2] / "docs" / "metrics.md"


@pytest.mark.parametrize(
    "name",
    [
        *(metric.name for metric in PIPELINE.values()),
        *(f"patientflow_{name}" for name in (*GAUGES, *SERVICE_GAUGES)),
    ],
)
def test_every_metric_is_listed_once(name: str) -> None:
    assert sum(line.startswith(f"| `{name}` |") for line in page.render().splitlines()) == 1


def test_labels_units_and_meanings_are_told() -> None:
    lines = page.render().splitlines()
    assert (
        "| `patientflow_lag_records` | gauge | `topic` | records |"
        " How far behind the end of an input, summed over the owned partitions. |"
    ) in lines
    place = "`provider`, `council`, `locality`, `pathway`"
    inpatients = f"| `patientflow_inpatients` | {place}, `los_band` | People in hospital"
    assert any(line.startswith(inpatients) for line in lines)


def test_the_committed_page_is_in_step(tmp_path: Path) -> None:
    """Run `make docs` where this fails."""
    page.write(tmp_path / "metrics.md")
    assert COMMITTED.read_text("utf-8") == (tmp_path / "metrics.md").read_text("utf-8")
