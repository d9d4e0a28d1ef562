"""What becomes of care at home when the person comes to hospital, and when they go home again."""

from collections.abc import Callable

import pytest

from flow.pathway import History, assess
from tests.pathway.test_laws import history_of, said
from tests.pathway.told import ENGLAND, Told, at, value_of


def at_home() -> Told:
    """Home since 7 January with a package of acme's, whose first visit was on the 8th."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 10:00", package_id="P")
    return told


def back_in_hospital(told: Told) -> None:
    told.admitted("2026-01-20 10:00", spell_id="S2")


def home_again(told: Told, pathway: str = "P0", method: str = "1") -> None:
    told.tell("patient-discharged", "2026-01-22 10:00", provider="RR8", spell_id="S2",
              discharge_method=method, pathway=pathway)  # fmt: skip


def pauses(told: Told, package: str = "P") -> list[tuple[str, str | None, str | None]]:
    """Of a package: from, until, why."""
    return [
        (f"{each.since.at:%d %H:%M}", f"{each.until.at:%d %H:%M}" if each.until else None,
         each.reason)
        for each in told.journey().packages[package].pauses
    ]  # fmt: skip


def test_care_stands_still_in_hospital_and_goes_on_after_pathway_0() -> None:
    told = at_home()
    back_in_hospital(told)
    assert pauses(told) == [("20 10:00", None, "readmitted")]
    home_again(told)
    assert pauses(told) == [("20 10:00", "22 10:00", "readmitted")]
    assert told.assessed("2026-01-22 11:00").stage.stage == "home_with_support"


def test_after_pathway_1_it_goes_on_only_when_somebody_says_so() -> None:
    told = at_home()
    back_in_hospital(told)
    home_again(told, "P1")
    assert pauses(told) == [("20 10:00", None, "readmitted")]
    assert told.assessed("2026-01-22 11:00").stage.stage == "discharged_waiting_for_start"


def test_whoever_died_in_hospital_goes_on_with_nothing() -> None:
    told = at_home()
    back_in_hospital(told)
    home_again(told, method="4")
    assert pauses(told) == [("20 10:00", None, "readmitted")]


def test_whoever_is_still_in_another_hospital_goes_on_with_nothing() -> None:
    told = at_home()
    back_in_hospital(told)
    told.tell("patient-admitted", "2026-01-21 10:00", provider="RAE", spell_id="S3", site="RAE01",
              ward="W1", admission_method="81")  # fmt: skip
    home_again(told)
    assert pauses(told) == [("20 10:00", None, "readmitted")]


def test_what_was_to_be_restarted_waits_for_its_restart() -> None:
    told = at_home()
    back_in_hospital(told)
    told.tell("care-package-requested", "2026-01-21 10:00", package_id="P", kind="restart",
              service="acme")  # fmt: skip
    home_again(told)
    assert pauses(told) == [("20 10:00", None, "readmitted")]


def test_more_of_what_was_there_before_does_not_stop_it_on_pathway_0() -> None:
    told = at_home()
    back_in_hospital(told)
    told.tell("care-package-requested", "2026-01-21 10:00", package_id="P", kind="increased",
              service="acme")  # fmt: skip
    home_again(told)
    assert pauses(told) == [("20 10:00", "22 10:00", "readmitted")]


def test_what_was_restarted_after_an_earlier_stay_goes_on_after_pathway_0() -> None:
    told = at_home()
    back_in_hospital(told)
    told.tell("care-package-requested", "2026-01-21 10:00", package_id="P", kind="restart",
              service="acme")  # fmt: skip
    home_again(told)
    told.tell("care-package-restarted", "2026-01-22 14:00", package_id="P")
    told.admitted("2026-02-05 10:00", spell_id="S3")
    told.discharged("2026-02-06 10:00", spell_id="S3", pathway="P0")
    assert pauses(told)[1:] == [("05 10:00", "06 10:00", "readmitted")]
    assert not told.waits("package_resume", "2026-02-20 10:00")[1:]


def test_on_hold_with_family_it_is_on_hold_once_and_for_the_stay() -> None:
    told = at_home()
    told.tell("care-package-paused", "2026-01-15 10:00", package_id="P", reason="family_cover")
    back_in_hospital(told)
    assert pauses(told) == [
        ("15 10:00", "20 10:00", "family_cover"), ("20 10:00", None, "readmitted")
    ]  # fmt: skip


def test_on_hold_for_another_reason_it_stays_on_hold() -> None:
    told = at_home()
    told.tell("care-package-requested", "2026-01-09 10:00", package_id="Q", kind="new",
              service="zenith")  # fmt: skip
    told.tell("care-package-paused", "2026-01-15 10:00", package_id="P",
              reason="provider_capacity")  # fmt: skip
    back_in_hospital(told)
    home_again(told)
    assert pauses(told) == [("15 10:00", None, "provider_capacity")]
    assert pauses(told, "Q") == [], "it had not begun"


def by_referral(*visits: str) -> Told:
    """Home since 7 January; referrals R1 and R2, and a first visit for those named."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    for referral in ("R1", "R2"):
        told.tell("referral-made", "2026-01-06 10:00", referral_id=referral, kind="reablement",
                  service="acme")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")
    for referral in visits:
        told.tell("first-visit-completed", "2026-01-08 10:00", referral_id=referral)
    return told


