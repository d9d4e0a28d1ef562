"""A code list: codes with labels, a version, the day it holds from, and where it comes from."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Mark = Literal["A", "B", "C", "U", "own"]
"""How sure the source is: domain.md's marks A, B, C and U, or `own` for a list of this project."""


@dataclass(frozen=True, slots=True)
class Code:
    """One entry. `attributes` holds what a list says beyond the label."""

    code: str
    label: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class CodeList:
    """Codes in their official order.

    `valid_from` is the first day on which the list is known to have held, `note` what a reader
    must know: what was abridged, and what is ours in an official list.
    """

    name: str
    title: str
    version: str
    valid_from: date
    source: str
    mark: Mark
    note: str
    entries: tuple[Code, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Code]:
        return MappingProxyType({entry.code: entry for entry in self.entries})

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(self.by_code)

    def label(self, code: str) -> str:
        """Raises KeyError for a code that is not in the list."""
        return self.by_code[code].label

    def marked(self, attribute: str) -> frozenset[str]:
        """The codes that have this attribute."""
        return frozenset(self.saying(attribute))

    def saying(self, attribute: str) -> Mapping[str, Any]:
        """What each code that has this attribute says in it."""
        return MappingProxyType(
            {e.code: value for e in self.entries if (value := e.attributes.get(attribute))}
        )

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __iter__(self) -> Iterator[Code]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


class CodeListError(ValueError):
    """A data file of this package is wrong; found at import, so it cannot be released."""


def read_data(name: str) -> dict[str, Any]:
    """The parsed content of `data/<name>.toml`."""
    text = resources.files(__package__).joinpath("data", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def load(name: str) -> CodeList:
    """Read `data/<name>.toml`; raises CodeListError where it is not as it must be."""
    raw = read_data(name)
    entries = tuple(_entry(name, item) for item in raw["codes"])
    if len({entry.code for entry in entries}) != len(entries):
        raise CodeListError(f"{name}: a code occurs twice")
    if not isinstance(raw["valid_from"], date):
        raise CodeListError(f"{name}: valid_from must be a date")
    return CodeList(
        name=name,
        title=raw["title"],
        version=raw["version"],
        valid_from=raw["valid_from"],
        source=raw["source"],
        mark=raw["mark"],
        note=raw.get("note", ""),
        entries=entries,
    )


def _entry(name: str, item: Mapping[str, Any]) -> Code:
    match item:
        case {"code": str(code), "label": str(label), **attributes} if code and label:
            return Code(code, label, MappingProxyType(attributes))
    raise CodeListError(f"{name}: every entry needs a code and a label")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Annotates a `str` as one code of a list; the comparison runs in pydantic's Rust core."""

    code_list: CodeList

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.literal_schema([entry.code for entry in self.code_list.entries])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        labels = "; ".join(f"{entry.code}: {entry.label}" for entry in self.code_list.entries)
        return {
            "type": "string",
            "enum": [entry.code for entry in self.code_list.entries],
            "title": self.code_list.title,
            "description": f"{labels}. List version {self.code_list.version}.",
            "x-code-list": self.code_list.name,
        }
