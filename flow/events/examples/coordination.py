"""What co-ordinators say of a person, and what is said of a reference."""

from flow.events.examples.made_up import ALERT_ANSWER, BOARD, HOSPITAL, SPELL, Row

EVENTS: tuple[Row, ...] = (
    (
        45,
        "flow.coordinator-assigned.v1",
        BOARD,
        "2026-03-28T08:40:00+00:00",
        {
            "organisation": "RR8",
            "coordinator": "staff-0042",
            "role": "case_manager",
            "service": "leeds-care-transfer-hub",
        },
    ),
    (
        46,
        "flow.coordinator-off-duty.v1",
        BOARD,
        "2026-03-28T17:00:00+00:00",
        {
            "coordinator": "staff-0042",
            "back_at": "2026-03-30T08:30:00+01:00",
            "cover": "staff-0077",
        },
    ),
    (47, "flow.alert-acknowledged.v1", BOARD, "2026-03-28T08:41:00+00:00", {**ALERT_ANSWER}),
    (
        48,
        "flow.alert-snoozed.v1",
        BOARD,
        "2026-03-28T08:42:00+00:00",
        {**ALERT_ANSWER, "until": "2026-03-30T09:00:00+01:00", "reason": "plan_agreed"},
    ),
    (
        49,
        "flow.wait-paused.v1",
        BOARD,
        "2026-03-28T08:45:00+00:00",
        {**ALERT_ANSWER, "reason": "mental_capacity", "until": "2026-03-31T17:00:00+01:00"},
    ),
    (50, "flow.wait-resumed.v1", BOARD, "2026-03-30T10:15:00+00:00", {**ALERT_ANSWER}),
    (
        51,
        "flow.person-erased.v1",
        BOARD,
        "2026-04-20T10:00:00+00:00",
        {"reason": "objection", "by": "staff-0042"},
    ),
    (
        52,
        "flow.identity-linked.v1",
        HOSPITAL,
        "2026-03-21T09:00:00+00:00",
        {"to": "k1.Zr0bXk2u9QmJvT4sWcE8yLhN5pGdA1oFi6RtKq3VxYs", "reason": "nhs_number_known"},
    ),
    (
        53,
        "flow.identity-unlinked.v1",
        HOSPITAL,
        "2026-03-21T11:00:00+00:00",
        {"to": "k1.Zr0bXk2u9QmJvT4sWcE8yLhN5pGdA1oFi6RtKq3VxYs"},
    ),
    (
        54,
        "flow.task-done.v1",
        BOARD,
        "2026-03-25T10:00:00+00:00",
        {"task": "long_stay_review", **SPELL, "by": "staff-0042"},
    ),
)