def over(told: Told) -> list[str | None]:
    referrals = told.journey().referrals
    return [
        f"{referral.over.at:%d %H:%M}" if referral.over else None
        for referral in (referrals["R1"], referrals["R2"])
    ]


def test_care_by_a_referral_is_over_with_the_first_stay_after_it() -> None:
    told = by_referral("R1")
    assert over(told) == [None, None]
    back_in_hospital(told)
    assert over(told) == ["20 10:00", None]
    home_again(told, "P1")
    told.admitted("2026-02-01 10:00", spell_id="S4")
    assert over(told) == ["20 10:00", None]


@pytest.mark.parametrize(
    ("kind", "wait", "pathway"),
    [("reablement", "p1_reablement_start", "P1"), ("rehabilitation_bed", "p2_bed_start", "P3")],
)
def test_from_a_centre_by_way_of_hospital_home_a_wait_goes_on(
    kind: str, wait: str, pathway: str
) -> None:
    """Asked for in hospital; the stay in the centre is over in the moment of the discharge."""
    told = Told()
    told.tell("centre-admitted", "2026-01-05 10:00", stay_id="T", service="centre-a")
    told.admitted("2026-01-06 10:00")
    told.tell("referral-made", "2026-01-07 10:00", referral_id="R", kind=kind)
    told.discharged("2026-01-08 10:00", pathway=pathway)
    view = told.assessed("2026-01-08 11:00")
    (runs,) = [each for each in view.open_waits if each.id == wait]
    assert (runs.period, runs.starts_at) == (1, at("2026-01-07 10:00"))


def again(told: Told) -> None:
    back_in_hospital(told)
    home_again(told)


def again_by_referral(told: Told) -> None:
    back_in_hospital(told)
    home_again(told, "P1")


@pytest.mark.parametrize(
    ("begun", "then"),
    [
        (at_home, again),
        (at_home, again_by_referral),
        (lambda: by_referral("R1", "R2"), again_by_referral),
    ],
)
def test_a_journey_that_grew_knows_it_as_one_built_anew(
    begun: Callable[[], Told], then: Callable[[Told], None]
) -> None:
    told = begun()
    then(told)
    grown = History()
    for number, event in enumerate(told.events, start=1):
        grown.add(event, value_of(event))
        assert said(grown, event.time) == said(history_of(told.events[:number]), event.time)
        assess(grown.journey(), ENGLAND, event.time)
    now = at("2026-01-23 10:00")
    assert said(grown, now) == said(history_of(told.events), now)
