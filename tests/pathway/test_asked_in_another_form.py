"""Care that stands still at home, asked for once more of the very provider that gives it: as a new
package, a restart or a referral. Nobody looks less late for having been asked for again."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from flow.pathway import Wait
from tests.pathway.told import Told, at

HALTS, LATE, ASKS = "2026-01-10 09:00", "2026-01-11 09:00", "2026-01-12 09:00"
NOW, NOW_LATER = "2026-01-12 10:00", "2026-01-13 10:00"
STARTS = {"package_start", "home_care_start", "p1_reablement_start"}


def cared_for(kind: str = "home_care") -> Told:
    """At home, with care by acme since 7 January, which a referral asked for."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    told.tell("referral-made", "2026-01-06 10:30", referral_id="R1", kind=kind, service="acme")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="acme", referral_id="R1")  # fmt: skip
    told.discharged("2026-01-07 15:00")
    told.in_spell("discharge-summary-sent", "2026-01-07 16:00")
    told.tell("first-visit-completed", "2026-01-07 18:00", package_id="P1", service="acme")
    told.tell("coordinator-assigned", "2026-01-07 18:30", organisation="LCC1", coordinator="c1",
              service="acme")  # fmt: skip
    return told


def stands_still(kind: str = "home_care") -> Told:
    """Since the 10th nobody comes."""
    told = cared_for(kind)
    told.tell("care-package-paused", HALTS, package_id="P1", reason="provider_capacity")
    return told


class Form(NamedTuple):
    """How acme is asked, by which name, and how it says when it comes."""

    asked: tuple[tuple[str, dict[str, Any]], ...]
    named: dict[str, str]
    agrees: str
    when: str


PACKAGE = "care-package-requested"
FORMS = {
    "a new package": Form(
        ((PACKAGE, {"package_id": "P2", "kind": "new"}),),
        {"package_id": "P2"}, "care-package-confirmed", "first_visit_due_at",
    ),
    "a restart by another name": Form(
        ((PACKAGE, {"package_id": "P2", "kind": "restart"}),),
        {"package_id": "P2"}, "care-package-confirmed", "first_visit_due_at",
    ),
    "a referral": Form(
        (("referral-made", {"referral_id": "R2", "kind": "home_care"}),),
        {"referral_id": "R2"}, "referral-accepted", "start_agreed_at",
    ),
    "a referral, and the package of it": Form(
        (("referral-made", {"referral_id": "R2", "kind": "home_care"}),
         (PACKAGE, {"package_id": "P2", "kind": "new", "referral_id": "R2"})),
        {"package_id": "P2"}, "care-package-confirmed", "first_visit_due_at",
    ),
    "two packages": Form(
        ((PACKAGE, {"package_id": "P3", "kind": "new"}),
         (PACKAGE, {"package_id": "P2", "kind": "new"})),
        {"package_id": "P2"}, "care-package-confirmed", "first_visit_due_at",
    ),
}  # fmt: skip
by_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
ONE_CARE = [form for name, form in FORMS.items() if name != "two packages"]
"""Where two are asked for, no event excludes that both are given."""


def asked(told: Told, form: Form, when: str = ASKS, service: str = "acme") -> None:
    for kind, data in form.asked:
        told.tell(kind, when, service=service, **data)


def open_waits(told: Told, now: str) -> dict[str, Wait]:
    return {wait.id: wait for wait in told.assessed(now).open_waits}


def care_waited_for(told: Told, now: str) -> list[tuple[str, str]]:
    """All waits for care to begin or to go on, and since when they run."""
    waits = told.assessed(now).open_waits
    return [(w.id, w.about) for w in waits if w.id in STARTS | {"package_resume"}]


@by_form
def test_it_stays_as_late_as_it_is(form: Form) -> None:
    told = stands_still()
    asked(told, form)
    wait = open_waits(told, NOW)["package_resume"]
    assert (wait.starts_at, wait.state, wait.due_at) == (at(HALTS), "breached", at(LATE))
    assert care_waited_for(told, NOW) == [("package_resume", "P1")], "one wait for one care"


