"""Any wait can be paused with a reason; what passed meanwhile does not count, up to a limit."""

import pytest

from flow.pathway import WAITS
from flow.pathway.findings import RULES
from flow.pathway.pauses import stood
from flow.pathway.spans import Watch
from flow.pathway.waits import SUBJECTS
from tests.pathway.told import ABOUT, Told, at, own_policy

DAY_LONG = "2026-01-06 10:00"
"""When the referral was received; its answer is near after 18 hours and late after 24."""


@pytest.fixture
def asked() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-06 09:00", referral_id="R", kind="home_care")
    told.tell("referral-received", DAY_LONG, referral_id="R")
    return told


def pause(told: Told, when: str, *, wait: str = "referral_response", about: str = "R",
          reason: str = "information_awaited", until: str | None = None) -> None:  # fmt: skip
    told.tell("wait-paused", when, wait=wait, about=about, reason=reason,
              until=at(until) if until else None)  # fmt: skip


def resume(told: Told, when: str, *, wait: str = "referral_response", about: str = "R") -> None:
    told.tell("wait-resumed", when, wait=wait, about=about)


def state(told: Told, now: str, wait: str = "referral_response") -> str:
    return told.wait(wait, now).state


def rules(told: Told) -> list[str]:
    return [finding.rule for finding in told.assessed("2026-01-20 12:00").findings]


def test_time_stands_still_until_it_is_resumed(asked: Told) -> None:
    pause(asked, "2026-01-06 20:00")  # after ten hours
    assert state(asked, "2026-01-06 19:59") == "running"
    assert state(asked, "2026-01-07 12:00") == "paused"
    resume(asked, "2026-01-08 20:00")
    assert state(asked, "2026-01-08 20:00") == "running"
    assert state(asked, "2026-01-09 04:00") == "near", "ten hours and eight"
    assert state(asked, "2026-01-09 10:00") == "breached", "ten hours and fourteen"
    assert asked.wait("referral_response", "2026-01-09 12:00").due_at == at("2026-01-09 10:00")


def test_it_ends_at_the_time_that_was_given(asked: Told) -> None:
    pause(asked, "2026-01-06 20:00", until="2026-01-07 08:00")
    assert state(asked, "2026-01-07 07:59") == "paused"
    assert state(asked, "2026-01-07 08:00") == "running"
    assert state(asked, "2026-01-07 22:00") == "breached"


def test_nobody_is_forgotten_in_a_pause(asked: Told) -> None:
    """After seven days it counts again, by itself."""
    pause(asked, "2026-01-06 20:00", until="2026-03-01 08:00")
    assert state(asked, "2026-01-13 19:59") == "paused"
    assert state(asked, "2026-01-13 20:00") == "running"
    asked.advance("2026-01-14 09:59")
    asked.advance("2026-01-14 10:00")
    alert = asked.alert("referral_response")
    assert alert is not None
    assert (alert.level, alert.due_at) == ("breached", at("2026-01-14 10:00"))


def test_the_limit_is_the_policys_for_all_or_for_one_wait(asked: Told) -> None:
    pause(asked, "2026-01-06 20:00")
    for text, until in (
        ('[pauses]\nat_most = "2 days"', "2026-01-08 20:00"),
        ('[wait.referral_response]\npause_at_most = "4 hours"', "2026-01-07 00:00"),
    ):
        asked.policy = own_policy(f'name = "Here"\n{text}')
        (pause_,) = asked.wait("referral_response", "2026-01-07 12:00").pauses
        assert pause_.until == at(until)
        assert asked.wait("referral_response", "2026-01-07 12:00").provenance == "local"
    assert asked.policy.rules["edd_set"].provenance == "practice", "a limit is no target"


def test_the_look_comes_when_the_pause_ends(asked: Told) -> None:
    pause(asked, "2026-01-06 20:00", until="2026-01-06 21:30")
    assert asked.assessed("2026-01-06 20:30").next_at == at("2026-01-06 21:30")


def test_an_alert_stays_as_it_was_and_rises_later(asked: Told) -> None:
    asked.advance("2026-01-07 05:00")
    pause(asked, "2026-01-07 06:00")
    asked.advance("2026-01-08 06:00")
    alert = asked.alert("referral_response")
    assert alert is not None
    assert alert.level == "near"
    resume(asked, "2026-01-09 06:00")
    asked.advance("2026-01-09 10:00")
    alert = asked.alert("referral_response")
    assert alert is not None
    assert (alert.level, alert.levels[-1].at) == ("breached", at("2026-01-09 10:00"))


