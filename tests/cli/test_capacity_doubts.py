"""What a service says that cannot be, told of whoever waits for it or is with it."""

from typing import Any

import pytest

from flow.cli.capacity_doubts import SERVICES_MAX
from tests.cli.conftest import Run
from tests.cli.test_fold import ADMITTED, event, folded, lines

REPORT = "/slic/capacity#report"


def reported(service: str = "slic", **said: Any) -> dict[str, Any]:
    made = event("centre-capacity-reported", "2026-03-02T08:00:00Z", 9)
    data = {"kind": "independence_centre", **said}
    return made | {"id": "report", "source": f"/{service}/capacity", "subject": service,
                   "data": data}  # fmt: skip


def asked(service: str = "slic", referral_id: str = "R1", number: int = 5) -> dict[str, Any]:
    made = event("referral-made", "2026-03-02T11:00:00Z", number)
    made["data"] |= {"referral_id": referral_id, "service": service, "kind": "rehabilitation_bed"}
    return made


MOVED_IN = event("centre-admitted", "2026-03-02T12:00:00Z", 6)
MOVED_IN["data"] = {"stay_id": "T1", "service": "slic"}
LEFT = event("centre-discharged", "2026-03-02T13:00:00Z", 7)
LEFT["data"] = {"stay_id": "T1"}


def told_of(person: dict[str, Any]) -> list[tuple[str, list[str]]]:
    findings = person["findings"]
    return [(each["rule"], each["events"]) for each in findings if each["rule"][:8] == "service_"]


@pytest.mark.parametrize(
    ("story", "said", "rules"),
    [
        ([ADMITTED, asked()], {"beds_open": 20, "beds_occupied": 30}, ["capacity_impossible"]),
        ([ADMITTED, asked()], {"visits_per_week_available": 5}, ["capacity_impossible"]),
        ([ADMITTED, asked()], {"beds_open": 20, "beds_occupied": 10}, []),
        ([ADMITTED], {"beds_open": 20, "beds_occupied": 30}, []),
        ([MOVED_IN], {"beds_open": 0}, ["more_staying_than_beds"]),
        ([MOVED_IN, LEFT], {"beds_open": 20, "beds_occupied": 30}, []),
    ],
)
def test_impossible_capacity_is_told_of_whoever_waits_for_the_service_or_is_with_it(
    run: Run, story: list[dict[str, Any]], said: dict[str, Any], rules: list[str]
) -> None:
    person = folded(run, [*story, reported(**said)])
    assert told_of(person) == [(f"service_{rule}", [REPORT]) for rule in rules]


def test_in_words_it_is_the_report_the_service_and_the_fault_that_holds(run: Run) -> None:
    story = [ADMITTED, asked(), reported(beds_open=5, beds_reserved=4, beds_occupied=9)]
    words = run("fold", "--explain", input=lines(story)).stdout.splitlines()
    (number,) = [number for number, each in enumerate(words) if REPORT in each]
    assert "they wait for or are with" in words[number]
    assert words[number + 1] == (
        "      slic: it reports what cannot be: 9 occupied + 4 reserved of 5 beds open"
    )
    (finding,) = folded(run, story)["findings"]
    assert finding["of_service"].startswith("slic: ")


def test_more_people_than_beds_are_told_with_both_figures(run: Run) -> None:
    words = run("fold", "--explain", input=lines([MOVED_IN, reported(beds_open=0)])).stdout
    assert "      slic: by their journeys 1 person stays, of 0 beds open" in words


def test_of_many_services_some_are_told(run: Run) -> None:
    services = [f"centre-{number:02}" for number in range(SERVICES_MAX + 2)]
    story = [asked(each, each, number) for number, each in enumerate(services, start=10)]
    reports = [reported(each, beds_occupied=1) for each in services]
    assert len(told_of(folded(run, [ADMITTED, *story, *reports]))) == SERVICES_MAX
