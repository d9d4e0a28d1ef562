"""Which of several reasons why a person is still in hospital is the primary one."""

import pytest

from flow.pathway.delay_reasons import reason_shown
from tests.pathway.told import Told

TRANSPORT, INFECTION, NO_BED = "hosp_transport", "hosp_ipc", "cap_p2_bed"


@pytest.mark.parametrize(
    ("recorded", "primary"),
    [
        ([(TRANSPORT, "10:00", False), (NO_BED, "11:00", False)], TRANSPORT),
        ([(TRANSPORT, "10:00", False), (NO_BED, "11:00", True)], NO_BED),
        ([(TRANSPORT, "10:00", True), (NO_BED, "11:00", False)], TRANSPORT),
        ([(TRANSPORT, "10:00", True), (NO_BED, "11:00", True)], NO_BED),
        ([(TRANSPORT, "10:00", True), (NO_BED, "10:00", True)], NO_BED),
        ([(TRANSPORT, "10:00", True), (NO_BED, "11:00", True), (TRANSPORT, "12:00", True)],
         TRANSPORT),
        ([(TRANSPORT, "10:00", False), (NO_BED, "11:00", False), (INFECTION, "12:00", True)],
         INFECTION),
    ],
)  # fmt: skip
def test_marked_last_else_applying_longest(
    recorded: list[tuple[str, str, bool]], primary: str
) -> None:
    person = ready_to_leave()
    for reason, when, marked in recorded:
        person.in_spell(
            "delay-reason-recorded", f"2026-01-07 {when}", reason=reason, primary=marked
        )
    assert shown(person) == primary


def test_what_was_cleared_is_not_shown() -> None:
    person = ready_to_leave()
    person.in_spell("delay-reason-recorded", "2026-01-07 10:00", reason=TRANSPORT, primary=True)
    person.in_spell("delay-reason-recorded", "2026-01-07 11:00", reason=NO_BED, primary=False)
    person.in_spell("delay-reason-cleared", "2026-01-07 12:00", reason=TRANSPORT)
    assert shown(person) == NO_BED


def test_reasons_end_with_the_readiness() -> None:
    person = ready_to_leave()
    person.in_spell("delay-reason-recorded", "2026-01-07 10:00", reason=TRANSPORT, primary=True)
    person.reviewed("2026-01-08 09:00", meets=True)
    assert shown(person) == "unknown"
    person.reviewed("2026-01-09 09:00", meets=False)
    assert shown(person) == "unknown"
    person.in_spell("delay-reason-recorded", "2026-01-09 10:00", reason=NO_BED, primary=False)
    assert shown(person) == NO_BED


def ready_to_leave() -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-07 09:00", meets=False)
    return person


def shown(person: Told) -> str:
    spell = person.journey().current
    assert spell is not None
    return reason_shown(spell)
