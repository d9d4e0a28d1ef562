"""What a demo of some days may not show by itself, made up: day 91, a delay raised in real time.

Told to a worker on the wall clock. Nobody in these stories exists.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from flow.events import AnyEvent, decode_stored

LOCALITIES = ("leeds-south", "leeds-east", "leeds-west", "leeds-city")
ENOUGH = ("leeds-south",) * 5
COUNCIL = "E08000035"
OF_SERVICES = {"centre-capacity-reported"}
NOT_AN_EVENT = b"not JSON"
"""One bad record, so that there is a dead letter to show."""


def _event(subject: str, type_name: str, at: datetime, /, **data: object) -> AnyEvent:
    """Written down when it happened."""
    return decode_stored(
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"{type_name}-{at.isoformat()}",
                "source": "/rr8/pas",
                "type": f"flow.{type_name}.v1",
                "time": at.isoformat(),
                "recordedtime": at.isoformat(),
                "subject": subject if type_name in OF_SERVICES else f"demo.{subject}",
                "data": data,
            }
        ).encode()
    )


def after_rehabilitation(now: datetime) -> Iterator[AnyEvent]:
    """People of 75 and over, home with reablement that the council pays, 95 days ago: enough of
    one neighbourhood to be a share of. All but the last are at home on day 91.
    """
    left = now - timedelta(days=95)
    for number, locality in enumerate((*LOCALITIES, *ENOUGH)):
        person = f"after-rehabilitation-{number}"
        spell = {"provider": "RR8", "spell_id": f"S{number}"}
        came = left - timedelta(days=6)
        yield _event(
            person, "patient-admitted", came, **spell, age_band="75-84", council=COUNCIL,
            locality=locality,
        )  # fmt: skip
        yield _event(
            person, "criteria-to-reside-assessed", left - timedelta(days=2), **spell, meets=False
        )
        yield _event(
            person, "referral-made", left - timedelta(days=2), referral_id="R1",
            kind="reablement", service="leeds-reablement", funder="council",
        )  # fmt: skip
        yield _event(
            person, "patient-discharged", left, **spell, pathway="P1",
            destination="p1_home_reablement", discharge_method="1",
        )  # fmt: skip
        yield _event(
            person, "first-visit-completed", left + timedelta(days=1), referral_id="R1",
            service="leeds-reablement",
        )  # fmt: skip
    yield _event(
        person, "follow-up-recorded", left + timedelta(days=91), **spell, day=91,
        status="in_care_home",
    )  # fmt: skip


def unwell_again_on_the_way(now: datetime) -> Iterator[AnyEvent]:
    """Ready to leave, unwell again, ready anew, and home three days ago."""
    spell = {"provider": "RAE", "spell_id": "S8"}
    person = "unwell-again"
    left = now - timedelta(days=3)
    yield _event(
        person, "patient-admitted", left - timedelta(days=9), **spell, council=COUNCIL,
        locality="leeds-west",
    )  # fmt: skip
    for days, meets in ((5, False), (4, True), (1, False)):
        yield _event(
            person, "criteria-to-reside-assessed", left - timedelta(days=days), **spell,
            meets=meets,
        )  # fmt: skip
    yield _event(person, "patient-discharged", left, **spell, pathway="P1", discharge_method="1")


def handed_over_and_not_answered(now: datetime) -> Iterator[AnyEvent]:
    """Home since yesterday; a handover to the nurses of five hours ago that nobody accepted."""
    spell = {"provider": "RR8", "spell_id": "S7"}
    person = "handed-over"
    yield _event(
        person, "patient-admitted", now - timedelta(days=4), **spell, council=COUNCIL,
        locality="leeds-east",
    )  # fmt: skip
    yield _event(person, "patient-discharged", now - timedelta(days=1), **spell, pathway="P1")
    yield _event(
        person, "handover-sent", now - timedelta(hours=5), handover_id="H1",
        from_organisation="RR8", to_service="leeds-community-nursing", outstanding_items=0,
    )  # fmt: skip


def care_that_has_not_begun(now: datetime) -> Iterator[AnyEvent]:
    """Home since three days with a care package asked for, and nobody has come."""
    spell = {"provider": "RR8", "spell_id": "S4"}
    person = "care-has-not-begun"
    yield _event(
        person, "patient-admitted", now - timedelta(days=7), **spell, council=COUNCIL,
        locality="leeds-west",
    )  # fmt: skip
    yield _event(
        person, "care-package-requested", now - timedelta(days=5), package_id="P1", kind="new",
        service="aire-home-care", funder="council",
    )  # fmt: skip
    yield _event(person, "patient-discharged", now - timedelta(days=3), **spell, pathway="P1")


def home_for_a_month(now: datetime) -> Iterator[AnyEvent]:
    """Home for 35 days, from stays of four."""
    left = now - timedelta(days=35)
    for number, locality in enumerate(("leeds-city", *ENOUGH)):
        person = f"home-for-a-month-{number}"
        spell = {"provider": "RR8", "spell_id": f"M{number}"}
        yield _event(
            person, "patient-admitted", left - timedelta(days=4), **spell, council=COUNCIL,
            locality=locality,
        )  # fmt: skip
        yield _event(person, "patient-discharged", left, **spell, pathway="P0")


def not_heard_of_lately(now: datetime) -> Iterator[AnyEvent]:
    """A care home whose newest report is five days old; the policy does not list it."""
    yield _event(
        "far-away-care-home", "centre-capacity-reported", now - timedelta(days=5),
        kind="care_home", beds_open=12, beds_occupied=8, beds_reserved=1,
    )  # fmt: skip


def waiting_for_a_centre(now: datetime) -> Iterator[AnyEvent]:
    """Two who are ready: for a day and a half one centre was full, and the other had room."""
    for service, occupied in (
        ("south-leeds-independence-centre", 2),
        ("east-leeds-recovery-centre", 1),
    ):
        person = f"waits-for-{service}"
        spell = {"provider": "RR8", "spell_id": service}
        asked = now - timedelta(hours=36)
        yield _event(
            service, "centre-capacity-reported", now - timedelta(hours=40),
            kind="independence_centre", beds_open=2, beds_occupied=occupied,
        )  # fmt: skip
        yield _event(
            person, "patient-admitted", now - timedelta(days=8), **spell, council=COUNCIL,
            locality="leeds-south",
        )  # fmt: skip
        yield _event(
            person, "criteria-to-reside-assessed", now - timedelta(days=2), **spell, meets=False
        )
        yield _event(person, "pathway-decided", now - timedelta(hours=37), **spell, pathway="P2")
        yield _event(
            person, "referral-made", asked, referral_id="R1", kind="rehabilitation_bed",
            service=service,
        )  # fmt: skip


def ready_to_leave_a_centre(now: datetime) -> Iterator[AnyEvent]:
    """In a centre since ten days, and for four of them able to leave: no care at home is free."""
    spell = {"provider": "RR8", "spell_id": "S5"}
    person, stay = "ready-to-leave-a-centre", {"stay_id": "T5"}
    moved = now - timedelta(days=10)
    ready = now - timedelta(days=4)
    yield _event(
        person, "patient-admitted", moved - timedelta(days=6), **spell, council=COUNCIL,
        locality="leeds-east",
    )  # fmt: skip
    yield _event(person, "patient-discharged", moved, **spell, pathway="P2")
    yield _event(person, "centre-admitted", moved, **stay, service="bradford-recovery-centre")
    yield _event(person, "centre-ready-to-leave", ready, **stay)
    yield _event(
        person, "centre-delay-reason-recorded", ready, **stay, reason="cap_p1_social_care",
        primary=True,
    )  # fmt: skip


def late_when_told(now: datetime) -> Iterator[AnyEvent]:
    """Ready to leave for two days, and told just now: a delay that the next tick raises."""
    spell = {"provider": "RR8", "spell_id": "S9"}
    person = "late-when-told"
    came = now - timedelta(days=9)
    yield _event(person, "patient-admitted", came, **spell, council=COUNCIL, locality="leeds-south")
    yield _event(
        person, "criteria-to-reside-assessed", now - timedelta(days=2), **spell, meets=False
    )


STORIES = (
    after_rehabilitation,
    unwell_again_on_the_way,
    handed_over_and_not_answered,
    care_that_has_not_begun,
    home_for_a_month,
    not_heard_of_lately,
    waiting_for_a_centre,
    ready_to_leave_a_centre,
    late_when_told,
)