@by_form
def test_what_is_not_late_yet_is_late_when_it_would_have_been(form: Form) -> None:
    told = stands_still()
    asked(told, form, "2026-01-10 12:00")
    assert open_waits(told, "2026-01-10 22:00")["package_resume"].state == "near"
    assert open_waits(told, LATE)["package_resume"].state == "breached"


@by_form
def test_the_alert_goes_on_and_rises(form: Form) -> None:
    told = stands_still()
    told.advance("2026-01-11 10:00")
    first = told.alert("package_resume")
    asked(told, form)
    told.advance("2026-01-14 10:00")
    then = told.alert("package_resume")
    assert first is not None
    assert then is not None
    assert (then.alert_id, then.state) == (first.alert_id, "open")
    assert len(then.levels) > len(first.levels)
    assert not {alert.wait for alert in told.alerts.values()} & STARTS


@pytest.mark.parametrize("form", ONE_CARE)
def test_it_ends_as_done_with_their_visit(form: Form) -> None:
    told = stands_still()
    asked(told, form)
    told.tell("first-visit-completed", "2026-01-12 18:00", service="acme", **form.named)
    wait = told.wait("package_resume", "2026-01-12 19:00")
    assert (wait.ended, wait.stops_at) == ("done", at("2026-01-12 18:00"))
    assert care_waited_for(told, "2026-01-12 19:00") == []
    stage = told.assessed("2026-01-12 19:00").stage
    assert (stage.stage, stage.service) == ("home_with_support", "acme")


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        ("a new package", ("care-package-ended", {"package_id": "P2",
                                                  "reason": "provider_withdrew"})),
        ("a referral", ("referral-rejected", {"referral_id": "R2", "service": "acme",
                                              "reason": "no_capacity"})),
        ("a referral", ("referral-withdrawn", {"referral_id": "R2", "reason": "no_longer_needed"})),
    ],
)  # fmt: skip
def test_where_it_comes_to_nothing_they_are_as_late_as_before(
    form: str, refusal: tuple[str, dict[str, Any]]
) -> None:
    told = stands_still()
    asked(told, FORMS[form])
    told.tell(refusal[0], "2026-01-12 12:00", **refusal[1])
    wait = open_waits(told, "2026-01-12 13:00")["package_resume"]
    assert (wait.starts_at, wait.state) == (at(HALTS), "breached")


def test_handed_back_before_it_began_who_gave_it_is_waited_for_no_more() -> None:
    told = stands_still()
    asked(told, FORMS["a new package"])
    told.tell("care-package-handed-back", "2026-01-12 12:00", package_id="P2", service="acme",
              reason="staffing")  # fmt: skip
    found = open_waits(told, "2026-01-12 13:00").keys()
    assert {"care_arranged", "package_handed_back"} <= found
    assert care_waited_for(told, "2026-01-12 13:00") == []


@by_form
def test_the_time_that_they_agreed_holds(form: Form) -> None:
    told = stands_still()
    asked(told, form, "2026-01-10 12:00")
    said: dict[str, Any] = {**form.named, form.when: at("2026-01-10 16:00")}
    told.tell(form.agrees, "2026-01-10 13:00", service="acme", **said)
    waited = {now: open_waits(told, now)["package_resume"].state
              for now in ("2026-01-10 15:59", "2026-01-10 16:00", "2026-01-10 20:00")}  # fmt: skip
    assert list(waited.values()) == ["running", "near", "breached"]


