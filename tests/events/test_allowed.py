"""What a refusal says of a field: what may stand there, and nothing of what stood there."""

import orjson
import pytest

from flow.events.catalogue import example
from flow.events.codes import DELAY_REASONS
from tests.events.test_decode import refusal

LONG_LIST = f"must be one of {len(DELAY_REASONS)} codes of delay_reasons, in docs/events/codes.md"
ALLOWED: dict[str, tuple[str, str, object, str]] = {
    "a short list": ("flow.pathway-decided.v1", "pathway", "P4",
                     "must be one of P0, P1, P2, P3"),
    "who pays": ("flow.care-package-requested.v1", "funder", "the-family",
                 "must be one of council, nhs, nhs_chc, joint, self_funded, other, unknown"),
    "a long list": ("flow.delay-reason-recorded.v1", "reason", "cap_new_reason", LONG_LIST),
    "true or false": ("flow.criteria-to-reside-assessed.v1", "meets", "no",
                      "must be true or false"),
    "a day": ("flow.expected-discharge-date-set.v1", "expected_discharge_date", "29/03/2026",
              "must be a day of the years 1900 to 2199 as in 2026-03-29"),
    "a time": ("flow.care-package-requested.v1", "planned_start_at", "tomorrow",
               "must be a time of the years 1900 to 2199 as in 2026-03-29T14:30:00+01:00"),
    "a whole number": ("flow.care-package-requested.v1", "visits_per_week", "14",
                       "must be a whole number"),
    "at least": ("flow.care-package-requested.v1", "visits_per_week", -1, "must be 0 or more"),
    "at most": ("flow.care-package-requested.v1", "hours_per_week", 169, "must be 168 or less"),
    "a form": ("flow.patient-admitted.v1", "council", "Leeds", "must match ^[EWSN][0-9]{8}$"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "field", "sent", "says"), ALLOWED.values(), ids=ALLOWED)
def test_a_refusal_says_what_is_allowed_and_not_what_was_sent(
    kind: str, field: str, sent: object, says: str
) -> None:
    event = example(kind)
    event["data"] = {**event["data"], field: sent}
    assert refusal(orjson.dumps(event)) == ("invalid", f"data.{field}: {says}")


def test_a_subject_has_to_be_long_enough() -> None:
    event = example("flow.patient-admitted.v1")
    event["subject"] = ""
    assert refusal(orjson.dumps(event)) == ("invalid", "subject: must have 8 or more characters")


def test_a_detail_stays_short_enough_for_a_header() -> None:
    event = example("flow.care-package-requested.v1")
    event["data"] = dict.fromkeys(event["data"], "???")
    _, detail = refusal(orjson.dumps(event))
    assert "???" not in detail
    assert len(detail) < 1_000
