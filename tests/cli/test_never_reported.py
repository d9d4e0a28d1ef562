"""Whom `flow person` doubts because they never said what they can take: only who takes people."""

from flow.cli.folding import fold_person
from flow.cli.person_record import note_never_reported
from tests.pathway.told import ENGLAND, PERSON, Told, at, value_of


def test_a_hub_who_assesses_and_an_owners_team_have_no_places_to_report() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-06 10:00", referral_id="H1", kind="care_transfer_hub",
              service="leeds-hub")  # fmt: skip
    told.tell("assessment-referred", "2026-01-06 11:00", assessment_id="A1", service="leeds-adults")
    told.tell("coordinator-assigned", "2026-01-06 12:00", organisation="E08000035",
              coordinator="sw1", service="leeds-team")  # fmt: skip
    unknown = told.tell("referral-made", "2026-01-06 13:00", referral_id="R1", kind="reablement",
                        service="who-is-that")  # fmt: skip
    events = [(event, value_of(event)) for event in told.events]
    folded = fold_person(PERSON, events, ENGLAND, at("2026-01-06 14:00"))
    assert folded is not None
    note_never_reported(folded, {"slic"})
    doubts = [each for each in folded.assessment.findings if each.rule == "service_never_reported"]
    assert [each.events for each in doubts] == [(unknown.identity,)]
    assert folded.of_services[doubts[0]] == "who-is-that"