def test_paused_again_while_it_lasts_another_pause_begins(asked: Told) -> None:
    pause(asked, "2026-01-06 20:00", reason="person_away")
    pause(asked, "2026-01-10 20:00", reason="person_unwell")
    wait = asked.wait("referral_response", "2026-01-12 20:00")
    assert [(each.reason, each.until) for each in wait.pauses] == [
        ("person_away", at("2026-01-10 20:00")),
        ("person_unwell", at("2026-01-17 20:00")),
    ]
    assert wait.state == "paused"


def test_it_stops_in_a_pause_and_was_not_late(asked: Told) -> None:
    pause(asked, "2026-01-06 20:00")
    asked.tell("referral-accepted", "2026-01-09 20:00", referral_id="R")
    wait = asked.wait("referral_response", "2026-01-10 12:00")
    assert (wait.ended, wait.levels) == ("done", ())
    resume(asked, "2026-01-10 09:00")
    assert "resume_without_pause" not in rules(asked), "it is over since"


def test_a_new_period_begins_unpaused() -> None:
    """A reset starts the clock again at zero (domain.md 12.3)."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    pause(told, "2026-01-06 12:00", wait="drd_to_discharge", about=ABOUT)
    told.reviewed("2026-01-07 09:00", meets=True)
    told.reviewed("2026-01-08 09:00", meets=False)
    (second,) = [w for w in told.waits("drd_to_discharge", "2026-01-08 12:00") if w.period == 2]
    assert (second.state, second.pauses) == ("running", ())


def test_days_that_are_counted_are_paused_as_days() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    pause(told, "2026-01-06 12:00", wait="drd_to_discharge", about=ABOUT, reason="safeguarding")
    resume(told, "2026-01-08 12:00", wait="drd_to_discharge", about=ABOUT)
    assert told.wait("drd_to_discharge", "2026-01-08 13:00").due_at == at("2026-01-09 00:00")


def test_of_hours_at_work_only_those_in_the_pause_are_taken_off(asked: Told) -> None:
    asked.policy = own_policy(
        """
        name = "Office"
        [wait.referral_response]
        calendar = "working"
        target = "8 hours"
        warn = "7 hours"
        escalate = []
        [calendar.office]
        services = ["aire-care"]
        weekdays = "09:00-17:00"
        """
    )
    asked.tell("referral-received", "2026-01-06 10:00", referral_id="R", service="aire-care")
    pause(asked, "2026-01-06 15:00")
    resume(asked, "2026-01-07 11:00")  # two hours of the Tuesday, two of the Wednesday
    assert asked.wait("referral_response", "2026-01-07 12:00").due_at == at("2026-01-07 14:00")


def test_a_package_on_hold_and_its_wait_paused_count_once() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new")
    told.discharged("2026-01-07 10:00")
    told.tell("care-package-paused", "2026-01-07 12:00", package_id="P", reason="family_cover")
    pause(told, "2026-01-07 14:00", wait="package_start", about="P", reason="person_away")
    told.tell("care-package-restarted", "2026-01-07 16:00", package_id="P")
    assert told.wait("package_start", "2026-01-07 17:00").state == "paused"
    resume(told, "2026-01-07 20:00", wait="package_start", about="P")
    due_at = told.wait("package_start", "2026-01-07 21:00").due_at
    assert due_at == at("2026-01-08 18:00"), "eight hours later, from 12:00 to 20:00"


def test_a_package_on_hold_counts_again_after_a_week_too() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new")
    told.discharged("2026-01-07 10:00")
    pause(told, "2026-01-07 11:00", wait="package_start", about="P", until="2026-01-07 15:00")
    told.tell("care-package-paused", "2026-01-07 12:00", package_id="P", reason="family_cover")
    assert told.wait("package_start", "2026-01-14 11:59").state == "paused"
    wait = told.wait("package_start", "2026-01-14 12:00")
    assert (wait.state, wait.due_at) == ("running", at("2026-01-15 11:00"))
    assert stood(wait.pauses).over == ((at("2026-01-07 11:00"), at("2026-01-14 12:00")),)


def test_a_provider_without_capacity_does_not_stop_the_clock_of_who_waits_for_it() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-07 16:00")
    told.tell("care-package-paused", "2026-01-07 16:40", package_id="P",
              reason="provider_capacity")  # fmt: skip
    wait = told.wait("package_start", "2026-01-08 16:01")
    assert (wait.state, wait.pauses) == ("breached", ())


@pytest.fixture
def back_in_hospital() -> Told:
    """With care at home, which is on hold because of it; ready to leave on the 2nd."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-07 16:00", package_id="P")
    told.admitted("2026-02-01 10:00", spell_id="S2")
    told.in_spell("criteria-to-reside-assessed", "2026-02-02 08:00", spell_id="S2", meets=False)
    return told