def test_a_start_that_was_only_planned_leaves_the_time_that_they_agreed() -> None:
    told = stands_still()
    told.tell("care-package-confirmed", "2026-01-10 11:00", package_id="P1", service="acme",
              first_visit_due_at=at("2026-01-10 16:00"))  # fmt: skip
    told.tell(PACKAGE, "2026-01-10 12:00", package_id="P2", kind="new", service="acme",
              planned_start_at=at("2026-01-11 08:00"))  # fmt: skip
    assert open_waits(told, "2026-01-10 20:00")["package_resume"].state == "breached"


@pytest.mark.parametrize("form", ONE_CARE)
def test_reablement_has_no_longer_than_the_care_that_it_is(form: Form) -> None:
    told = stands_still("reablement")
    for kind, data in (
        ("referral-made", {"referral_id": "R2", "kind": "reablement"}),
        (PACKAGE, {"package_id": "P2", "kind": "new", "referral_id": "R2"}),
    )[: len(form.asked)]:
        told.tell(kind, ASKS, service="acme", **data)
    assert care_waited_for(told, NOW) == [("package_resume", "P1")]


def of_another(told: Told) -> None:
    told.tell(PACKAGE, ASKS, package_id="P2", kind="new", service="beta")


def of_another_kind(told: Told) -> None:
    told.tell("referral-made", ASKS, referral_id="R2", kind="reablement", service="acme")


def by_a_package_of_another_kind(told: Told) -> None:
    of_another_kind(told)
    told.tell(PACKAGE, ASKS, package_id="P2", kind="new", service="acme", referral_id="R2")


@pytest.mark.parametrize(
    ("ask", "besides"),
    [
        (of_another, ("package_start", "P2")),
        (of_another_kind, ("p1_reablement_start", "R2")),
        (by_a_package_of_another_kind, ("p1_reablement_start", "R2")),
    ],
)
def test_what_is_other_care_is_waited_for_besides(
    ask: Callable[[Told], None], besides: tuple[str, str]
) -> None:
    told = stands_still()
    ask(told)
    waits = care_waited_for(told, NOW)
    assert besides in waits
    assert ("package_resume", "P1") in waits


def test_told_again_as_more_than_is_given_it_is_asked_for_besides() -> None:
    told = stands_still()
    asked(told, FORMS["a new package"], "2026-01-10 12:00")
    told.tell(PACKAGE, ASKS, package_id="P2", kind="increased", service="acme")
    wait = open_waits(told, NOW)["package_resume"]
    assert (wait.starts_at, wait.state) == (at(HALTS), "breached")


def test_passed_to_another_it_is_waited_for_besides_as_where_they_were_asked_at_first() -> None:
    told = stands_still()
    asked(told, FORMS["a new package"])
    told.tell(PACKAGE, "2026-01-12 09:30", package_id="P2", kind="new", service="beta")
    assert care_waited_for(told, NOW) == [("package_resume", "P1"), ("package_start", "P2")]
    wait = open_waits(told, NOW)["package_resume"]
    assert (wait.starts_at, wait.state) == (at(HALTS), "breached")


@pytest.mark.parametrize("agreed_by", ["acme", "beta"])
def test_only_what_its_own_provider_agreed_counts_for_it(agreed_by: str) -> None:
    told = stands_still()
    asked(told, FORMS["a new package"], "2026-01-10 12:00")
    told.tell("care-package-confirmed", "2026-01-10 12:30", package_id="P2", service=agreed_by,
              first_visit_due_at=at("2026-01-10 16:00"))  # fmt: skip
    late = open_waits(told, "2026-01-10 20:00")["package_resume"].state == "breached"
    assert late is (agreed_by == "acme")


def back_from_hospital(form: Form, when: str) -> Told:
    """In hospital from the 12th to the 14th; acme is asked at this time."""
    told = cared_for()
    told.admitted("2026-01-12 03:00", spell_id="S2")
    if when < "2026-01-14 14:00":
        told.reviewed("2026-01-13 09:00", spell_id="S2", meets=False)
        asked(told, form, when)
    told.discharged("2026-01-14 14:00", spell_id="S2", pathway="P1")
    if when > "2026-01-14 14:00":
        asked(told, form, when)
    return told


