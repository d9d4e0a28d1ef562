"""Whom `flow person` and `flow fold` doubt because they never said what they can take: only who
takes people, and where others have said it."""

import pytest

from flow.cli.folding import fold_person
from flow.cli.never_reported import note_never_reported
from tests.cli.conftest import Run
from tests.cli.test_capacity_doubts import asked, reported, told_of
from tests.cli.test_fold import ADMITTED, folded, lines
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


@pytest.mark.parametrize(
    ("others", "doubts"),
    [
        ([reported(beds_open=20, beds_occupied=10)], ["service_never_reported"]),
        ([reported("who-is-that", beds_open=20, beds_occupied=10)], []),
        ([], []),
    ],
)
def test_a_folded_person_shows_a_service_that_nobody_knows(
    run: Run, others: list[dict[str, object]], doubts: list[str]
) -> None:
    story = [ADMITTED, asked("who-is-that"), *others]
    person = folded(run, story)
    (unknown,) = [f"{each['source']}#{each['id']}" for each in story[1:2]]
    assert told_of(person) == [(rule, [unknown]) for rule in doubts]
    words = run("fold", "--explain", input=lines(story)).stdout
    assert ("never said what it can take" in words) == bool(doubts)
