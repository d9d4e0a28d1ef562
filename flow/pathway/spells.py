"""What happens in hospital: admission, moves, reviews, plans, delay reasons, discharge, death."""

from datetime import datetime

from flow.events.admission import (
    AdmissionCancelled,
    ExpectedDischargeDateSet,
    PatientAdmitted,
    PatientAdmittedData,
    PatientTransferred,
    SpellData,
)
from flow.events.care_package import FollowUpRecorded
from flow.events.codes import (
    ADMISSION_METHODS,
    DISCHARGE_DESTINATIONS,
    SOURCES_OF_ADMISSION,
)
from flow.events.discharge import (
    CaseManagerAssigned,
    CriteriaToResideAssessed,
    DischargeCancelled,
    DischargeSummarySent,
    MedicinesReady,
    PathwayDecided,
    PatientDischarged,
    PatientDischargedData,
    TransportBooked,
)
from flow.pathway import notices
from flow.pathway.arranging import wanting
from flow.pathway.beds import left_for_elsewhere
from flow.pathway.before_admission import begin_with, expects_before
from flow.pathway.care import suspend
from flow.pathway.death import dead_by, die, has_died, tells_of_death
from flow.pathway.delay_reasons import clear_all
from flow.pathway.discharge_ready_date import NctrPeriod, at_discharge, disagreement
from flow.pathway.home_again import care_stays_live
from flow.pathway.journey import Coordinator, Journey
from flow.pathway.leads_to import discharged_on, planned_to
from flow.pathway.local_days import local_date, local_days_between
from flow.pathway.mark import Mark
from flow.pathway.one_hospital import is_back_in, is_in
from flow.pathway.one_hospital import overtake as overtake_there
from flow.pathway.ownership import assign
from flow.pathway.plan_changes import follow_plan, plan_is_over
from flow.pathway.referral_kinds import BEGUN_BY_DISCHARGE, HUB
from flow.pathway.referrals import begin_all, hub_has_it
from flow.pathway.spans import begin_anew, begin_later, watch
from flow.pathway.spell_waits import CTR_REVIEW, hub_decides_at_home
from flow.pathway.subjects import PathwayStep, Spell, WardStay
from flow.pathway.whereabouts import MOVED_WITHIN, taken_up, went_to_a_hospital

EMERGENCY = frozenset(
    code.code for code in ADMISSION_METHODS if code.attributes.get("kind") == "emergency"
)
TRANSFER = frozenset({"2B", "81"})
"""Admission methods that continue a stay begun at another provider."""
FROM_A_HOSPITAL = SOURCES_OF_ADMISSION.marked("hospital")
"""Sources of admission: another hospital."""
NOT_KNOWN = DISCHARGE_DESTINATIONS.marked("not_known")
RETURN_DAYS = 29
"""A return counts from day 0 to this day after the discharge (domain.md 5, O6)."""
TO_A_HOSPITAL = DISCHARGE_DESTINATIONS.marked("nhs_hospital")
"""Discharge destinations: another NHS hospital (domain.md 4.2)."""


def spell_of(journey: Journey, data: SpellData, now: Mark) -> Spell | None:
    """The spell that an event names; begun here where its admission is not known yet.

    None where the admission was cancelled: nothing about that spell counts.
    """
    key = (data.provider, data.spell_id)
    spell = journey.spells.get(key)
    if spell is None and key not in journey.resolution.void_spells:
        journey.find("event_without_admission", now.by)
        is_first, came_from = not journey.spells, _last_discharged(journey)
        spell = _begin(journey, data, now)
        is_in(journey, spell, now)
        watch(journey, spell, now)
        journey.services_unasked = True
        if came_from is not None:
            notices.readmitted(journey, spell, came_from, now)
        elif is_first:
            notices.found_in_hospital(journey, now)
        suspend(journey, now)
    return spell


def inpatient(journey: Journey, data: SpellData, now: Mark) -> Spell | None:
    """As `spell_of`, for what is told of inpatients: None, with a finding, after the discharge."""
    spell = journey.spells.get((data.provider, data.spell_id)) or spell_of(journey, data, now)
    if spell is not None and spell.discharged is not None:
        journey.find("event_after_discharge", spell.discharged.by, now.by)
        return None
    return spell


