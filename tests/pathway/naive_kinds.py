"""What referrals may ask for, what shows that it has begun, and which wait runs until then.

From docs/waits.md and domain.md 12.4; nothing of `flow.pathway` is used.
"""

HUB = "care_transfer_hub"
STARTS = {
    "home_care": "home_care_start",
    "community_health": "community_health_start",
    "care_home": "care_home_start",
    "reablement": "p1_reablement_start",
    "rehabilitation_bed": "p2_bed_start",
    "fast_track_chc": "fast_track_chc",
    "palliative_care": "palliative_care_start",
    "hospice_bed": "hospice_bed_start",
    "urgent_community_response": "ucr_response",
    "disability_support": "disability_support_start",
    "mental_health_community": "mental_health_follow_up",
    "mental_health_bed": "mental_health_bed_start",
    "health_visiting": "new_birth_visit",
    "early_years": "early_years_start",
    "equipment": "equipment_delivery",
    "housing": "housing_start",
}
ONLY_A_VISIT_BEGINS = (
    "reablement",
    "community_health",
    "palliative_care",
    "urgent_community_response",
    "mental_health_community",
    "health_visiting",
    "early_years",
)
AT_HOME = (*ONLY_A_VISIT_BEGINS, "home_care", "disability_support")
IN_A_BED = (
    "rehabilitation_bed",
    "hospice_bed",
    "mental_health_bed",
    "care_home",
    "fast_track_chc",
)
NO_LIMIT = ("hospice_bed", "mental_health_bed", "care_home", "fast_track_chc")
"""Beds that nobody has to leave after some weeks; in a care home people live."""
ONE_PLACE = (*IN_A_BED, "reablement", "home_care", "urgent_community_response", "health_visiting")
"""Several services may be asked for it, and the one that gives it is enough."""
GIVEN_AT_HOME = (
    "reablement",
    "home_care",
    "community_health",
    "palliative_care",
    "disability_support",
)
"""Nobody waits for it while the person is in a centre."""
VISITED_WHERE_THEY_LIVE = (
    "home_care",
    "community_health",
    "palliative_care",
    "disability_support",
    "early_years",
)
"""Nor in hospital."""
PATHWAYS = {
    "reablement": ("P1",),
    "home_care": ("P1",),
    "rehabilitation_bed": ("P2", "P3"),
    "mental_health_bed": ("P2", "P3"),
    "care_home": ("P3",),
    "restart": ("P0", "P1"),
}
"""On which alone a kind is given, or a package goes on."""
ONCE = ("urgent_community_response", "health_visiting")
"""One visit is all of it."""
ONLY_INSTEAD_OF = {
    "community_health": ("community_health",),
    "palliative_care": ("palliative_care", "community_health", "hospice_bed"),
    "mental_health_community": ("mental_health_community", "mental_health_bed"),
    "early_years": ("early_years",),
    "urgent_community_response": ("urgent_community_response",),
}
"""In whose place alone these come, where they were refused; whoever else comes washes and dresses
the person."""
BY_LEAVING = (HUB, "housing")
BY_A_TASK = {"equipment_delivered": "equipment", "housing_ready": "housing"}
LEAVES_NOBODY_WITHOUT_CARE = (
    *(HUB, "other", "health_visiting", "early_years", "equipment", "housing"),
)
"""The hub gives none, nobody need tell that something else has begun, and the rest is no care."""
IS_CARE_ON_A_PATHWAY_ALONE = "mental_health_community"
"""Whoever is on pathway 1 to 3 needs somebody who comes, and it may be this one."""
