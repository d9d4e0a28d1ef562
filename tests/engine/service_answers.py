"""Answers to alerts of services, as the co-ordinators' board would send them."""

import json
from datetime import datetime

from flow.events import decode_stored
from flow.events.event_types import ServiceAnswer


def answer(kind: str, service: str, at: datetime, /, **data: str) -> ServiceAnswer:
    """`kind` is acknowledged or snoozed; `data` names the alert, and who answers it."""
    event = decode_stored(
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"{kind}-{service}-{data['alert']}-{at:%d%H%M}",
                "source": "/leeds/board",
                "type": f"flow.service-alert-{kind}.v1",
                "time": at.isoformat(),
                "recordedtime": at.isoformat(),
                "subject": service,
                "data": data,
            }
        ).encode()
    )
    assert isinstance(event, ServiceAnswer)
    return event
