"""Home on pathway 0 with care that stood still for the stay: whoever said that they stand down is
waited for, and whoever was told to is told that the person is home again."""

from collections.abc import Callable

import pytest

from tests.pathway.test_care_through_a_stay import at_home, back_in_hospital, home_again, pauses
from tests.pathway.test_notices import open_notices
from tests.pathway.told import Told, at

NOW = "2026-01-22 11:00"
TOLD_AGAIN = [("comes_after_all", "acme", "discharged")]


def stands_down(told: Told) -> None:
    told.tell("alert-acknowledged", "2026-01-20 12:00", wait="stand_down", about="acme", by="b")


def pauses_it(told: Told, reason: str = "readmitted") -> None:
    told.tell("care-package-paused", "2026-01-20 12:00", package_id="P", reason=reason)


def pauses_it_before(told: Told) -> None:
    """Its carer was there when the ambulance came."""
    told.tell("care-package-paused", "2026-01-20 09:00", package_id="P", reason="readmitted")


def stay(*said: Callable[[Told], None], pathway: str | None = "P0") -> Told:
    told = at_home()
    back_in_hospital(told)
    for say in said:
        say(told)
    if pathway is None:
        told.discharged("2026-01-22 10:00", spell_id="S2")
    else:
        home_again(told, pathway)
    return told


def stage(told: Told, now: str = NOW) -> str:
    return told.assessed(now).stage.stage


def waited_for(told: Told, now: str = NOW) -> list[str]:
    waits = ("package_resume", "package_start")
    return [f"{w.id} {w.about}" for w in told.assessed(now).open_waits if w.id in waits]


@pytest.mark.parametrize(
    "said", [stands_down, pauses_it, pauses_it_before, lambda t: pauses_it(t, "provider_capacity")]
)
def test_a_provider_that_said_it_stands_still_is_waited_for(said: Callable[[Told], None]) -> None:
    told = stay(said)
    assert stage(told) == "discharged_waiting_for_start"
    assert waited_for(told) == ["package_resume P"]
    assert open_notices(told, NOW) == TOLD_AGAIN


@pytest.mark.parametrize("comes", ["first-visit-completed", "care-package-restarted"])
def test_until_it_says_that_it_goes_on_or_visits(comes: str) -> None:
    told = stay(stands_down)
    told.tell(comes, "2026-01-22 18:00", package_id="P")
    assert stage(told, "2026-01-22 19:00") == "home_with_support"
    assert waited_for(told, "2026-01-22 19:00") == []
    assert open_notices(told, "2026-01-22 19:00") == []


def test_a_provider_that_answered_nothing_is_told_and_care_goes_on() -> None:
    told = stay()
    assert stage(told) == "home_with_support"
    assert waited_for(told) == []
    assert open_notices(told, NOW) == TOLD_AGAIN
    told.tell("alert-acknowledged", "2026-01-22 12:00", wait="comes_after_all", about="acme",
              by="b")  # fmt: skip
    assert open_notices(told, "2026-01-22 13:00") == []


@pytest.mark.parametrize("pathway", ["P1", None])
def test_who_is_waited_for_on_other_pathways_is_told_too(pathway: str | None) -> None:
    told = stay(pathway=pathway)
    assert waited_for(told) == ["package_resume P"]
    assert open_notices(told, NOW) == TOLD_AGAIN


@pytest.mark.parametrize("pathway", ["P2", "P3"])
def test_nobody_is_sent_to_the_home_of_somebody_in_a_bed_elsewhere(pathway: str) -> None:
    assert open_notices(stay(stands_down, pathway=pathway), NOW) == []


def test_back_in_the_centre_nobody_comes_home() -> None:
    told = at_home()
    told.tell("centre-admitted", "2026-01-15 10:00", stay_id="T", service="slic")
    back_in_hospital(told)
    told.discharged("2026-01-22 10:00", spell_id="S2")
    assert [n for n in open_notices(told, NOW) if n[0] == "comes_after_all"] == []


def test_what_was_said_of_an_earlier_stay_holds_no_longer() -> None:
    told = stay(stands_down, pauses_it)
    told.tell("care-package-restarted", "2026-01-22 18:00", package_id="P")
    told.admitted("2026-02-05 10:00", spell_id="S3")
    told.discharged("2026-02-06 10:00", spell_id="S3", pathway="P0")
    assert pauses(told)[1:] == [("05 10:00", "06 10:00", "readmitted")]
    assert open_notices(told, "2026-02-06 11:00") == TOLD_AGAIN