def _present(journey: Journey, data: SpellData, now: Mark) -> Spell | None:
    """As `inpatient`, for what shows that the person is there."""
    spell = inpatient(journey, data, now)
    if spell is not None:
        is_back_in(journey, spell, now)
    return spell


def _begin(journey: Journey, data: SpellData, now: Mark) -> Spell:
    spell = Spell(data.provider, data.spell_id, now)
    spell.council, spell.locality = journey.council, journey.locality
    spell.wanting = wanting(journey)
    journey.spells[data.provider, data.spell_id] = spell
    journey.current = journey.latest = spell
    journey.hospital_version += 1
    return spell


def patient_admitted(journey: Journey, event: PatientAdmitted, now: Mark) -> None:
    data = event.data
    key = (data.provider, data.spell_id)
    if key in journey.resolution.void_spells:
        return
    spell = journey.spells.get(key)
    if spell is not None and spell.admission_known:
        journey.find("admitted_twice", spell.admitted.by, now.by)
        return
    came_from = _last_discharged(journey, besides=spell)
    elsewhere = _open_elsewhere(journey, data)
    overtake_there(journey, data.provider, data.spell_id, now)
    if spell is None:
        spell = _begin(journey, data, now)
        is_in(journey, spell, now)
        _comes(journey, spell, data, came_from or elsewhere, now)
    else:
        _known_before(journey, spell, data, came_from or elsewhere, now)
    if came_from is not None:
        _note_return(spell, came_from, data)
    spell.admission_known = True
    journey.hospital_version += 1
    _describe_admission(journey, spell, data, now)
    watch(journey, spell, now)
    journey.watch_services(now)


def _known_before(
    journey: Journey, spell: Spell, data: PatientAdmittedData, left: Spell | None, now: Mark
) -> None:
    """By what was told of an earlier time: its time in hospital begins here."""
    had_left = spell.discharged is not None
    spell.wanting = wanting(journey)
    begin_with(journey, spell, now)
    spell.overtaken = None  # another admission here came before it, and is no sign of its end
    is_in(journey, spell, now)
    if had_left:
        _comes(journey, spell, data, left, now)
    for wait in ("edd_set", "los_review", "drd_to_discharge"):
        begin_later(journey, spell, wait, now)


def _comes(
    journey: Journey, spell: Spell, data: PatientAdmittedData, left: Spell | None, now: Mark
) -> None:
    """Those who prepare, or care, are told. `left`: the stay from which the person comes."""
    if len(journey.spells) == 1:
        _first_comes(journey, spell, data, now)
    elif left is not None and left.discharged is not None and not _moved(spell, left, data):
        notices.readmitted(journey, spell, left, now)
    elif left is not None:
        notices.transferred(journey, left, now)
    suspend(journey, now)


def _first_comes(journey: Journey, spell: Spell, data: PatientAdmittedData, now: Mark) -> None:
    """To a first stay that is known: from home, or from a hospital that tells nothing, which those
    who prepare may expect the person from."""
    if data.admission_method in TRANSFER or data.source_of_admission in FROM_A_HOSPITAL:
        notices.transferred(journey, None, now)
        notices.found_in_hospital(journey, now)
    else:
        notices.readmitted(journey, spell, None, now)


def _describe_admission(
    journey: Journey, spell: Spell, data: PatientAdmittedData, now: Mark
) -> None:
    spell.admission_method = data.admission_method
    spell.source_of_admission = data.source_of_admission
    spell.treatment_function = data.treatment_function
    spell.age_band = data.age_band
    _lives(journey, spell, data.council, data.locality)
    if spell.ward is None:
        spell.site, spell.ward = data.site, data.ward
        if data.ward is not None:
            spell.ward_stays = (WardStay(data.ward, data.site, now),)


def _lives(journey: Journey, spell: Spell, council: str | None, locality: str | None) -> None:
    if council is not None or locality is not None:
        journey.lives(council, locality)
        spell.council, spell.locality = journey.council, journey.locality


def _last_discharged(journey: Journey, besides: Spell | None = None) -> Spell | None:
    """The spell that ended last, if no other is open: one continuous stay may cross providers."""
    last: Spell | None = None
    for spell in journey.spells.values():
        if spell is besides or spell.overtaken is not None:
            continue
        if spell.discharged is None:
            return None
        if last is None or last.discharged is None or spell.discharged.at >= last.discharged.at:
            last = spell
    return last


