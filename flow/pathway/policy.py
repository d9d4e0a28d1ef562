"""The targets, labels and costs of one place, looked up by where a person is (design.md 5).

A policy is data: `policy_england.toml` and a file of your own over it (`policy_file.py`). What
assessing asks of it again and again is worked out once per place and kept here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from flow.pathway.gauge import PlaceValues
from flow.pathway.local_days import day_begins
from flow.pathway.service_rules import ServiceRules
from flow.pathway.targets import Rule
from flow.pathway.working_hours import Calendars, WorkingHours

Contribution = tuple[str, tuple[str, ...], float]
"""One person's share of a gauge: metric, label values in the order of `contribution.GAUGES`, value.

The exported gauge is the sum over people. A person may contribute to one series more than once.
"""

MAX_PLACES = 10_000
"""Combinations of provider, council and locality remembered. Codes come with events, so
without a limit a faulty feed could fill the memory."""

UNKNOWN: Final = "unknown"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Override:
    """Rules that differ at a place, or from a day on; what is None fits everywhere and always.

    A wait keeps the rule that was in force when it began.
    """

    provider: str | None
    council: str | None
    locality: str | None
    valid_from: date | None
    rules: Mapping[str, Rule]

    def fits(self, provider: str | None, council: str | None, locality: str | None) -> bool:
        return (
            self.provider in (None, provider)
            and self.council in (None, council)
            and self.locality in (None, locality)
        )


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A notice that nobody answered closes after `lapse`; one that is off is not raised."""

    on: bool
    lapse: timedelta


class Labels:
    """What may be a label value. Anything else is `other`, nothing at all is `unknown`."""

    __slots__ = ("values",)

    def __init__(self, values: frozenset[str] = frozenset()) -> None:
        self.values = values

    def __call__(self, value: str | None) -> str:
        if value is None:
            return UNKNOWN
        return value if value in self.values else OTHER

    @property
    def possible(self) -> tuple[str, ...]:
        """Every value that a label can take."""
        return (*sorted(self.values), OTHER, UNKNOWN)


Dated = tuple[tuple[datetime, Rule], ...]
"""Rules of one wait, each with the moment from which it is in force, in that order."""


class Place:
    """What the policy says at one combination of provider, council and locality.

    `rules` are those in force from the beginning, `dated` what came later.
    """

    __slots__ = (
        "council",
        "dated",
        "labelled",
        "locality",
        "provider",
        "rules",
        "series",
        "worked",
    )

    def __init__(
        self,
        rules: Mapping[str, Rule],
        dated: Mapping[str, Dated],
        provider: str,
        council: str,
        locality: str,
    ):
        self.rules = rules
        self.dated = dated
        self.provider = provider
        self.council = council
        self.locality = locality
        self.labelled: dict[str | None, PlaceValues] = {}
        """Labels of place by pathway, made once."""
        self.series: dict[tuple[str, str, str | None], tuple[Contribution, ...]] = {}
        """Contributions of a wait by (wait, state, pathway), made once."""
        self.worked: dict[tuple[str, date | None, str], Rule] = {}
        """Rules with the hours of a calendar, by (wait, valid from, calendar), made once."""

    def labels(self, pathway: str | None) -> PlaceValues:
        """What figures about people here on this pathway are labelled with."""
        found = self.labelled.get(pathway)
        if found is None:
            found = (self.provider, self.council, self.locality, pathway or UNKNOWN)
            self.labelled[pathway] = found
        return found

    def working(self, rule: Rule, working: WorkingHours) -> Rule:
        """The rule, counting in these hours."""
        key = (rule.wait, rule.valid_from, working.name)
        found = self.worked.get(key)
        if found is None:
            found = self.worked[key] = replace(rule, working=working)
        return found

    def rule(self, wait: str, starts_at: datetime) -> Rule:
        """The rule of a wait that begins then."""
        rule = self.rules[wait]
        if wait in self.dated:
            for in_force_at, newer in self.dated[wait]:
                if starts_at >= in_force_at:
                    rule = newer
        return rule


@dataclass(slots=True, eq=False)
class Policy:
    """`version` changes with every value. `rules` are those without any override."""

    name: str
    version: str
    rules: Mapping[str, Rule]
    overrides: tuple[Override, ...]
    providers: Labels
    councils: Labels
    localities: Labels
    services: Labels
    may_correct: Mapping[str, frozenset[str]]
    notices: Mapping[str, NoticeRule]
    notice_acts_next: str
    snooze_at_most: timedelta
    bed_day_pounds: float
    discharges_left_out: frozenset[str | None]
    returns_left_out: frozenset[str | None]
    retire_grace: timedelta
    retire_unheard: timedelta
    rolling_days: int
    follow_up_days: int
    service_rules: ServiceRules
    working_hours: Calendars
    _places: dict[tuple[str | None, str | None, str | None], Place] = field(
        default_factory=dict, repr=False
    )

    def does_not_list(self, service: str) -> bool:
        """Whether services are listed, as labels or with criteria, and this one is not.

        Where none is a label, none is listed: then nothing is said about which there are.
        """
        listed = self.services.values
        return (
            bool(listed)
            and service not in listed
            and service not in self.service_rules.criteria.services
        )

    def place(self, provider: str | None, council: str | None, locality: str | None) -> Place:
        """The rules and label values that hold at a place."""
        key = (provider, council, locality)
        place = self._places.get(key)
        if place is None:
            if len(self._places) >= MAX_PLACES:
                self._places.clear()
            fitting = [each for each in self.overrides if each.fits(*key)]
            place = self._places[key] = Place(
                self._rules_on(fitting, None),
                self._dated(fitting),
                self.providers(provider),
                self.councils(council),
                self.localities(locality),
            )
        return place

    def _rules_on(self, fitting: list[Override], day: date | None) -> Mapping[str, Rule]:
        """What is in force on a day, or was before the first dated override (None)."""
        rules = dict(self.rules)
        for override in fitting:
            valid_from = override.valid_from
            if valid_from is None or (day is not None and valid_from <= day):
                rules.update(override.rules)
        return rules

    def _dated(self, fitting: list[Override]) -> Mapping[str, Dated]:
        days = sorted({each.valid_from for each in fitting if each.valid_from is not None})
        changed = {wait for each in fitting if each.valid_from for wait in each.rules}
        return {
            wait: tuple((day_begins(day), self._rules_on(fitting, day)[wait]) for day in days)
            for wait in changed
        }
