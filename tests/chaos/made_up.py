"""Made-up people of today, as JSON: for tests whose clock is the one on the wall."""

import json
from datetime import datetime, timedelta

from tests.chaos.sepsis_slice import Message


def person(number: int) -> str:
    """A reference as `flow ref` makes them: key identifier, dot, 43 letters and digits."""
    return f"k1.{number:043d}"


def admitted(who: str, at: datetime) -> Message:
    return _event(who, "patient-admitted", "admitted", at, ward="ER", admission_method="21")


def moved(who: str, at: datetime, number: int) -> Message:
    return _event(who, "patient-transferred", f"moved-{number}", at, ward=f"W{number % 9}")


def expected_date_set(who: str, at: datetime) -> Message:
    """The stop of the wait `edd_set`."""
    day = (at + timedelta(days=3)).date().isoformat()
    return _event(who, "expected-discharge-date-set", "expected", at, expected_discharge_date=day)


def _event(who: str, kind: str, id: str, at: datetime, **data: str) -> Message:
    event = {
        "specversion": "1.0",
        "id": id,
        "source": "/made-up/pas",
        "type": f"flow.{kind}.v1",
        "time": at.isoformat(),
        "recordedtime": at.isoformat(),
        "subject": who,
        "data": {"provider": "RR8", "spell_id": f"spell-of-{who[-9:]}", **data},
    }
    return Message("admission", who.encode(), json.dumps(event).encode())