def _note_return(spell: Spell, came_from: Spell, data: PatientAdmittedData) -> None:
    """An emergency admission, 0 to 29 days after the last discharge, to any hospital (O6); or a
    move, after which that discharge was none from hospital."""
    days = _days_away(spell, came_from)
    moved = _moved(spell, came_from, data)
    came_from.taken_over = moved
    if data.admission_method in EMERGENCY and 0 <= days <= RETURN_DAYS and not moved:
        spell.returned_from = came_from
        spell.returned_after_days = days


def _days_away(spell: Spell, came_from: Spell) -> int:
    assert came_from.discharged is not None
    return local_days_between(came_from.discharged.at, spell.admitted.at)


def _moved(spell: Spell, came_from: Spell, data: PatientAdmittedData) -> bool:
    """Taken over from another hospital, which is no return: the same continuous stay, also through
    the emergency department (O6). Of who was sent home before, the department of another hospital
    that sends them says nothing; nor is who was sent to another hospital there, where the one that
    sent them takes them in, and not from a hospital."""
    sent = data.source_of_admission in FROM_A_HOSPITAL
    taken_over = data.admission_method in TRANSFER
    if went_to_a_hospital(came_from):
        taken_over = taken_over or sent or spell.provider != came_from.provider
    else:
        taken_over = taken_over or (sent and _left_for_nowhere_told(came_from))
    return taken_over and _days_away(spell, came_from) <= MOVED_WITHIN.days


def _left_for_nowhere_told(spell: Spell) -> bool:
    told = spell.pathway is not None or spell.destination is not None
    code = spell.discharge_destination
    return not told and (code is None or code in NOT_KNOWN)


def _open_elsewhere(journey: Journey, data: PatientAdmittedData) -> Spell | None:
    """In another hospital until now, which has not told the discharge yet."""
    before = journey.current
    elsewhere = before is not None and before.goes_on and before.provider != data.provider
    return before if elsewhere else None


def patient_transferred(journey: Journey, event: PatientTransferred, now: Mark) -> None:
    data = event.data
    spell = _present(journey, data, now)
    if spell is not None:
        moved = spell.ward is not None and data.ward != spell.ward
        spell.ward = data.ward
        spell.site = data.site or spell.site
        if moved and spell is journey.current:
            notices.moved(journey, now)
        spell.ward_stays += (WardStay(data.ward, spell.site, now),)
        journey.stage_version += 1


def expected_discharge_date_set(
    journey: Journey, event: ExpectedDischargeDateSet, now: Mark
) -> None:
    data = event.data
    spell = inpatient(journey, data, now)
    if spell is None:
        return
    if expects_before(spell, data.expected_discharge_date):
        journey.find("dated_before_admission", spell.admitted.by, now.by)
        return
    spell.expected_discharge_date = data.expected_discharge_date
    if data.clinical_criteria_met is not None:
        spell.criteria_met = data.clinical_criteria_met
    if spell.edd is None:
        spell.edd = now
        watch(journey, spell, now)
    else:
        spell.edd_revisions += 1


def admission_cancelled(_journey: Journey, _event: AdmissionCancelled, _now: Mark) -> None:
    """Its work is done before the fold, by `corrections.resolve`."""


def discharge_cancelled(journey: Journey, _event: DischargeCancelled, now: Mark) -> None:
    """The discharge was undone by `corrections.resolve`; whoever prepares is told here."""
    if now.by in journey.resolution.cancelled_discharges:
        notices.stand_down(journey, "discharge_cancelled", now)


def criteria_to_reside_assessed(
    journey: Journey, event: CriteriaToResideAssessed, now: Mark
) -> None:
    """The reset rule of domain.md 12.3: met again ends the period, not met opens a new one."""
    spell = _present(journey, event.data, now)
    if spell is None:
        return
    spell.reviews += 1
    spell.last_review = now
    period = spell.ready
    changed = event.data.meets is (period is not None)
    if changed and period is not None:
        period.ended, period.ended_by = now, "met_again"
        spell.ready = None
        spell.unwell = True
        _plan_anew(journey, spell, None, now)
        clear_all(spell, now)
    elif changed:
        spell.ready = NctrPeriod(len(spell.nctr) + 1, now)
        spell.nctr += (spell.ready,)
        spell.unwell = False
    if not changed and spell.reviews > 1 and spell.goes_on:
        begin_anew(journey, spell, CTR_REVIEW, spell.reviews, now)
        return
    watch(journey, spell, now)
    if changed:
        journey.hospital_version += 1
        journey.watch_services(now)
        if not spell.goes_on:
            return
        if spell.unwell:
            notices.unwell_again(journey, spell, now)
        else:
            notices.ready_again(journey, now)
    elif spell.reviews == 1:
        journey.watch_services(now)  # known not to be ready, whom nobody could fetch yet


