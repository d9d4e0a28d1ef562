"""A first visit was due and nobody came: until somebody does."""

from typing import Any

import pytest

from tests.pathway.told import Told, at


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "referral-made", "id": {"referral_id": "R1"}, "as": "reablement"},
        {"kind": "care-package-requested", "id": {"package_id": "P1"}, "as": "new"},
    ],
    ids=["of a referral", "of a package"],
)
def test_after_a_hospital_stay_it_rests_on_the_last_that_was_missed(asked: dict[str, Any]) -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell(asked["kind"], "2026-01-08 12:00", kind=asked["as"], service="acme", **asked["id"])
    person.discharged("2026-01-09 10:00")
    first = person.tell("first-visit-missed", "2026-01-09 18:00", **asked["id"])
    last = person.tell("first-visit-missed", "2026-01-10 09:00", **asked["id"])
    assert person.wait("missed_first_visit", "2026-01-10 10:00").started_by == (first.identity,)
    person.admitted("2026-01-11 02:00", spell_id="S2")
    person.reviewed("2026-01-12 09:00", meets=False, spell_id="S2")
    left = person.discharged("2026-01-12 15:00", spell_id="S2")
    again = person.wait("missed_first_visit", "2026-01-12 16:00", period=2)
    assert again.starts_at == at("2026-01-12 15:00")
    assert again.started_by == (left.identity, last.identity)
