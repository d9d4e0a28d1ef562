"""The timeline of `flow person`: events in words, and which of them no longer count."""

from flow.cli.timeline import data_of, timeline
from tests.cli.test_journey_words import folded
from tests.pathway.told import Told

NO_LONGER = "A review found that the person no longer meets"
MOVED_IN = "The person moved into an independence centre or another short-term bed"


def lines_of(told: Told) -> list[str]:
    view = folded(told)
    return list(timeline(view.journey, view.history.events()))


def test_events_are_told_in_words_newest_first() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.reviewed("2026-01-07 09:00", meets=True)
    told.tell("centre-admitted", "2026-01-08 09:00", stay_id="T1", service="slic")
    told.tell("requirements-to-remain-assessed", "2026-01-09 09:00", stay_id="T1", meets=False)
    assert [line.split("  ")[1:3] for line in lines_of(told)] == [
        ["09-Jan-2026 09:00", f"{NO_LONGER} the requirements to remain"],
        ["08-Jan-2026 09:00", MOVED_IN],
        ["07-Jan-2026 09:00", "A review found that the person meets the criteria to reside"],
        ["06-Jan-2026 09:00", f"{NO_LONGER} the criteria to reside"],
        ["05-Jan-2026 10:00", "A person was admitted: a spell begins"],
    ]  # fmt: skip


def test_what_was_corrected_and_what_was_taken_back_say_so_beside_it() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    wrong = told.reviewed("2026-01-06 09:00", meets=False)
    right = told.reviewed("2026-01-06 09:00", meets=True, corrects=wrong.identity)
    death = told.tell("patient-died", "2026-01-07 09:00")
    back = told.in_spell("admission-cancelled", "2026-01-07 11:00", corrects=death.identity)
    by_event = {line.split("  ")[-1].split(",")[0]: line for line in lines_of(told)}
    assert f"criteria to reside: corrected by {right.identity}" in by_event[wrong.identity]
    assert f"; in the place of {wrong.identity}" in by_event[right.identity]
    assert f"The person died: taken back by {back.identity}" in by_event[death.identity]
    view = folded(told)
    void = {
        row["event"]: row.get("void_by") for row in data_of(view.journey, view.history.events())
    }
    assert void[death.identity] == back.identity
    assert void[right.identity] is None


def test_events_of_a_cancelled_stay_do_not_count() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    cancelled = told.in_spell("admission-cancelled", "2026-01-06 11:00")
    newest, review, _ = lines_of(told)
    assert "does not count" not in newest
    assert f"does not count, the admission was cancelled by {cancelled.identity}" in review


def test_no_event_is_told_with_a_reference_of_ours_or_a_code() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell(
        "expected-discharge-date-set", "2026-01-05 11:00", expected_discharge_date="2026-01-09"
    )
    told.in_spell("discharge-summary-sent", "2026-01-06 10:00")
    summary, expected, _ = lines_of(told)
    assert "  The discharge summary went to the general practitioner  /" in summary
    assert "  The expected date of discharge was set or revised  /" in expected