def pathway_decided(journey: Journey, event: PathwayDecided, now: Mark) -> None:
    """What the hub has confirmed is not undone by what the ward expects later. After the discharge
    it counts where the hub has still to decide."""
    data = event.data
    spell = journey.spells.get((data.provider, data.spell_id))
    if spell is None or not hub_decides_at_home(journey, spell):
        spell = inpatient(journey, data, now)
    if spell is None:
        return
    planned = planned_to(spell, data)
    assert planned.pathway is not None
    if planned.contradicts:
        journey.find("pathway_contradicts_destination", now.by)
    spell.pathways += (PathwayStep(planned.pathway, data.status, planned.destination, now),)
    _lives(journey, spell, data.council, data.locality)
    if data.planned_discharge_at is not None:
        _plan_anew(journey, spell, data.planned_discharge_at, now)
    if data.status == "likely" and spell.pathway_confirmed is not None:
        return
    journey.hospital_version += 1
    known = spell.pathway_confirmed is not None and planned.pathway == spell.pathway
    journey.pathway_changed(spell, planned.pathway)
    spell.destination = planned.destination
    if data.status == "confirmed":
        spell.pathway_confirmed = now
        begin_all(journey, spell, (HUB,), now)
        notices.hub_has_decided(journey, spell, now)
        if not known:
            follow_plan(journey, spell, now)
    watch(journey, spell, now)
    if spell.discharged is not None:
        journey.watch_services(now)


def _plan_anew(journey: Journey, spell: Spell, planned_at: datetime | None, now: Mark) -> None:
    if planned_at != spell.planned_discharge_at:
        spell.planned_discharge_at = planned_at
        spell.planned = now if planned_at is not None else None
        journey.touch(span for span in journey.spans if span.wait == "package_restart_notice")


def case_manager_assigned(journey: Journey, event: CaseManagerAssigned, now: Mark) -> None:
    data = event.data
    spell = spell_of(journey, data, now)
    if spell is not None:
        if spell.case_manager is None and spell.hub_referred is not None:
            journey.may_pass_on = True  # the hub, which was asked, whoever was assigned meanwhile
        spell.case_manager = (data.organisation, data.case_manager, data.role, now)
        if spell is journey.latest:
            assign(journey, Coordinator(data.organisation, data.case_manager, data.role, now), now)
        if spell.hub_referred is not None:
            hub_has_it(journey, spell, now, now)


def medicines_ready(journey: Journey, event: MedicinesReady, now: Mark) -> None:
    spell = spell_of(journey, event.data, now)
    if spell is not None:
        spell.medicines_ready = now


def transport_booked(journey: Journey, event: TransportBooked, now: Mark) -> None:
    spell = spell_of(journey, event.data, now)
    if spell is not None:
        spell.transport_booked = now
        spell.transport_for = event.data.for_time


def discharge_summary_sent(journey: Journey, event: DischargeSummarySent, now: Mark) -> None:
    spell = spell_of(journey, event.data, now)
    if spell is not None and spell.summary_sent is None:
        spell.summary_sent = now
        watch(journey, spell, now)


def follow_up_recorded(journey: Journey, event: FollowUpRecorded, now: Mark) -> None:
    """What somebody found counts before what events tell; the last word for each day."""
    data = event.data
    spell = spell_of(journey, data, now)
    if spell is None:
        return
    if tells_of_death(event):
        has_died(journey, now)
    elif dead_by(journey, spell, data.day):
        assert journey.died is not None
        journey.find("event_after_death", journey.died.by, now.by)
        return
    elif not _has_come(spell, data.day, now):
        left = (spell.discharged.by,) if spell.discharged is not None else ()
        journey.find("follow_up_early", *left, now.by)
        return
    spell.follow_ups = {**spell.follow_ups, data.day: data.status}
    journey.hospital_version += 1