def test_a_stay_in_hospital_does_not_stop_the_clock_of_care_that_is_to_go_on_after_it(
    back_in_hospital: Told,
) -> None:
    told = back_in_hospital
    told.tell("care-package-requested", "2026-02-02 09:00", package_id="P", kind="restart",
              service="acme")  # fmt: skip
    told.discharged("2026-02-02 14:00", spell_id="S2", pathway="P1")
    wait = told.wait("package_resume", "2026-02-02 15:00")
    assert (wait.starts_at, wait.pauses) == (at("2026-02-02 14:00"), ())
    told.tell("care-package-requested", "2026-02-02 15:00", package_id="P", kind="increased",
              service="acme")  # fmt: skip
    assert told.wait("package_increase", "2026-02-02 16:00").pauses == ()


def test_nor_of_more_care_that_is_asked_for_in_hospital(back_in_hospital: Told) -> None:
    told = back_in_hospital
    told.tell("care-package-requested", "2026-02-02 09:00", package_id="P", kind="increased",
              service="acme")  # fmt: skip
    wait = told.wait("onward_care", "2026-02-03 09:00", period=2)
    assert (wait.starts_at, wait.pauses) == (at("2026-02-02 09:00"), ())


# What cannot be.


def test_what_does_not_run_cannot_be_paused(asked: Told) -> None:
    pause(asked, "2026-01-06 08:30")
    pause(asked, "2026-01-06 12:00", about="R9")
    asked.tell("referral-accepted", "2026-01-06 13:00", referral_id="R")
    pause(asked, "2026-01-06 14:00")
    assert rules(asked).count("pause_without_wait") == 3


def test_what_nobody_paused_cannot_be_resumed(asked: Told) -> None:
    resume(asked, "2026-01-06 12:00")
    assert rules(asked).count("resume_without_pause") == 1


@pytest.mark.parametrize(
    ("wait", "about"), [("los_review", ABOUT), ("package_restart_notice", "P")]
)
def test_what_does_not_pass_cannot_stand_still(asked: Told, wait: str, about: str) -> None:
    asked.tell("care-package-requested", "2026-01-06 11:00", package_id="P", kind="restart")
    pause(asked, "2026-01-06 12:00", wait=wait, about=about)
    assert rules(asked).count("wait_not_pausable") == 1
    assert {"pause_without_wait", "resume_without_pause", "wait_not_pausable"} <= RULES.keys()


def test_every_other_wait_can_be_paused() -> None:
    watches: list[Watch] = [rule for subject in SUBJECTS for rule in subject.watches]
    stand_still = {rule.wait for rule in watches if rule.pausable}
    assert set(WAITS) - stand_still == {"los_review", "package_restart_notice"}


def test_a_corrected_pause_never_was(asked: Told) -> None:
    pause(asked, "2026-01-06 20:00")
    paused = asked.events[-1]
    asked.tell("wait-paused", "2026-01-06 20:00", wait="referral_response", about="R",
               reason="other", until=at("2026-01-06 21:00"), corrects=paused.identity)  # fmt: skip
    assert state(asked, "2026-01-06 22:00") == "running"


def test_what_never_ran_cannot_be_resumed() -> None:
    told = Told()
    told.tell("wait-resumed", "2026-01-05 09:00", wait="drd_to_discharge", about="RR8:S1")
    (found,) = told.assessed("2026-01-05 10:00").findings
    assert found.rule == "resume_without_pause"
