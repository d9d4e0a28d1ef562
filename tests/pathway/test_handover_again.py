"""Whoever sent a handover that was refused has to mend it and send it again (domain.md 12.1,
12.4 `handover_ack`): only acceptance moves responsibility, and nobody else would notice."""

from typing import Any

import pytest

from tests.pathway.told import PROVIDER, Told

AIRE, V1 = "aire-home-care", {"handover_id": "V1"}
NOW = "2026-03-04 19:00"


def refused(sender: str | None = None) -> Told:
    """Of somebody on pathway 1, whom the service has accepted as a referral, since papers are
    missing; then they go home."""
    told = Told()
    told.admitted("2026-03-01 20:00")
    told.in_spell("pathway-decided", "2026-03-03 10:00", pathway="P1", status="confirmed")
    told.reviewed("2026-03-04 09:00", meets=False)
    told.tell("referral-made", "2026-03-04 15:00", referral_id="R1", kind="home_care", service=AIRE)
    told.tell("referral-accepted", "2026-03-04 16:00", referral_id="R1")
    by = {"from_organisation": sender} if sender else {}
    told.tell("handover-sent", "2026-03-04 16:00", **V1, to_service=AIRE, **by)
    told.tell("handover-rejected", "2026-03-04 16:30", **V1, reason="items_outstanding")
    return told


def at_home(sender: str | None = None) -> Told:
    told = refused(sender)
    told.discharged("2026-03-04 18:00", pathway="P1")
    return told


def ended(told: Told, when: str) -> Any:
    return told.wait("handover_again", when).ended


def test_the_hospital_has_to_send_it_again() -> None:
    wait = at_home().wait("handover_again", NOW)
    assert (wait.about, wait.state, wait.acts_next) == (
        "V1", "breached", (PROVIDER, "discharge_coordinator"),
    )  # fmt: skip


def test_whoever_sent_it_has_to() -> None:
    wait = at_home("QWO").wait("handover_again", NOW)
    assert wait.acts_next == ("QWO", "discharge_coordinator")


@pytest.mark.parametrize(
    ("kind", "data", "how"),
    [
        ("handover-sent", V1, "done"),
        ("handover-accepted", V1, "done"),
        ("handover-sent", {"handover_id": "V2", "to_service": "calder"}, "cancelled"),
        ("handover-accepted", {"handover_id": "V2", "service": "calder"}, "cancelled"),
        ("first-visit-completed", {"referral_id": "R1"}, "cancelled"),
        ("first-visit-completed", {"package_id": "P1", "service": AIRE}, "cancelled"),
        ("care-package-started", {"package_id": "P1", "service": AIRE}, "cancelled"),
        ("centre-admitted", {"stay_id": "T1", "service": "slic"}, "cancelled"),
        ("referral-rejected", {"referral_id": "R1", "reason": "no_capacity"}, "cancelled"),
        ("referral-withdrawn", {"referral_id": "R1", "reason": "other_service"}, "cancelled"),
        ("patient-died", {}, "died"),
        ("patient-admitted", {"provider": "RAE", "spell_id": "S2"}, "reset"),
        ("first-visit-completed", {"package_id": "P2", "service": "a-nurse"}, None),
        ("discharge-summary-sent", {"provider": PROVIDER, "spell_id": "S1"}, None),
    ],
)
def test_it_ends(kind: str, data: dict[str, str], how: str | None) -> None:
    told = at_home()
    told.tell(kind, "2026-03-05 09:00", **data)
    assert ended(told, "2026-03-05 10:00") == how


def test_it_is_not_asked_for_after_the_next_stay() -> None:
    told = at_home()
    told.admitted("2026-03-05 09:00", spell_id="S2", admission_method="21")
    told.discharged("2026-03-06 09:00", spell_id="S2", pathway="P1")
    assert [wait.period for wait in told.waits("handover_again", "2026-03-06 10:00")] == [1]


def test_refused_once_more_it_waits_anew() -> None:
    told = at_home()
    told.tell("handover-sent", "2026-03-05 09:00", **V1)
    told.tell("handover-rejected", "2026-03-05 10:00", **V1, reason="items_outstanding")
    assert told.wait("handover_again", "2026-03-05 11:00", period=2).state == "running"


def test_who_had_accepted_and_gives_the_person_back_is_not_sent_it_again() -> None:
    told = refused()
    told.tell("handover-accepted", "2026-03-04 17:00", **V1)
    told.tell("handover-rejected", "2026-03-04 17:30", **V1, reason="items_outstanding")
    assert ended(told, NOW) == "done"
    assert len(told.waits("handover_again", NOW)) == 1


def test_it_stands_still_while_the_person_is_unwell() -> None:
    told = refused()
    told.reviewed("2026-03-04 17:00", meets=True)
    assert ended(told, NOW) == "reset"
    told.reviewed("2026-03-05 09:00", meets=False)
    assert told.wait("handover_again", "2026-03-05 10:00", period=2).state == "running"
