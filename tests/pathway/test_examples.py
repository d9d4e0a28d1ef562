"""Each wait and each notice has an example that runs, is late, and closes.

Where a new wait has none: add a table to flow/pathway/examples.toml and run `make docs`.
"""

import io
from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest

from flow.cli.folding import Folded, fold_people, read_lines
from flow.pathway import WAITS, Alert
from flow.pathway.examples import Example, examples
from flow.pathway.journey import NoticeKind
from flow.pathway.targets import BREACHED
from tests.pathway.told import ENGLAND

COMMITTED = Path(__file__).parents[2] / "docs" / "examples"
NOTICES = get_args(NoticeKind)


def folded(example: Example, at: datetime | None = None) -> Folded:
    """The person as the committed file tells of them."""
    read = read_lines(io.BytesIO((COMMITTED / f"{example.name}.jsonl").read_bytes()))
    assert read.bad == []
    assert read.newest is not None
    (person,) = fold_people(read.people, ENGLAND, at or read.newest)
    return person


def about(example: Example, person: Folded) -> list[Alert]:
    return [alert for alert in person.alerts if alert.wait == example.name]


def is_late(alert: Alert) -> bool:
    return alert.kind == "delay" and alert.level.startswith(BREACHED) and alert.state != "closed"


def test_every_wait_and_notice_has_one() -> None:
    assert set(examples()) == {*WAITS, *NOTICES}


@pytest.mark.parametrize("wait", WAITS)
def test_of_a_wait_precisely_it_is_late(wait: str) -> None:
    example = examples()[wait]
    person = folded(example, example.looked_at)
    expected = sorted((wait, *example.late_too))
    assert sorted(alert.wait for alert in person.alerts if is_late(alert)) == expected
    late = [each.id for each in person.assessment.open_waits if each.state == "breached"]
    assert sorted(late) == expected


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_stands(notice: str) -> None:
    example = examples()[notice]
    (alert,) = about(example, folded(example, example.looked_at))
    assert (alert.kind, alert.state) == ("notice", "open")


@pytest.mark.parametrize("name", [*WAITS, *NOTICES])
def test_its_last_event_closes_it(name: str) -> None:
    example = examples()[name]
    alert = about(example, folded(example))[0]
    last = example.events[-1]
    assert alert.state == "closed"
    assert alert.closed_reason == ("done" if name in NOTICES else "done_late")
    assert alert.stopped_by == (f"{last['source']}#{last['id']}",)


@pytest.mark.parametrize("name", [*WAITS, *NOTICES])
def test_nothing_in_it_is_doubtful(name: str) -> None:
    assert folded(examples()[name]).assessment.findings == ()