def test_a_package_of_nobody_by_name_is_told_until_somebody_visits() -> None:
    told = Told()
    told.tell("first-visit-completed", "2026-01-08 10:00", package_id="P")
    told.admitted("2026-01-20 10:00", spell_id="S2")
    home_again(told)
    assert open_notices(told, NOW) == [("comes_after_all", "P", "discharged")]
    told.tell("first-visit-completed", "2026-01-22 18:00", package_id="P")
    assert open_notices(told, "2026-01-22 19:00") == []


def test_back_in_hospital_once_more_they_are_to_stand_down() -> None:
    told = stay()
    told.admitted("2026-01-22 20:00", spell_id="S3")
    assert open_notices(told, "2026-01-22 21:00") == [("stand_down", "acme", "readmitted")]


def leaving(*said: Callable[[Told], None]) -> Told:
    """acme gave it up to 30 January, and zenith is to come."""
    told = at_home()
    told.tell("care-package-handed-back", "2026-01-15 10:00", package_id="P", service="acme",
              reason="staffing", care_until="2026-01-30T17:00:00Z")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-16 10:00", package_id="P", service="zenith",
              first_visit_due_at="2026-01-31T09:00:00Z")  # fmt: skip
    back_in_hospital(told)
    for say in said:
        say(told)
    home_again(told)
    return told


def test_who_leaves_and_stood_down_comes_no_more_by_itself() -> None:
    told = leaving()
    assert told.journey().packages["P"].cared_for_until is not None
    told = leaving(stands_down)
    assert told.journey().packages["P"].cared_for_until is None
    assert ("comes_after_all", "acme", "discharged") in open_notices(told, NOW)


