"""Whom a service can take, as data: the policy's `[services.criteria.<service>]` (domain.md 12.1).

So a person who asked for no service in particular, or for one that is full, is known to those that
could take them. What an own list says excludes others; a key that is left out excludes nobody. What
nobody has told of a person does not meet a list: a place is not offered on a guess.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from flow.events.codes import NEEDS, PATHWAYS, SERVICE_KINDS
from flow.pathway.policy_values import Path, Reader

SUITABLE_MOST = 16
"""Services that hear of one person who did not ask for them, the policy's first: each costs a
record whenever something of the person changes. A city has about a dozen of one kind."""

_KEYS = {"kind", "councils", "localities", "pathways", "needs"}
_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}$")


class Wanted(NamedTuple):
    """What is asked for, and what criteria may turn on."""

    kind: str
    council: str | None
    locality: str | None
    pathway: str | None
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Criteria:
    """`needs` are those that the service can meet. None: no list, so nobody is left out by it."""

    service: str
    kind: str
    councils: frozenset[str] | None
    localities: frozenset[str] | None
    pathways: frozenset[str] | None
    needs: frozenset[str] | None

    @property
    def gives(self) -> frozenset[str]:
        """The kinds of referral that it can fulfil."""
        return frozenset(SERVICE_KINDS.by_code[self.kind].attributes["gives"])

    def met_by(self, wanted: Wanted) -> bool:
        """Whether the service could take the person, had it a place."""
        return (
            (self.councils is None or wanted.council in self.councils)
            and (self.localities is None or wanted.locality in self.localities)
            and (self.pathways is None or wanted.pathway in self.pathways)
            and (self.needs is None or wanted.needs <= self.needs)
        )


class CriteriaList:
    """Every service of the policy that has criteria, in the policy's order."""

    __slots__ = ("_by_kind", "kinds", "services")

    def __init__(self, criteria: Iterable[Criteria] = ()) -> None:
        by_kind: dict[str, tuple[Criteria, ...]] = {}
        known = tuple(criteria)
        self.services = frozenset(each.service for each in known)
        self.kinds: Mapping[str, str] = {each.service: each.kind for each in known}
        for each in known:
            for kind in each.gives:
                by_kind[kind] = (*by_kind.get(kind, ()), each)
        self._by_kind: Mapping[str, tuple[Criteria, ...]] = MappingProxyType(by_kind)

    def __bool__(self) -> bool:
        return bool(self._by_kind)

    def fitting(self, wanted: Wanted) -> tuple[str, ...]:
        """The services that could take the person, at most `SUITABLE_MOST`."""
        fitting = [
            each.service for each in self._by_kind.get(wanted.kind, ()) if each.met_by(wanted)
        ]
        return tuple(fitting[:SUITABLE_MOST])


def read_criteria(reader: Reader, services: Mapping[str, Any], path: Path) -> CriteriaList:
    """From the tables `services.criteria`; mistakes are noted in `reader`."""
    inside = (*path, "criteria")
    tables = reader.table(services, path, "criteria")
    found = [
        _criteria(reader, name, reader.table(tables, inside, name), (*inside, name))
        for name in tables
    ]
    return CriteriaList(each for each in found if each is not None)


def _criteria(
    reader: Reader, service: str, table: Mapping[str, Any], path: Path
) -> Criteria | None:
    before = len(reader.problems)
    if not _NAME.match(service):
        reader.problem(path, "is no name of a service: small letters, digits, dots and dashes")
    reader.no_others(table, path, _KEYS)
    kind = reader.text(table, path, "kind")
    if kind and kind not in SERVICE_KINDS:
        reader.problem((*path, "kind"), _no_such("kind of service", SERVICE_KINDS.codes))
    criteria = Criteria(
        service,
        kind,
        councils=_listed(reader, table, path, "councils"),
        localities=_listed(reader, table, path, "localities"),
        pathways=_listed(reader, table, path, "pathways", PATHWAYS.codes),
        needs=_listed(reader, table, path, "needs", NEEDS.codes),
    )
    return criteria if len(reader.problems) == before else None


def _listed(
    reader: Reader,
    table: Mapping[str, Any],
    path: Path,
    key: str,
    codes: frozenset[str] | None = None,
) -> frozenset[str] | None:
    if key not in table:
        return None
    words = frozenset(reader.words(table, path, key))
    for word in sorted(words - codes if codes is not None else ()):
        reader.problem((*path, key), f"{word}: " + _no_such("code", codes or ()))
    return words


def _no_such(what: str, known: Iterable[str]) -> str:
    return f"no such {what}; there are: " + ", ".join(sorted(known))