AFTER_A_STAY = [FORMS["a new package"], FORMS["a restart by another name"], FORMS["a referral"]]


@pytest.mark.parametrize("form", AFTER_A_STAY)
def test_asked_for_in_hospital_it_is_waited_for_as_that_from_the_discharge(form: Form) -> None:
    told = back_from_hospital(form, "2026-01-13 12:00")
    (waited,) = care_waited_for(told, "2026-01-15 15:00")
    assert waited[1] in form.named.values()
    wait = open_waits(told, "2026-01-15 15:00")[waited[0]]
    assert (wait.starts_at, wait.state) == (at("2026-01-14 14:00"), "breached")


@pytest.mark.parametrize("form", AFTER_A_STAY)
def test_asked_for_once_they_are_home_they_are_late_from_the_discharge(form: Form) -> None:
    told = back_from_hospital(form, "2026-01-15 16:00")
    assert care_waited_for(told, "2026-01-15 17:00") == [("package_resume", "P1")]
    wait = open_waits(told, "2026-01-15 17:00")["package_resume"]
    assert (wait.starts_at, wait.state) == (at("2026-01-14 14:00"), "breached")


def test_told_again_at_home_what_was_asked_in_hospital_stays_as_late_as_it_is() -> None:
    told = back_from_hospital(FORMS["a new package"], "2026-01-13 12:00")
    asked(told, FORMS["a new package"], "2026-01-15 16:00")
    assert care_waited_for(told, "2026-01-15 17:00") == [("package_start", "P2")]
    assert open_waits(told, "2026-01-15 17:00")["package_start"].starts_at == at("2026-01-14 14:00")


@by_form
def test_in_hospital_again_what_was_asked_before_is_waited_for_from_the_discharge(
    form: Form,
) -> None:
    told = stands_still()
    asked(told, form)
    told.admitted("2026-01-13 03:00", spell_id="S2")
    told.discharged("2026-01-14 14:00", spell_id="S2", pathway="P1")
    waits = care_waited_for(told, "2026-01-15 15:00")
    assert waits
    assert {open_waits(told, "2026-01-15 15:00")[wait].starts_at for wait, _ in waits} == {
        at("2026-01-14 14:00")
    }
    assert all(about != "P1" for _, about in waits)


GOES_ON = ("first-visit-completed", "care-package-restarted", "care-package-started")
by_any_word = pytest.mark.parametrize("word", GOES_ON)
"""How its provider may say that care goes on, under the name that it had before."""


@by_any_word
@pytest.mark.parametrize("form", ONE_CARE)
def test_once_they_come_by_the_old_name_nobody_calls_them_for_the_new_one(
    form: Form, word: str
) -> None:
    told = stands_still()
    asked(told, form)
    told.tell(word, "2026-01-12 18:00", package_id="P1")
    told.advance("2026-01-16 19:00")
    assert care_waited_for(told, "2026-01-16 19:00") == []
    wait = told.wait("package_resume", "2026-01-16 19:00")
    assert (wait.ended, wait.stops_at) == ("done", at("2026-01-12 18:00"))
    assert not {alert.wait for alert in told.alerts.values()} & STARTS


@by_any_word
@pytest.mark.parametrize("form", AFTER_A_STAY)
def test_asked_for_in_hospital_it_is_done_once_they_come_by_the_old_name(
    form: Form, word: str
) -> None:
    told = back_from_hospital(form, "2026-01-13 12:00")
    (waited,) = care_waited_for(told, "2026-01-14 15:00")
    told.tell(word, "2026-01-14 18:00", package_id="P1")
    assert care_waited_for(told, "2026-01-16 19:00") == []
    waits = told.assessed("2026-01-16 19:00").waits
    (wait,) = [wait for wait in waits if (wait.id, wait.about) == waited]
    assert (wait.ended, wait.stops_at) == ("done", at("2026-01-14 18:00"))


