"""Hypothesis strategies that make valid events of every type.

`events()` draws from small pools (two providers, three spells, a few referrals, times within two
months), so that events of one person refer to each other, repeat, conflict and correct each
other. `events(wide=True)` draws whatever the models allow. `journeys()` makes whole lists.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from flow.events import EVENT_TYPES, AnyEvent, PersonReference
from flow.events.codes.code_list import OneOf
from flow.events.moments import DaySchema, InstantSchema
from flow.events.topics import TOPICS

SUBJECT = "k1.NYzF4cZSpHk5mVV1qGbCgkzQ0jDLcS8nV2uY3bX7wRk"
OTHER_SUBJECT = "k1.Bq3uWv8sPz1xYt5rEo7mNc9aLk2jHg4fDd6sXw0qZcE"

PERSON_TYPES: tuple[str, ...] = tuple(
    kind for kind, model in EVENT_TYPES.items() if TOPICS[model.topic].follows_person
)
"""Every type whose subject is a person."""
SERVICE_TYPES: tuple[str, ...] = tuple(kind for kind in EVENT_TYPES if kind not in PERSON_TYPES)

START = datetime(2026, 3, 1, tzinfo=UTC)
"""The default window begins here; on 29 March 2026 the day has 23 hours."""

_SERVICES = ("leeds-south-centre", "leeds-home-care", "leeds-care-transfer-hub")
_POOLS: Mapping[str, Sequence[str]] = {
    "source": ("/rr8/pas", "/rae/pas", "/leeds/hub"),
    "provider": ("RR8", "RAE"),
    "organisation": ("RR8", "RAE"),
    "from_organisation": ("RR8", "RAE"),
    "site": ("RR801", "RAE01"),
    "spell_id": ("S-1", "S-2", "S-3"),
    "ward": ("J19", "J28"),
    "treatment_function": ("300", "430"),
    "referral_id": ("R-1", "R-2", "R-3"),
    "package_id": ("P-1", "P-2"),
    "stay_id": ("C-1", "C-2"),
    "handover_id": ("H-1", "H-2"),
    "assessment_id": ("A-1", "A-2"),
    "to": ("staff-0001", "staff-0002"),  # long enough for a reference to a person, too
    "service": _SERVICES,
    "to_service": _SERVICES,
    "hub": _SERVICES,
    "council": ("E08000035", "E08000032"),
    "locality": ("leeds-south", "leeds-north"),
    "case_manager": ("staff-1", "staff-2"),
    "coordinator": ("staff-1", "staff-2"),
    "cover": ("staff-1", "staff-3"),
    "by": ("staff-1", "staff-2"),
    "wait": ("drd_to_discharge", "edd_set", "referral_response", "p2_bed_start", "stand_down"),
    "about": ("RR8:S-1", "RAE:S-2", "R-1", "P-1", "leeds-home-care"),
}
_CLASSES = re.compile(r"\^(?P<first>\[[^]]+\])?(?P<rest>\[[^]]+\])[*+]\$")
_IDS = tuple(f"e{number}" for number in range(1, 60))

Times = SearchStrategy[datetime]


@cache
def instants(start: datetime = START, days: int = 60) -> Times:
    """Whole minutes from `start` on, in UTC; feeds with minutes only tie often."""
    minutes = st.integers(0, days * 24 * 60 - 1)
    return minutes.map(lambda minute: start + timedelta(minutes=minute))


@cache
def any_instants() -> Times:
    """Any time that the wire allows, in several offsets."""
    zones = st.sampled_from([timezone(timedelta(hours=hours)) for hours in (-11, 0, 1, 14)])
    first, last = datetime(1901, 1, 1), datetime(2198, 12, 31)  # noqa: DTZ001 - the zone is drawn
    return st.datetimes(first, last, timezones=zones)


_PERSON_PATTERN = next(
    extra.pattern for extra in get_args(PersonReference) if isinstance(extra, StringConstraints)
)


@cache
def references() -> SearchStrategy[str]:
    """Any reference to a person that the wire allows."""
    alphabet = _characters("[A-Za-z0-9._~-]")
    fits = TypeAdapter(PersonReference).validate_python

    def is_reference(text: str) -> bool:
        try:
            return fits(text) == text
        except ValidationError:
            return False

    texts = st.text(alphabet, min_size=8, max_size=80)
    return st.one_of(st.just(SUBJECT), texts.filter(is_reference))


def events(
    subject: str | SearchStrategy[str] = SUBJECT,
    *,
    types: Collection[str] = PERSON_TYPES,
    times: Times | None = None,
    wide: bool = False,
) -> SearchStrategy[AnyEvent]:
    """Valid events about `subject`; see the module for `wide`.

    `times` is where `time` and the other times are drawn from. A subject is a service for
    `SERVICE_TYPES`, so ask for these by themselves.
    """
    drawn = times or (any_instants() if wide else instants())
    return st.sampled_from(sorted(types)).flatmap(
        lambda kind: _event(EVENT_TYPES[kind], subject, drawn, wide=wide)
    )


def journeys(
    subject: str = SUBJECT, *, min_size: int = 0, max_size: int = 30
) -> SearchStrategy[list[AnyEvent]]:
    """The events of one person in no order, with repeats, conflicts and corrections."""
    return st.lists(events(subject), min_size=min_size, max_size=max_size)


@cache
def _event(
    model: type[AnyEvent], subject: str | SearchStrategy[str], times: Times, *, wide: bool
) -> SearchStrategy[AnyEvent]:
    drawer = _Drawer(times, wide=wide)
    fields: dict[str, SearchStrategy[Any]] = {
        "id": drawer.field(model, "id") if wide else st.sampled_from(_IDS),
        "source": drawer.field(model, "source"),
        "time": times,
        "recordedtime": times,
        "subject": st.just(subject) if isinstance(subject, str) else subject,
        "corrects": drawer.corrects(model),
        "type": drawer.field(model, "type"),
        "data": drawer.model(get_type_hints(model)["data"]),
    }
    return st.fixed_dictionaries(fields).map(model.model_validate)


class _Drawer:
    def __init__(self, times: Times, *, wide: bool) -> None:
        self._times = times
        self._wide = wide

    def model(self, model: type[BaseModel]) -> SearchStrategy[dict[str, Any]]:
        required: dict[str, SearchStrategy[Any]] = {}
        optional: dict[str, SearchStrategy[Any]] = {}
        for name, field in model.model_fields.items():
            (required if field.is_required() else optional)[name] = self.field(model, name)
        return st.fixed_dictionaries(required, optional=optional)

    def field(self, model: type[BaseModel], name: str) -> SearchStrategy[Any]:
        hint = get_type_hints(model, include_extras=True)[name]
        if not self._wide and name in _POOLS:
            return st.sampled_from(_POOLS[name])
        return self.annotation(hint)

    def corrects(self, model: type[BaseModel]) -> SearchStrategy[str | None]:
        if self._wide:
            return self.field(model, "corrects")
        sources, ids = st.sampled_from(_POOLS["source"]), st.sampled_from(_IDS)
        identities = st.builds("{}#{}".format, sources, ids)
        # One in eight corrects something: more would void most of a history.
        return st.integers(0, 7).flatmap(lambda die: identities if die == 0 else st.none())

    def annotation(self, hint: Any) -> SearchStrategy[Any]:
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._annotated(args[0], args[1:])
        if origin in (Union, UnionType):
            return st.one_of(*(self.annotation(option) for option in args))
        if origin is Literal:
            return st.sampled_from(args)
        if origin is tuple:
            return st.lists(self.annotation(args[0]), max_size=3).map(tuple)
        if hint is NoneType:
            return st.none()
        assert hint is bool, f"no strategy for {hint}"
        return st.booleans()

    def _annotated(self, base: Any, extras: tuple[Any, ...]) -> SearchStrategy[Any]:
        for extra in extras:
            match extra:
                case OneOf(code_list):
                    return st.sampled_from(sorted(code_list.codes))
                case InstantSchema():
                    return self._times
                case DaySchema():
                    return self._times.map(datetime.date)
        plain = _plain(base, _constraints(extras))
        return self.annotation(base) if plain is None else plain


def _plain(base: Any, constraints: Mapping[str, Any]) -> SearchStrategy[Any] | None:
    if base is str:
        return _text(constraints)
    if base is int:
        return st.integers(constraints["ge"], constraints["le"])
    if base is float:
        return st.floats(constraints["ge"], constraints["le"])
    return None


def _constraints(extras: tuple[Any, ...]) -> dict[str, Any]:
    """Pattern, lengths and limits, however they were written; the last one counts."""
    found: dict[str, Any] = {}
    names: Mapping[type, str] = {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}
    for extra in extras:
        parts = extra.metadata if isinstance(extra, FieldInfo) else (extra,)
        for part in parts:
            if type(part) in names:
                found[names[type(part)]] = getattr(part, names[type(part)])
            elif (pattern := getattr(part, "pattern", None)) is not None:
                found["pattern"] = pattern
                for name in ("min_length", "max_length"):
                    if getattr(part, name, None) is not None:
                        found[name] = getattr(part, name)
    return found


def _text(constraints: Mapping[str, Any]) -> SearchStrategy[str]:
    """Most patterns are one class of characters for the first place and one for the rest.

    `from_regex` with a filter on the length would take a hundred times as long.
    """
    pattern = constraints["pattern"]
    if pattern == _PERSON_PATTERN:
        return references()
    shortest, longest = constraints.get("min_length", 1), constraints.get("max_length", 1)
    match = _CLASSES.fullmatch(pattern)
    if match is None:
        return st.from_regex(pattern, fullmatch=True)
    first = match["first"] or match["rest"]
    rest = st.text(_characters(match["rest"]), min_size=shortest - 1, max_size=longest - 1)
    return st.builds("{}{}".format, st.sampled_from(_characters(first)), rest)


def _characters(of_class: str) -> str:
    return "".join(char for char in map(chr, range(33, 127)) if re.fullmatch(of_class, char))
