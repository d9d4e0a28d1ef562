"""Write a person's events in few words: London wall-clock times, sensible defaults."""

import json
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from flow.events import AnyEvent, decode_stored
from flow.pathway import (
    Advanced,
    Alert,
    Assessment,
    History,
    Journey,
    Policy,
    Wait,
    advance,
    assess,
    load_policy,
)
from flow.pathway.copying import own_fields
from flow.pathway.policy_file import parse_policy

LONDON = ZoneInfo("Europe/London")
ENGLAND = load_policy()
PERSON = "k1.a-person-made-up-for-tests"
PROVIDER, SPELL = "RR8", "S1"
ABOUT = f"{PROVIDER}:{SPELL}"


def own_policy(text: str) -> Policy:
    """A policy of one's own, over the default for England."""
    default = files("flow.pathway").joinpath("policy_england.toml").read_text("utf-8")
    return parse_policy(text, name="own.toml", over=default)


def at(text: str) -> datetime:
    """`2026-01-05 10:00` on the wall in London; the first of the two where an hour comes twice."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=0).astimezone(UTC)


class Told:
    """A person's events as they come; `told.patient_admitted("2026-01-05 10:00", ward="W1")`."""

    def __init__(self, policy: Policy = ENGLAND) -> None:
        self.policy = policy
        self.events: list[AnyEvent] = []
        self.alerts: dict[str, Alert] = {}
        self.changed: list[Alert] = []

    def tell(
        self,
        kind: str,
        when: str | datetime,
        /,
        *,
        id: str | None = None,
        source: str = "/rr8/pas",
        recorded: str | datetime | None = None,
        corrects: str | None = None,
        **data: Any,
    ) -> AnyEvent:
        """Add an event of this type (`patient-admitted`); returns it."""
        time = at(when) if isinstance(when, str) else when
        recordedtime = at(recorded) if isinstance(recorded, str) else recorded or time
        event = decode_stored(
            json.dumps(
                {
                    "specversion": "1.0",
                    "id": id or f"e{len(self.events) + 1}",
                    "source": source,
                    "type": f"flow.{kind}.v1",
                    "time": time.isoformat(),
                    "recordedtime": recordedtime.isoformat(),
                    "subject": PERSON,
                    "corrects": corrects,
                    "data": {key: _plain(value) for key, value in data.items()},
                }
            ).encode()
        )
        self.events.append(event)
        return event

    def in_spell(self, kind: str, when: str | datetime, /, **data: Any) -> AnyEvent:
        """The same, about the spell S1 at RR8 unless said otherwise."""
        return self.tell(kind, when, **{"provider": PROVIDER, "spell_id": SPELL, **data})

    def admitted(self, when: str | datetime, **data: Any) -> AnyEvent:
        return self.in_spell("patient-admitted", when, **data)

    def reviewed(self, when: str | datetime, *, meets: bool, **data: Any) -> AnyEvent:
        return self.in_spell("criteria-to-reside-assessed", when, meets=meets, **data)

    def discharged(self, when: str | datetime, **data: Any) -> AnyEvent:
        return self.in_spell("patient-discharged", when, **data)

    def history(self) -> History:
        history = History(self.policy.may_correct)
        for event in self.events:
            history.add(event, value_of(event))
        return history

    def journey(self) -> Journey:
        return self.history().journey()

    def assessed(self, now: str | datetime) -> Assessment:
        return assess(self.journey(), self.policy, at(now) if isinstance(now, str) else now)

    def wait(self, wait: str, now: str | datetime, period: int = 1) -> Wait:
        """The one wait of this kind and period, run or running, at `now`."""
        (found,) = [w for w in self.assessed(now).waits if w.id == wait and w.period == period]
        return found

    def waits(self, wait: str, now: str | datetime) -> list[Wait]:
        return [w for w in self.assessed(now).waits if w.id == wait]

    def advance(self, now: str | datetime, *, raising: bool = True) -> Advanced:
        """Move the alerts on; `self.alerts` are those open, `self.changed` every change."""
        moment = at(now) if isinstance(now, str) else now
        journey = self.journey()
        view = assess(journey, self.policy, moment)
        advanced = advance(self.alerts, view, journey, PERSON, moment, raising=raising)
        self.alerts = advanced.alerts
        self.changed += advanced.changed
        return advanced

    def alert(self, wait: str) -> Alert | None:
        """The open alert of a wait or notice."""
        found = [alert for alert in self.alerts.values() if alert.wait == wait]
        return found[0] if found else None


def value_of(event: AnyEvent) -> bytes:
    return event.model_dump_json(exclude_none=True).encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else value


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def facts(item: object, seen: frozenset[int] = frozenset()) -> object:
    """Everything that a journey or an assessment says, as plain values that compare.

    References back (a subject's spell, a span's subject) are named, not followed.
    """
    if isinstance(item, tuple) and hasattr(item, "_asdict"):
        return {name: facts(part, seen) for name, part in item._asdict().items()}
    if isinstance(item, list | tuple):
        return [facts(part, seen) for part in item]
    if isinstance(item, dict):
        return {str(key): facts(part, seen) for key, part in item.items()}
    names = _slots(item)
    if not names:
        return item
    if id(item) in seen:
        return f"<{type(item).__name__} {getattr(item, 'about', '')}>"
    inside = seen | {id(item)}
    return {name: facts(getattr(item, name), inside) for name in names}


NOT_SAID = {"memo", "touched", "resolution", "policy", "rule", "stage_version"}
NOT_SAID |= {
    "hospital_version",
    "services_version",
    "_journey",
    "_steps",
    "_where",
    "_subject",
    "owned_version",
    "taken_back",
}


def _slots(item: object) -> list[str]:
    slots = [name for cls in type(item).__mro__ for name in own_fields(cls)]
    if not type(item).__module__.startswith("flow.pathway"):
        return []
    return [name for name in slots if name not in NOT_SAID and hasattr(item, name)]