def two_asked(kind: str) -> Told:
    told = stands_still()
    for package_id in ("P3", "P2"):
        told.tell(PACKAGE, ASKS, package_id=package_id, kind=kind, service="acme")
    return told


@pytest.mark.parametrize("name", ["P1", "P2"])
@pytest.mark.parametrize(("kind", "waited"), [("restart", []), ("new", [("package_start", "P3")])])
def test_of_two_that_were_asked_for_only_a_new_one_may_be_another_care(
    kind: str, name: str, waited: list[tuple[str, str]]
) -> None:
    told = two_asked(kind)
    told.tell("first-visit-completed", "2026-01-12 18:00", package_id=name, service="acme")
    assert care_waited_for(told, "2026-01-14 19:00") == waited


def test_handed_back_under_the_new_name_and_given_under_the_old_nobody_looks_for_a_provider() -> (
    None
):
    told = stands_still()
    asked(told, FORMS["a restart by another name"])
    told.tell("care-package-handed-back", "2026-01-12 12:00", package_id="P2", service="acme",
              reason="staffing")  # fmt: skip
    told.tell("care-package-restarted", "2026-01-12 18:00", package_id="P1")
    assert not {"package_handed_back", "care_arranged"} & open_waits(told, NOW_LATER).keys()
    assert care_waited_for(told, NOW_LATER) == []


def another_provider_comes(told: Told) -> None:
    told.tell("first-visit-completed", "2026-01-12 18:00", package_id="P1", service="beta")


def more_is_asked_for(told: Told) -> None:
    told.tell(PACKAGE, "2026-01-12 09:30", package_id="P2", kind="increased", service="acme")
    told.tell("care-package-restarted", "2026-01-12 18:00", package_id="P1")


@pytest.mark.parametrize(
    ("goes_on", "waited"),
    [(another_provider_comes, "package_start"), (more_is_asked_for, "package_increase")],
)
def test_what_is_other_care_is_waited_for_once_they_come_by_the_old_name(
    goes_on: Callable[[Told], None], waited: str
) -> None:
    told = stands_still()
    asked(told, FORMS["a new package"])
    goes_on(told)
    assert open_waits(told, NOW_LATER)[waited].about == "P2"


def test_whoever_comes_after_that_without_a_name_comes_by_the_old_one() -> None:
    """Else care would be given as the new one for ever, once the old one has ended."""
    told = stands_still()
    asked(told, FORMS["a restart by another name"])
    told.tell("care-package-restarted", "2026-01-12 18:00", package_id="P1")
    told.tell("first-visit-completed", "2026-01-13 08:00", service="acme")
    told.tell("care-package-ended", "2026-01-13 09:00", package_id="P1",
              reason="provider_withdrew")  # fmt: skip
    assert "care_arranged" in open_waits(told, NOW_LATER)


def test_asked_for_again_after_that_one_wait_runs_again() -> None:
    told = stands_still()
    asked(told, FORMS["a restart by another name"])
    told.tell("care-package-restarted", "2026-01-12 18:00", package_id="P1")
    told.tell("care-package-paused", "2026-01-13 09:00", package_id="P1",
              reason="provider_capacity")  # fmt: skip
    asked(told, FORMS["a restart by another name"], "2026-01-13 12:00")
    assert len(care_waited_for(told, "2026-01-14 12:00")) == 1
    told.tell("first-visit-completed", "2026-01-14 18:00", package_id="P2", service="acme")
    assert care_waited_for(told, "2026-01-16 19:00") == []


def test_while_the_family_covers_the_new_package_is_waited_for() -> None:
    told = stands_still()
    asked(told, FORMS["a new package"])
    told.tell("care-package-paused", "2026-01-12 09:30", package_id="P1", reason="family_cover")
    assert care_waited_for(told, NOW) == [("package_start", "P2")]