def by_visits(
    *said: Callable[[Told], None], pathway: str = "P0", asked: str = "", accepted: bool = True
) -> Told:
    """Home with care that a referral and its first visit tell of, and no package; then a stay."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R", kind="home_care",
              service="acme")  # fmt: skip
    if accepted:
        told.tell("referral-accepted", "2026-01-06 12:00", referral_id="R", service="acme",
                  start_agreed_at="2026-01-08T10:00:00Z")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 10:00", referral_id="R", service="acme")
    back_in_hospital(told)
    for say in said:
        say(told)
    if asked:
        told.tell("care-package-requested", "2026-01-21 10:00", package_id="P", kind=asked,
                  service="acme")  # fmt: skip
    home_again(told, pathway)
    return told


def starts(told: Told, now: str = NOW) -> list[str]:
    return [w.id for w in told.assessed(now).open_waits if w.id.endswith("_start")]


def test_care_by_a_referral_goes_on_too_and_its_service_is_told() -> None:
    told = by_visits()
    assert (stage(told), starts(told)) == ("home_with_support", [])
    assert told.assessed(NOW).stage.responsible == "acme"
    assert open_notices(told, NOW) == TOLD_AGAIN


@pytest.mark.parametrize("accepted", [True, False])
def test_where_it_said_that_it_stands_down_it_is_waited_for_until_it_visits(
    *, accepted: bool
) -> None:
    told = by_visits(stands_down, accepted=accepted)
    assert (stage(told), starts(told)) == ("discharged_waiting_for_start", ["home_care_start"])
    assert "referral_response" not in [w.id for w in told.assessed(NOW).open_waits]
    (wait,) = told.waits("home_care_start", NOW)[1:]
    assert wait.starts_at == at("2026-01-22 10:00")
    assert open_notices(told, NOW) == TOLD_AGAIN
    told.tell("first-visit-completed", "2026-01-22 18:00", referral_id="R", service="acme")
    later = "2026-01-22 19:00"
    assert (stage(told, later), starts(told, later)) == ("home_with_support", [])
    assert open_notices(told, later) == []


@pytest.mark.parametrize(
    ("pathway", "asked"), [("P1", ""), ("P0", "restart")], ids=["another pathway", "asked anew"]
)
def test_it_is_over_where_somebody_has_to_ask_for_it_or_has(pathway: str, asked: str) -> None:
    told = by_visits(pathway=pathway, asked=asked)
    over = told.journey().referrals["R"].over
    assert over is not None
    assert over.at == at("2026-01-20 10:00")
    assert stage(told) == "discharged_waiting_for_start"


def is_withdrawn(told: Told) -> None:
    told.tell("referral-withdrawn", "2026-01-21 10:00", referral_id="R", reason="other")


def test_it_is_over_where_its_end_was_told_or_its_time_has_passed() -> None:
    assert stage(by_visits(is_withdrawn)) != "home_with_support"
    assert stage(by_visits(), "2026-04-20 10:00") == "follow_up"


def asks_for_a_restart(told: Told) -> None:
    """Under an identifier of its own."""
    told.tell("care-package-requested", "2026-01-21 10:00", package_id="P2", kind="restart",
              service="acme")  # fmt: skip


def calls_it_off(told: Told) -> None:
    told.tell("care-package-ended", "2026-01-21 18:00", package_id="P2", reason="other")


@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize("begun", ["first-visit-completed", "care-package-restarted"])
def test_a_restart_of_its_own_name_is_waited_for_in_the_place_of_what_stands_still(
    pathway: str, begun: str
) -> None:
    told = stay(asks_for_a_restart, pathway=pathway)
    assert stage(told) == "discharged_waiting_for_start"
    assert waited_for(told) == ["package_start P2"]
    told.tell(begun, "2026-01-22 18:00", package_id="P2")
    assert stage(told, "2026-01-22 19:00") == "home_with_support"
    assert waited_for(told, "2026-01-22 19:00") == []


def test_once_it_is_over_nobody_waits_for_what_it_was_before() -> None:
    told = stay(asks_for_a_restart, pathway="P1")
    told.tell("first-visit-completed", "2026-01-22 18:00", package_id="P2")
    told.tell("care-package-ended", "2026-01-25 18:00", package_id="P2", reason="goals_met")
    assert waited_for(told, "2026-01-25 19:00") == []


def test_a_restart_that_is_called_off_leaves_the_care_that_it_was_for() -> None:
    told = stay(asks_for_a_restart, pathway="P1")
    told.tell("care-package-ended", "2026-01-22 18:00", package_id="P2", reason="other")
    assert waited_for(told, "2026-01-22 19:00") == ["package_resume P"]
    told = stay(asks_for_a_restart, calls_it_off)
    assert stage(told) == "home_with_support"


def test_on_pathway_1_another_provider_is_waited_for_in_its_place() -> None:
    told = at_home()
    back_in_hospital(told)
    told.tell("care-package-requested", "2026-01-21 10:00", package_id="P2", kind="restart",
              service="zenith")  # fmt: skip
    home_again(told, "P1")
    assert waited_for(told) == ["package_start P2"]


def test_a_restart_after_an_earlier_stay_says_nothing_of_this_one() -> None:
    told = stay(asks_for_a_restart, pathway="P1")
    told.tell("care-package-restarted", "2026-01-22 18:00", package_id="P")
    told.admitted("2026-02-05 10:00", spell_id="S3")
    told.discharged("2026-02-06 10:00", spell_id="S3", pathway="P1")
    assert "package_resume P" in waited_for(told, "2026-02-06 11:00")


def asks(who: str, kind: str) -> Callable[[Told], None]:
    def package(told: Told) -> None:
        told.tell("care-package-requested", "2026-01-21 10:00", package_id="P2", kind=kind,
                  service=who)  # fmt: skip

    return package


def asks_for_reablement(told: Told) -> None:
    told.tell("referral-made", "2026-01-21 10:00", referral_id="R2", kind="reablement",
              service="zenith")  # fmt: skip


def asks_it_to_go_on(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-21 11:00", package_id="P", kind="restart",
              service="acme")  # fmt: skip


OTHERS = [asks("zenith", "restart"), asks("zenith", "new"), asks_for_reablement]


@pytest.mark.parametrize("asked", OTHERS)
def test_on_pathway_1_nobody_is_sent_in_whose_place_another_was_asked(
    asked: Callable[[Told], None],
) -> None:
    assert open_notices(stay(stands_down, asked, pathway="P1"), NOW) == []
    assert TOLD_AGAIN[0] in open_notices(stay(asked, pathway="P0"), NOW)


@pytest.mark.parametrize(
    "asked", [(asks_it_to_go_on,), *((other, asks_it_to_go_on) for other in OTHERS)]
)
def test_who_was_asked_to_go_on_is_told_on_pathway_1(
    asked: tuple[Callable[[Told], None], ...],
) -> None:
    assert ("comes_after_all", "acme", "discharged") in open_notices(
        stay(stands_down, *asked, pathway="P1"), NOW
    )


@pytest.mark.parametrize("asked", OTHERS)
def test_while_another_is_asked_in_its_place_and_once_they_have_begun_nobody_waits_for_it(
    asked: Callable[[Told], None],
) -> None:
    told = stay(asked, pathway="P1")
    assert "package_resume P" not in waited_for(told)
    named = {"referral_id": "R2"} if asked is asks_for_reablement else {"package_id": "P2"}
    told.tell("first-visit-completed", "2026-01-22 18:00", service="zenith", **named)
    assert waited_for(told, "2026-01-22 19:00") == []
    assert stage(told, "2026-01-22 19:00") == "home_with_support"


def test_care_of_another_that_goes_on_itself_is_not_in_its_place() -> None:
    told = at_home()
    told.tell("first-visit-completed", "2026-01-09 10:00", package_id="Q", service="zenith")
    back_in_hospital(told)
    asks("zenith", "restart")(told)
    home_again(told, "P1")
    assert TOLD_AGAIN[0] in open_notices(told, NOW)
    told.tell("first-visit-completed", "2026-01-22 18:00", package_id="P2", service="zenith")
    assert waited_for(told, "2026-01-22 19:00") == ["package_resume P"]


def test_visits_that_an_earlier_stay_ended_do_not_go_on_after_a_later_one() -> None:
    told = by_visits(pathway="P1")
    told.admitted("2026-01-25 10:00", spell_id="S3")
    told.discharged("2026-01-27 10:00", spell_id="S3", pathway="P0")
    assert stage(told, "2026-01-27 11:00") != "home_with_support"


def test_care_of_another_kind_that_its_own_provider_is_asked_for_is_not_in_its_place() -> None:
    told = at_home()
    back_in_hospital(told)
    told.tell("referral-made", "2026-01-21 10:00", referral_id="R2", kind="reablement",
              service="acme")  # fmt: skip
    home_again(told, "P1")
    told.tell("first-visit-completed", "2026-01-22 18:00", service="acme", referral_id="R2")
    assert waited_for(told, "2026-01-22 19:00") == ["package_resume P"]


@pytest.mark.parametrize(
    "halts", [asks_it_to_go_on, lambda told: pauses_it(told, "provider_capacity")]
)
def test_what_stands_still_without_a_stay_or_was_asked_to_go_on_is_left_to_nobody(
    halts: Callable[[Told], None],
) -> None:
    told = at_home()
    halts(told)
    told.tell("care-package-requested", "2026-01-21 15:00", package_id="P2", kind="new",
              service="zenith")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-22 10:00", package_id="P2", service="zenith")
    assert waited_for(told) == ["package_resume P"]


def test_visits_go_on_though_another_was_asked_for_care_in_the_stay() -> None:
    told = by_visits(asks("zenith", "new"))
    assert (stage(told), told.assessed(NOW).stage.service) == ("home_with_support", "acme")


@pytest.mark.parametrize("asked", OTHERS)
def test_while_another_is_asked_the_stage_names_them(asked: Callable[[Told], None]) -> None:
    told = stay(asked, pathway="P1")
    where = told.assessed(NOW).stage
    assert (where.stage, where.service) == ("discharged_waiting_for_start", "zenith")


@pytest.mark.parametrize("asked", OTHERS)
def test_whoever_is_asked_instead_and_refuses_leaves_it_to_who_gave_the_care(
    asked: Callable[[Told], None],
) -> None:
    told = stay(asked, pathway="P1")
    if asked is asks_for_reablement:
        told.tell("referral-rejected", NOW, referral_id="R2", reason="no_capacity")
    else:
        told.tell("care-package-ended", NOW, package_id="P2", reason="provider_withdrew")
    assert waited_for(told, "2026-01-22 12:00") == ["package_resume P"]
    assert told.assessed("2026-01-22 12:00").stage.service == "acme"


def test_confirmed_for_later_another_is_waited_for_alone() -> None:
    told = stay(asks("zenith", "new"), pathway="P1")
    told.tell("care-package-confirmed", NOW, package_id="P2", service="zenith",
              first_visit_due_at=at("2026-01-25 18:00"))  # fmt: skip
    assert waited_for(told, "2026-01-24 12:00") == ["package_start P2"]


@pytest.mark.parametrize("pathway", ["P0", None])
def test_where_who_gave_the_care_is_told_to_take_it_up_they_are_waited_for(
    pathway: str | None,
) -> None:
    told = stay(stands_down, asks("zenith", "new"), pathway=pathway)
    assert ("comes_after_all", "acme", "discharged") in open_notices(told, NOW)
    assert "package_resume P" in waited_for(told)


def test_once_asked_to_go_on_they_are_waited_for_besides() -> None:
    told = stay(asks("zenith", "new"), asks_it_to_go_on, pathway="P1")
    assert waited_for(told) == ["package_resume P", "package_start P2"]
