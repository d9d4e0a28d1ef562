"""What is said of a service rather than of a person, by itself and by the worker."""

from flow.events.examples.made_up import (
    BOARD,
    CENTRE,
    CENTRE_SERVICE,
    PLACE,
    SERVICE_ALERT_ANSWER,
    WORKER,
    Row,
)

REPORTED = {
    "kind": "independence_centre",
    **PLACE,
    "beds_open": 38,
    "beds_closed": 2,
    "beds_reserved": 3,
    "beds_occupied": 34,
    "visits_per_week_available": 0,
    "hours_per_week_available": 0.0,
}

EVENTS: tuple[Row, ...] = (
    (
        44,
        "flow.centre-capacity-reported.v1",
        CENTRE,
        "2026-03-30T07:00:00+01:00",
        REPORTED,
    ),
    (
        61,
        "flow.service-alert-acknowledged.v1",
        BOARD,
        "2026-03-30T11:20:00+01:00",
        {**SERVICE_ALERT_ANSWER},
    ),
    (
        62,
        "flow.service-alert-snoozed.v1",
        BOARD,
        "2026-03-30T11:25:00+01:00",
        {**SERVICE_ALERT_ANSWER, "until": "2026-03-30T17:00:00+01:00", "reason": "plan_agreed"},
    ),
    (
        66,
        "flow.service-changed.v1",
        WORKER,
        "2026-03-30T06:00:02Z",
        {
            **CENTRE_SERVICE,
            "reported": {
                "event": "/leeds-south-centre/capacity#EX-0038",
                "time": "2026-03-30T06:00:00Z",
                "recordedtime": "2026-03-30T06:00:00Z",
                **REPORTED,
            },
            "derived": {
                "staying": 33,
                "waiting": 2,
                "offered": 0,
                "accepted": 1,
                "ready": 2,
                "suitable": 1,
                "longest_waiting_since": "2026-03-27T11:00:00Z",
                "waited_days": 4,
                "could_leave": 1,
            },
            "occupancy_difference": 1,
            "has_room": True,
            "free_places": 1,
            "shortfall": 2,
            "expected_free": [
                {"day": "2026-03-30", "places": 2},
                {"day": "2026-03-31", "places": 2},
            ],
            "conditions": [
                {"alert": "place_free_with_someone_waiting", "since": "2026-03-30T06:00:00Z"}
            ],
            "findings": [
                {"rule": "service_not_listed", "events": ["/leeds-south-centre/capacity#EX-0038"]}
            ],
        },
    ),
    (
        67,
        "flow.service-alert-changed.v1",
        WORKER,
        "2026-03-30T16:00:01Z",
        {
            "alert_id": "5d4f1b0c-8d55-5a3c-9c0b-0a8f6f0c2b77",
            **CENTRE_SERVICE,
            "alert": "place_free_with_someone_waiting",
            "state": "closed",
            "since": "2026-03-30T06:00:00Z",
            "due_at": "2026-03-30T10:00:00Z",
            "raised_at": "2026-03-30T10:00:01Z",
            "closed_at": "2026-03-30T16:00:01Z",
            "closed_reason": "nobody_waiting",
            "acknowledged_by": "staff-0042",
            "target_s": 14400,
            "provenance": "local",
            "target_source": "no national figure; set locally",
            "report": "/leeds-south-centre/capacity#EX-0038",
            "acts_next": {"organisation": "leeds-south-centre", "role": "centre_manager"},
            "kind": "independence_centre",
            **PLACE,
        },
    ),
)
