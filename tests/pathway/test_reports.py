"""One report of a service takes another's place: mistyped numbers, a mistyped time, taken back."""

import json
from itertools import permutations
from typing import Any

import pytest

from flow.events import decode_stored
from flow.events.care_package import CentreCapacityReported
from flow.pathway.services import Reports, report_of
from flow.pathway.services.told import KEPT
from tests.pathway.told import at

SOURCE = "/slic/capacity"


def said(
    number: str, when: str, *, recorded: str | None = None, corrects: str | None = None,
    source: str = SOURCE, **data: Any,
) -> CentreCapacityReported:  # fmt: skip
    event = decode_stored(
        json.dumps(
            {
                "specversion": "1.0",
                "id": number,
                "source": source,
                "type": "flow.centre-capacity-reported.v1",
                "time": at(when).isoformat(),
                "recordedtime": at(recorded or when).isoformat(),
                "subject": "slic",
                "corrects": f"{SOURCE}#{corrects}" if corrects else None,
                "data": {"kind": "independence_centre", **data},
            }
        ).encode()
    )
    assert isinstance(event, CentreCapacityReported)
    return event


MORNING = said("1", "2026-01-05 07:00", beds_open=40, beds_occupied=30)
MISTYPED = said("2", "2026-01-05 19:00", beds_open=4, beds_occupied=30)
MENDED = said(
    "3", "2026-01-05 18:00", recorded="2026-01-05 20:00", corrects="2", beds_open=38
)  # fmt: skip
TAKEN_BACK = said("4", "2026-01-05 19:00", recorded="2026-01-05 21:00", corrects="2")


def known(*events: CentreCapacityReported) -> tuple[str | None, list[str]]:
    """The identifier of the report that counts, and the rules of the findings."""
    reports = Reports()
    for event in events:
        reports.add(event)
    report, findings = reports.look({"/hub": frozenset({SOURCE})})
    number = report.event.rpartition("#")[2] if report is not None else None
    return number, [finding.rule for finding in findings]


@pytest.mark.parametrize(
    ("events", "counts", "rules"),
    [
        pytest.param((MORNING, MISTYPED), "2", [], id="nobody has mended it"),
        pytest.param((MORNING, MISTYPED, MENDED), "3", [], id="mended, with an earlier time"),
        pytest.param((MORNING, MISTYPED, TAKEN_BACK), "4", [], id="taken back: nobody knows"),
        pytest.param((MORNING, MENDED), "3", ["correction_waits"], id="its target was not seen"),
        pytest.param(
            (MORNING, MISTYPED, said("5", "2026-01-05 18:00", corrects="2", source="/other")),
            "2", ["correction_not_allowed"], id="by somebody who may not",
        ),
        pytest.param(
            (MORNING, MISTYPED, said("5", "2026-01-05 18:00", corrects="2", source="/hub")),
            "5", [], id="by somebody whom the policy names",
        ),
        pytest.param(
            (MISTYPED, MENDED, said("6", "2026-01-05 17:00", recorded="2026-01-05 22:00",
                                    corrects="3", beds_open=39)),
            "6", [], id="mended twice: the first does not come back",
        ),
        pytest.param(
            (MORNING, said("7", "2026-01-05 08:00", corrects="8"),
             said("8", "2026-01-05 09:00", corrects="7")),
            "1", ["correction_cycle"], id="in a circle both are void",
        ),
    ],
)  # fmt: skip
def test_which_report_counts_in_whatever_order_they_come(
    events: tuple[CentreCapacityReported, ...], counts: str, rules: list[str]
) -> None:
    for order in permutations(events):
        assert known(*order) == (counts, rules)
        assert known(*order, *order) == (counts, rules), "again"


def test_what_was_published_counts_until_it_is_mended_or_a_newer_one_comes() -> None:
    reports = Reports()
    reports.published = report_of(MISTYPED)
    assert reports.look({})[0] == report_of(MISTYPED)
    reports.add(MORNING)
    assert reports.look({})[0] == report_of(MISTYPED), "older than what was published"
    reports.add(MENDED)
    assert reports.look({})[0] == report_of(MENDED)


def test_few_are_held() -> None:
    reports = Reports()
    for number in range(2 * KEPT):
        when = f"2026-01-{1 + number // 24:02} {number % 24:02}:00"
        reports.add(said(f"r{number}", when, beds_open=number))
    assert len(reports) == KEPT
    newest, _ = reports.look({})
    assert newest is not None
    assert newest.beds_open == 2 * KEPT - 1