def _has_come(spell: Spell, day: int, now: Mark) -> bool:
    """Whether it is this day after the discharge; nobody knows before how anybody will be then."""
    left = spell.discharged
    return left is not None and local_days_between(left.at, now.at) >= day


def patient_discharged(journey: Journey, event: PatientDischarged, now: Mark) -> None:
    data = event.data
    key = (data.provider, data.spell_id)
    journey.may_pass_on = True
    if key in journey.resolution.void_spells:
        return
    spell = journey.spells.get(key)
    if spell is None:
        journey.find("discharge_without_admission", now.by)
        still_in, before = journey.current, journey.latest
        spell = _begin(journey, data, now)
        journey.current = journey.latest = still_in or spell
        if before is not None:
            watch(journey, before, now)
        suspend(journey, now)
    if spell.discharged is not None:
        journey.find("event_after_discharge", spell.discharged.by, now.by)
        return
    was_here = spell is journey.current and spell.admission_known
    confirmed = spell.pathway if spell.pathway_confirmed is not None else None
    _leave(journey, spell, data, now)
    if was_here:
        journey.let_go_late(now)
    decided = spell.pathway_confirmed is not None and spell.pathway != confirmed
    if tells_of_death(event):
        die(journey, now)
    else:
        begin_all(journey, spell, (*BEGUN_BY_DISCHARGE, *taken_up(spell)), now)
    watch(journey, spell, now)
    _sent_back(journey, spell, now)
    if journey.current is None and was_here:
        left_for_elsewhere(journey, spell, now)  # before waits are asked where the person is
    if decided and journey.died is None:
        follow_plan(journey, spell, now)
    care_stays_live(journey, spell, now)
    journey.watch_services(now)
    if journey.current is None:
        notices.left_hospital(journey, spell, now)
        plan_is_over(journey, now)


def _sent_back(journey: Journey, spell: Spell, now: Mark) -> None:
    """Lent to this hospital, and discharged to one again: the stay before it goes on. Where several
    have no end, nobody can say to which."""
    before = [
        other
        for other in journey.spells.values()
        if other.elsewhere is not None and other.has_no_end
    ]
    to_a_hospital = spell.discharge_destination in TO_A_HOSPITAL
    if to_a_hospital and len(before) == 1 and journey.died is None:
        is_back_in(journey, before[0], now)


def _leave(journey: Journey, spell: Spell, data: PatientDischargedData, now: Mark) -> None:
    _lives(journey, spell, data.council, data.locality)
    _goes_to(journey, spell, data, now)
    spell.discharged = now
    spell.discharge_method = data.discharge_method
    spell.discharge_destination = data.destination_code
    spell.recorded_ready_date = data.discharge_ready_date
    spell.ready_date = at_discharge(spell.ready, now.at)
    left_on = local_date(now.at)
    rule = disagreement(data.discharge_ready_date, spell.ready_date, left_on)
    if rule is not None:
        reviewed = (spell.ready.started.by,) if spell.ready is not None else ()
        journey.find(rule, now.by, *reviewed)
    if spell.ready is not None and spell.ready.ended is None:
        spell.ready.ended, spell.ready.ended_by = now, "discharge"
    spell.ready = None
    spell.unwell = False
    clear_all(spell, now)
    if journey.current is spell:
        # Whoever left the newest hospital stay is not back in an older one.
        journey.current = None
        for other in journey.spells.values():
            if other.has_no_end:
                other.left_open = other.left_open or now
    journey.hospital_version += 1


def _goes_to(journey: Journey, spell: Spell, data: PatientDischargedData, now: Mark) -> None:
    """A pathway that the discharge tells is confirmed by it; what was only expected is not."""
    left = discharged_on(spell, data)
    confirmed = spell.pathway_confirmed
    if left.contradicts:
        decided = (confirmed.by,) if data.pathway is None and confirmed is not None else ()
        journey.find("pathway_contradicts_destination", now.by, *decided)
    spell.destination = left.destination
    told = data.pathway is not None or data.destination is not None
    if left.pathway is None or not told:
        return
    if data.pathway is not None or confirmed is None or left.pathway != spell.pathway:
        spell.pathways += (PathwayStep(left.pathway, "confirmed", left.destination, now),)
    journey.pathway_changed(spell, left.pathway)
    spell.pathway_confirmed = confirmed or now
