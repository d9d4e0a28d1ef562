"""What people call the codes in labels: from the code lists and the policy, not written again."""

from dashboards.spec import Names
from flow.events.codes import (
    DELAY_REASONS,
    DESTINATIONS,
    FOLLOW_UP_STATUSES,
    FUNDERS,
    PACKAGE_KINDS,
    REFERRAL_KINDS,
    REJECTION_REASONS,
    CodeList,
)
from flow.pathway import load_policy

NOT_KNOWN = {"unknown": "Not known"}
PLACES: Names = NOT_KNOWN | {"other": "Not in the policy's lists"}
"""Of places that have no name of their own in a label."""


def _labels(codes: CodeList) -> dict[str, str]:
    return {entry.code: entry.label for entry in codes.entries}


def _before_the_comma(codes: CodeList) -> dict[str, str]:
    """Short enough for a bar; the code list says the rest."""
    return {code: label.partition(",")[0] for code, label in _labels(codes).items()}


def _waited_for() -> dict[str, str]:
    """A wait by what ends it, without what stands in brackets."""
    stops = {wait: rule.stop.partition(" (")[0] for wait, rule in load_policy().rules.items()}
    return {wait: stop[0].upper() + stop[1:] for wait, stop in stops.items()}


WAITS: Names = _waited_for()
DELAYS: Names = _labels(DELAY_REASONS)
DELAY_GROUPS: Names = {slug: group.label for slug, group in DELAY_REASONS.groups.items()}
FUNDED_BY: Names = _before_the_comma(FUNDERS)
PACKAGES: Names = _labels(PACKAGE_KINDS) | NOT_KNOWN
REFERRED_TO: Names = _labels(REFERRAL_KINDS)
REFUSED_BECAUSE: Names = _labels(REJECTION_REASONS)
WHERE: Names = _before_the_comma(FOLLOW_UP_STATUSES)

PATHWAYS: Names = {
    "P0": "0: home, no new need",
    "P1": "1: home with support",
    "P2": "2: bed to recover in",
    "P3": "3: care home",
    "unknown": "Not set yet",
}
"""Shorter than the code list's labels (domain.md 1.1)."""

WENT_TO: Names = {
    "p0_home": "0: home",
    "p0_care_home_return": "0: back to care home",
    "p1_home_reablement": "1: home, to recover",
    "p1_home_other_support": "1: home, other support",
    "p1_care_home_return_more": "1: care home, more support",
    "p2_bed": "2: bed to recover in",
    "p3_care_home_new": "3: care home, new",
    "p3_care_home_eol": "3: care home, end of life",
} | NOT_KNOWN
"""The eight lines of the situation report, shorter than there (domain.md 2.2)."""
assert set(WENT_TO) == DESTINATIONS.codes | {"unknown"}

STAYS = {
    "0-6": "0 to 6 days",
    "7-13": "7 to 13 days",
    "14-20": "14 to 20 days",
    "21+": "21 days and more",
}
STAYS_AT_LEAST: Names = {"7": "7 days+", "14": "14 days+", "21": "21 days+"}
DELAY_BANDS: Names = {
    "0": "On the day",
    "1": "1 day",
    "2-3": "2 to 3 days",
    "4-6": "4 to 6 days",
} | {band: STAYS[band] for band in ("7-13", "14-20", "21+")}
TIMES: Names = {
    "before_midday": "Before midday",
    "before_17": "From midday, before 17:00",
    "later": "17:00 and later",
}
WITHIN: Names = {
    "2h": "Within 2 hours",
    "24h": "2 to 24 hours",
    "48h": "1 to 2 days",
    "7d": "2 to 7 days",
    "longer": "Longer",
}
