"""What happened to a person and why, in words that co-ordinators use: reasons, dates, outcomes.

Codes come out as the labels of their lists; staff references stay opaque.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from flow.cli.words import moment, plural
from flow.events.codes import (
    CENTRE_DESTINATIONS,
    DELAY_REASONS,
    DESTINATIONS,
    DISCHARGE_DESTINATIONS,
    FOLLOW_UP_STATUSES,
    FUNDERS,
    HAND_BACK_REASONS,
    PACKAGE_END_REASONS,
    PACKAGE_KINDS,
    PAUSE_REASONS,
    REFERRAL_KINDS,
    REJECTION_REASONS,
    WITHDRAWAL_REASONS,
    CodeList,
)
from flow.pathway import Journey
from flow.pathway.death import DIED_DESTINATIONS, DIED_METHODS
from flow.pathway.local_days import ONE_DAY, day_begins, local_date
from flow.pathway.mark import Mark
from flow.pathway.needs_assessment import STEPS, NeedsAssessment
from flow.pathway.outcomes import OUTCOME_DAYS, status_at
from flow.pathway.presumed_ends import as_at
from flow.pathway.subjects import DelayReason, Handover, Package, Referral, Spell, Stay
from flow.pathway.whereabouts import LIVES_BY_LINE, discharged_to

NOT_TOLD = "where to is not told"
LINES: Mapping[str, str] = DESTINATIONS.saying("words")
CODES: Mapping[str, str] = DISCHARGE_DESTINATIONS.saying("words")
"""Where somebody went, in a sentence: by the line of the report and by the national code."""
SHORT_TERM_BED = "p2_bed"
ON_PAPER = "said to be in place"
"""Its provider said so; begun it has with the first visit."""


def responsible_words(journey: Journey, organisation: str, now: datetime) -> str:
    """Who has the person in hand; or had, while nobody else has them."""
    responsible = journey.responsible_at(now)
    gone = responsible is not None and responsible.gone
    has_left = ", which had the person last and has no part in the care any more"
    return f"{organisation}{has_left if gone else ''}"


def owner_lines(journey: Journey, now: datetime) -> Iterator[str]:
    """Who answers for the person by name, and who covers while they are away."""
    owner = journey.coordinator
    if owner is None or journey.responsible is None:
        return
    role = f", {owner.role.replace('_', ' ')}" if owner.role is not None else ""
    of = f" of {owner.service}" if owner.service is not None else ""
    since = moment(owner.since.at)
    yield f"  owner: {owner.coordinator} at {owner.organisation}{of}{role}, since {since}"
    away = journey.off_duty
    if away is None or away.over(now):
        return
    back = f"back {moment(away.back_at)}" if away.back_at is not None else "return not known"
    cover = away.covered_by(now)
    covers = f"{cover} covers" if cover is not None else "nobody covers"
    yield f"  owner off duty since {moment(away.since.at)}, {back}: {covers}"


def events_in_words(journey: Journey, now: datetime) -> Iterator[list[str]]:
    """Of each stay, referral, assessment, package and handover what became of it, in the order of
    the first events."""
    for spell in journey.spells.values():
        yield from _told(f"hospital stay {spell.about}", _spell(journey, spell, now))
    for referral in journey.referrals.values():
        yield from _told(f"referral {referral.referral_id}", _referral(journey, referral))
    for assessment in journey.assessments.values():
        yield from _told(f"assessment {assessment.assessment_id}", _assessment(assessment))
    for package in journey.packages.values():
        with as_at(journey, now):
            said = list(_package(journey, package))
        yield from _told(f"care package {package.package_id}", said)
    for stay in journey.stays.values():
        yield from _told(f"centre stay {stay.stay_id}", _stay(stay))
    for handover in journey.handovers.values():
        with as_at(journey, now):
            said = list(_handover(handover))
        yield from _told(f"handover {handover.handover_id}", said)


def _told(what: str, said: Iterable[str]) -> Iterator[list[str]]:
    sentences = list(said)
    if sentences:
        yield [f"  {what[:1].upper()}{what[1:]}", *(f"      {each}" for each in sentences)]


def _spell(journey: Journey, spell: Spell, now: datetime) -> Iterator[str]:
    yield _in_and_out(spell, journey.died)
    if spell.returned_after_days is not None and spell.returned_from is not None:
        after = plural(spell.returned_after_days, "day")
        yield f"emergency return, {after} after leaving {spell.returned_from.about}"
    if spell.goes_on:
        if spell.expected_discharge_date is not None:
            revised = f", revised {plural(spell.edd_revisions, 'time')}"
            yield (
                f"expected to leave {spell.expected_discharge_date:%d-%b-%Y}"
                f"{revised if spell.edd_revisions else ''}"
            )
        if spell.planned_discharge_at is not None:
            yield f"discharge planned for {moment(spell.planned_discharge_at)}"
    yield from _reasons(spell.reasons, spell.primary)
    if spell.discharged is None:
        return
    for day in OUTCOME_DAYS:
        at = day_begins(local_date(spell.discharged.at) + day * ONE_DAY)
        if at <= now:
            status = FOLLOW_UP_STATUSES.label(status_at(journey, spell, day, at))
            how = "somebody found" if day in spell.follow_ups else "by events"
            yield f"day {day} after leaving: {_lower(status)} ({how})"


def _in_and_out(spell: Spell, died: Mark | None) -> str:
    """`admitted 01-Mar-2026 20:00; left 04-Mar-2026 10:00: usual place of residence, …`."""
    known = "admitted" if spell.admission_known else "admission not told, there since"
    came = f"{known} {moment(spell.admitted.at)}"
    if spell.discharged is not None:
        left = moment(spell.discharged.at)
        return f"{came}; left {left}: {_where_to(spell)}"
    elsewhere = spell.overtaken or spell.elsewhere or spell.left_open
    if elsewhere is not None:
        return f"{came}; nobody told that they left, elsewhere since {moment(elsewhere.at)}"
    return f"{came}; still there" if died is None else f"{came}; died {moment(died.at)}"


def _where_to(spell: Spell) -> str:
    """As the line of the report has it; unless the national code, told at the discharge, says that
    they went to another kind of place."""
    code, line = spell.discharge_destination, spell.destination
    if spell.discharge_method in DIED_METHODS or code in DIED_DESTINATIONS:
        return "the person died"
    where = discharged_to(spell)
    if line is not None and where in (None, LIVES_BY_LINE.get(line, "in_centre")):
        return LINES.get(line, NOT_TOLD)
    if where == "in_centre":
        return LINES[SHORT_TERM_BED]
    if code is not None:
        return CODES.get(code, NOT_TOLD)
    return f"on pathway {spell.pathway}, {NOT_TOLD}" if spell.pathway is not None else NOT_TOLD


def _reasons(reasons: tuple[DelayReason, ...], primary: DelayReason | None) -> Iterator[str]:
    for reason in reasons:
        first = "main reason" if reason is primary else "reason"
        until = f" to {moment(reason.cleared.at)}" if reason.cleared is not None else ""
        yield (
            f"{first} to be still there: {_label(DELAY_REASONS, reason.slug)},"
            f" from {moment(reason.recorded.at)}{until}"
        )


def _referral(journey: Journey, referral: Referral) -> Iterator[str]:
    asked = f"{referral.service or 'no service in particular'}, asked"
    if referral.made is not None:
        asked += f" {moment(referral.made.at)}"
    if referral.kind is not None:
        asked += f" for {_lower(_label(REFERRAL_KINDS, referral.kind))}"
    yield f"{asked}: {'; '.join(_answers(journey, referral))}"
    yield from _missed(len(referral.missed), [mark.at for mark in referral.missed])


def _answers(journey: Journey, referral: Referral) -> Iterator[str]:
    """What came of it, up to now."""
    if referral.accepted is not None:
        starts = "no start date agreed"
        if referral.start_agreed_at is not None:
            starts = f"agreed to start {moment(referral.start_agreed_at)}"
        begun = referral.started or referral.rejected or referral.withdrawn or referral.elsewhere
        said = f"accepted {moment(referral.accepted.at)}"
        yield f"{said}, {starts}" if begun is None or referral.start_agreed_at else said
    elif referral.closed:
        pass
    elif referral.received is not None:
        yield f"received {moment(referral.received.at)}, not answered yet"
    else:
        yield "not answered yet"
    if referral.off_plan is not None and not referral.closed:
        yield "another pathway is decided since"
    if referral.rejected is not None:
        why = _label(REJECTION_REASONS, referral.rejection_reason)
        yield f"refused {moment(referral.rejected.at)}: {why}"
    if referral.withdrawn is not None:
        why = _label(WITHDRAWAL_REASONS, referral.withdrawal_reason)
        yield f"withdrawn {moment(referral.withdrawn.at)}: {why}"
    if referral.started is not None:
        how = f"its care package {ON_PAPER}" if _is_on_paper(journey, referral) else "begun"
        yield f"{how} {moment(referral.started.at)}"
    if referral.elsewhere is not None:
        yield "another service has the person"


def _is_on_paper(journey: Journey, referral: Referral) -> bool:
    """Its wait was over when its provider said that the care is in place, before anybody came."""
    return any(
        package.referral_id == referral.referral_id and package.started == referral.started
        for package in journey.packages.values()
    )


def _assessment(assessment: NeedsAssessment) -> Iterator[str]:
    done = {step: assessment.done[step] for step in STEPS if step in assessment.done}
    steps = [f"{_step(assessment, step)} {moment(mark.at)}" for step, (mark, _) in done.items()]
    if assessment.withdrawn is not None:
        steps.append(f"withdrawn {moment(assessment.withdrawn.at)}")
    services = dict.fromkeys(service for _, service in done.values() if service is not None)
    who = ", ".join(services) or "no service in particular"
    yield f"{who}: {', '.join(steps)}; {_pays(assessment.funder)}"


def _step(assessment: NeedsAssessment, step: str) -> str:
    if step == "allocated" and assessment.allocated_to is not None:
        return f"allocated to {assessment.allocated_to}"
    return step.replace("_", " ")


def _pays(funder: str | None) -> str:
    return f"paid by: {_lower(_label(FUNDERS, funder))}" if funder else "nobody told who pays"


def _package(journey: Journey, package: Package) -> Iterator[str]:
    kind = f" ({_lower(_label(PACKAGE_KINDS, package.kind))})" if package.kind is not None else ""
    steps = (
        ("asked for", package.requested),
        ("confirmed", package.last_confirmed),
        ("begun", package.came),
    )
    when = ", ".join(f"{step} {moment(mark.at)}" for step, mark in steps if mark is not None)
    who = f"{package.service or 'no service in particular'}{kind}"
    pays = _pays(package.funder)
    yield f"{who}: {when}; {pays}" if when else f"{who}; {pays}"
    if package.came is None and package.started is not None:
        yield f"{ON_PAPER} {moment(package.started.at)}, and no first visit is told"
    if package.first_visit is None and package.first_visit_due_at is not None:
        yield f"first visit agreed for {moment(package.first_visit_due_at)}"
    yield from _missed(len(package.missed), [mark.at for mark in package.missed])
    for pause in package.pauses:
        why = _label(PAUSE_REASONS, pause.reason)
        until = f" to {moment(pause.until.at)}" if pause.until is not None else ""
        yield f"paused from {moment(pause.since.at)}{until}: {why}"
    if package.restart_asked is not None:
        yield f"asked to go on {moment(package.restart_asked.at)}"
    for hand_back in package.hand_backs:
        why = _label(HAND_BACK_REASONS, hand_back.reason)
        by = f" by {hand_back.service}" if hand_back.service is not None else ""
        last_at = hand_back.care_until
        still = f", care until {moment(last_at)}" if last_at is not None else ""
        yield f"handed back{by} {moment(hand_back.handed_back.at)}: {why}{still}"
    if package.ended is None:
        yield from _what_came_of_it(journey, package)
    if package.increased is not None:
        yield f"increased {moment(package.increased.at)}"
    if package.increase_asked is not None and package.next_provider is None:
        yield f"more of it asked for {moment(package.increase_asked.at)}"
    if package.ended is None:
        yield from _next_provider(package)
    if package.ended is not None and package.end_reason is not None:
        why = _label(PACKAGE_END_REASONS, package.end_reason)
        yield f"ended {moment(package.ended.at)}: {why}"


def _what_came_of_it(journey: Journey, package: Package) -> Iterator[str]:
    """Where care is given as something else, or by nobody any more."""
    restart = journey.packages.get(package.restarted_as) if package.restarted_as else None
    if package.elsewhere is None:
        if package.lapsed is not None:
            yield "nobody gives the care: its last day has passed, and nobody has taken it on"
    elif package.given_as is not None:
        yield f"given as care package {package.given_as}"
    elif restart is not None and restart.was_ever_given:
        yield f"goes on as care package {restart.package_id}"
    elif package.was_ever_given or package.hand_backs:
        yield "other care has come in its place"


def _next_provider(package: Package) -> Iterator[str]:
    asked = package.next_provider
    what = "it" if package.increase_asked is None else "more of it"
    if asked is not None and asked.confirmed is not None:
        first = asked.first_visit_due_at
        when = f", first visit agreed for {moment(first)}" if first is not None else ""
        yield f"{asked.service} confirmed {what} {moment(asked.confirmed.at)}{when}"
    elif asked is not None:
        yield f"{asked.service} was asked for {what} {moment(asked.asked.at)}, not confirmed yet"
    if package.increase_declined:
        yield "more of it was declined: somebody else has to be asked"


def _missed(count: int, times: list[datetime]) -> Iterator[str]:
    if count:
        yield f"{plural(count, 'first visit')} missed, the last {moment(times[-1])}"


def _stay(stay: Stay) -> Iterator[str]:
    since = "nobody told of the move there"
    if stay.admitted is not None:
        since = f"moved in {moment(stay.admitted.at)}"
    if stay.goals_agreed is not None:
        since += f"; goals agreed {moment(stay.goals_agreed.at)}"
    if stay.ready is not None and stay.left is None:
        since += f"; ready to leave since {moment(stay.ready.at)}"
    if stay.left is not None:
        where = _label(CENTRE_DESTINATIONS, stay.destination, NOT_TOLD)
        since += f"; left {moment(stay.left.at)}: {_lower(where)}"
    elif stay.overtaken is not None:
        since += f"; nobody told that they left, elsewhere since {moment(stay.overtaken.at)}"
    yield f"{stay.service or 'centre not known'}, {since}"
    yield from _reasons(stay.reasons, stay.primary)


def _handover(handover: Handover) -> Iterator[str]:
    receiver = handover.service or "the receiver"
    for earlier in handover.earlier:
        until = f"{moment(earlier.since.at)}, until {moment(earlier.until.at)}"
        yield f"accepted by {earlier.service or 'the receiver'} {until}"
    if handover.rejected is not None:
        why = _label(REJECTION_REASONS, handover.rejection_reason)
        told = f"by {receiver} {moment(handover.rejected.at)}: {why}"
        if handover.accepted is None:
            yield f"refused {told}"
        else:
            yield f"given back {told}; accepted {moment(handover.accepted.at)}"
    elif handover.accepted is not None:
        had = f", until {moment(handover.over.at)}" if handover.over is not None else ""
        yield f"accepted by {receiver} {moment(handover.accepted.at)}{had}"
    elif handover.unanswered and handover.sent is not None:
        yield f"sent to {receiver} {moment(handover.sent.at)}, not answered yet"
    if handover.outstanding_items:
        has_them = handover.taken_on is not None
        items = plural(handover.outstanding_items, "item")
        yield f"{'accepted' if has_them else 'sent'} with {items} outstanding"


def _label(codes: CodeList, code: str | None, none: str = "no reason given") -> str:
    if code is None:
        return none
    return codes.label(code) if code in codes else code.replace("_", " ")


def _lower(label: str) -> str:
    """`At home` inside a sentence; what begins with more capitals stays, as `Fast Track` does."""
    _, _, second = label.partition(" ")
    stays = label[1:2].isupper() or second[:1].isupper()
    return label if stays else label[:1].lower() + label[1:]
