"""The delay reasons in force and the two older lists (domain.md 2.3, 2.4, 3, 12.5)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from flow.events.codes.code_list import CodeList, CodeListError, load, read_data


@dataclass(frozen=True, eq=False)
class DelayReasonGroup:
    """One of the five official groups, or `unrecorded`."""

    name: str
    label: str
    counts_as_internal: bool


@dataclass(frozen=True, eq=False)
class DelayReasons(CodeList):
    """The 37 reasons and `unknown`. Methods raise KeyError for a slug that is not in the list."""

    groups: Mapping[str, DelayReasonGroup]
    owners: Mapping[str, Mapping[str, str]]

    def group(self, slug: str) -> str:
        """hospital_process, wellbeing, care_transfer_hub, interface, capacity or unrecorded."""
        return str(self.by_code[slug].attributes["group"])

    def owner(self, slug: str) -> str:
        """Who is expected to act: hospital, care_transfer_hub, community, council or unknown."""
        return str(self.by_code[slug].attributes["owner"])

    def role(self, owner: str) -> str | None:
        """In which role an owner acts; None where whoever has the person does."""
        return self.owners[owner].get("role")

    def kinds(self, slug: str) -> tuple[str, ...]:
        """The kinds of referral that the reason is about, where a service acts; else none."""
        return tuple(self.by_code[slug].attributes.get("kinds", ()))

    def pathways(self, slug: str) -> tuple[str, ...]:
        """The pathways that the reason names; empty where it names none."""
        return tuple(self.by_code[slug].attributes.get("pathways", ()))

    def counts_as_internal(self, slug: str) -> bool:
        """Whether it is a delay of the hospital's own process (48 h priority, N16)."""
        return self.groups[self.group(slug)].counts_as_internal

    def match_label(self, text: str) -> str | None:
        """The slug of a label as found in a published file, with or without its group; or None.

        Files differ in dashes, spaces, case and stray question marks (domain.md 2.1), so only
        letters and digits count.
        """
        return self._by_spelling.get(_letters_and_digits(text))

    @cached_property
    def _by_spelling(self) -> Mapping[str, str]:
        spellings: dict[str, str] = {}
        for entry in self.entries:
            group = self.groups[self.group(entry.code)].label
            for text in (entry.label, f"{group} {entry.label}"):
                if spellings.setdefault(_letters_and_digits(text), entry.code) != entry.code:
                    raise CodeListError(f"{self.name}: two labels differ in nothing but dashes")
        return spellings


def _letters_and_digits(text: str) -> str:
    return re.sub("[^a-z0-9]+", "", unicodedata.normalize("NFKC", text).lower())


def _load() -> DelayReasons:
    base, raw = load("delay_reasons"), read_data("delay_reasons")
    groups = {name: DelayReasonGroup(name, **item) for name, item in raw["groups"].items()}
    reasons = DelayReasons(
        **{field: getattr(base, field) for field in CodeList.__dataclass_fields__},
        groups=MappingProxyType(groups),
        owners=MappingProxyType(raw["owners"]),
    )
    for slug in reasons.codes:
        if reasons.group(slug) not in groups or reasons.owner(slug) not in reasons.owners:
            raise CodeListError(f"delay_reasons: {slug} has a group or an owner that is not listed")
    return reasons


DELAY_REASONS = _load()


def _older(name: str) -> tuple[CodeList, Mapping[str, str]]:
    """An older list and its map to the slugs in force."""
    code_list = load(name)
    now = {entry.code: str(entry.attributes["now"]) for entry in code_list}
    if not set(now.values()) <= DELAY_REASONS.codes:
        raise CodeListError(f"{name}: a reason is mapped to a slug that does not exist")
    return code_list, MappingProxyType(now)


_LIST_2022, DELAY_REASONS_2022 = _older("delay_reasons_2022")
_LIST_DTOC, DTOC_REASONS = _older("dtoc_reasons")

OLDER_LISTS: Mapping[str, CodeList] = MappingProxyType(
    {code_list.name: code_list for code_list in (_LIST_2022, _LIST_DTOC)}
)
"""The lists that came before, for history; no event is checked against them."""
