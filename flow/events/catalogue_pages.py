"""The pages of the catalogue that are made for reading: types, topics, reasons, code lists."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from flow.events.codes import CODE_LISTS, CodeList
from flow.events.codes.delay_reasons import OLDER_LISTS
from flow.events.envelope import Event
from flow.events.event_types import EVENT_TYPES
from flow.events.outputs import OUTPUT_TYPES
from flow.events.reasons import REASONS
from flow.events.topics import ALL_TOPICS, DAY_MS, HOUR_MS, TOPICS, Topic

_GENERATED = "<!-- Generated from flow/events by flow.events.catalogue.write; do not edit. -->"

_ENVELOPE = """\
Every value is one CloudEvents 1.0 event in structured JSON mode; binary mode (attributes in `ce_`
headers, `data` in the value) is accepted too. The record's key is `subject`."""

_TOLERANCE = """\
A sender may add fields: what is not known is ignored, and kept with the event as it was received,
so it must not hold a name, an NHS number or free text. A code that is not in its list makes the
event `invalid`, with the field named; it waits in the dead-letter topic and is replayed once the
list is updated. The major version is part of `type`; an unknown one is `unknown_version`."""

VOIDED: tuple[tuple[str, str], ...] = (
    ("admission", "/rr8/pas#71-3"),
    ("discharge", "/rr8/epr#902"),
    ("care-package", "/leeds-home-care/visits#5512"),
    ("coordination", "/leeds/board#88"),
)
"""Of each topic an event that its sender takes back in the example."""


def void_example(identity: str) -> dict[str, Any]:
    """The event by which its sender takes another one back."""
    source = identity.rpartition("#")[0]
    return {
        "specversion": "1.0",
        "id": "VOID-1",
        "source": source,
        "type": "flow.admission-cancelled.v1",
        "time": "2026-03-30T16:00:00+01:00",
        "recordedtime": "2026-03-30T16:00:00+01:00",
        "subject": "k1.NYzF4cZSpHk5mVV1qGbCgkzQ0jDLcS8nV2uY3bX7wRk",
        "corrects": identity,
        "data": {"provider": "RR8", "spell_id": "none"},
    }


def _voids() -> str:
    rows = [
        (f"`{topic}`", f"`{orjson.dumps(void_example(identity)).decode()}`")
        for topic, identity in VOIDED
    ]
    return "\n\n".join(["## Taking an event back", _VOIDING, _table(("of", "void"), rows)])


_VOIDING = """\
What was never true, or was said of the wrong person, is taken back by a
`flow.admission-cancelled.v1` (or `flow.discharge-cancelled.v1`) whose `corrects` names the
event, of whatever type and topic that is. It goes to the cancellation's own topic, and its
source is that of the event which it takes back, unless the policy lets one correct the other.
With `corrects` its `data` is not looked at: a sender that knows neither may write any
organisation's code as `provider` and anything as `spell_id`. It acts whether it comes before
or after the event, and may be taken back in the same way. To take back an admission makes all
of its stay void. What was only wrong is better replaced: the same type again, right, with
`corrects`."""

_SEE_ALSO = """\
See also [topics](topics.md), [code lists](codes.md), [dead-letter reasons](dead-letter-reasons.md)
and [asyncapi.json](asyncapi.json)."""

_TOPICS = """\
`flow topics apply` creates them with these settings; `flow topics check` reports drift. Topics that
follow the person or the service must all have the same number of partitions. Restricted ones may
hold identities: only named people may read them. Replication belongs to the cluster and is not set
here."""

_REASONS = """\
A value that cannot be used becomes one record of `<topic>.dlq`: its bytes untouched, one of these
reasons and a detail in its headers. The detail names fields and kinds of error, never content."""

_DEFINITIONS = "#/$defs/"

TypesOn = Callable[[Topic], list[str]]
SchemaOf = Callable[[str], dict[str, Any]]


def pages(types_on: TypesOn, schema_of: SchemaOf) -> dict[str, str]:
    """Every page by file name."""
    return {
        "README.md": _types_page(types_on, schema_of),
        "topics.md": _topics_page(),
        "dead-letter-reasons.md": _reasons_page(),
        "codes.md": _codes_page(),
    }


def first_paragraph(described: type) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(described) or "").split("\n\n")[0].split())


def _types_page(types_on: TypesOn, schema_of: SchemaOf) -> str:
    envelope = "\n\n".join((inspect.getdoc(Event) or "").split("\n\n")[1:])
    parts = [
        "# Events",
        _GENERATED,
        _ENVELOPE,
        envelope,
        _TOLERANCE,
        _SEE_ALSO,
    ]
    for topic in TOPICS.values():
        if kinds := types_on(topic):
            parts += [f"## {topic.name}", f"{topic.about}. Key: {topic.key}."]
            parts += [_type_section(kind, schema_of(kind)) for kind in kinds]
    return _page([*parts, _voids()])


def _type_section(kind: str, schema: dict[str, Any]) -> str:
    described = EVENT_TYPES.get(kind) or OUTPUT_TYPES[kind]
    data = schema["$defs"][schema["properties"]["data"]["$ref"].removeprefix(_DEFINITIONS)]
    required = data.get("required", ())
    rows = [
        (f"`{name}`", "yes" if name in required else "", _allowed(field, schema))
        for name, field in data.get("properties", {}).items()
    ]
    links = f"[schema](schemas/{kind}.json), [example](examples/{kind}.json)"
    parts = [f"### `{kind}`", inspect.getdoc(described) or "", data["description"], links]
    return "\n\n".join([*parts, _table(("field of `data`", "required", "what"), rows)])


def _allowed(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a field may hold: a link to its code list, else its description, else its type."""
    match field:
        case {"$ref": str(reference)}:
            what = _allowed(schema["$defs"][reference.removeprefix(_DEFINITIONS)], schema)
        case {"x-code-list": str(name), "title": str(title)}:
            what = f"[{title}](codes.md#{_anchor(name)})"
        case {"description": str(description)}:
            what = description
        case {"anyOf": [option, *_]}:
            what = _allowed(option, schema)
        case {"enum": [*values]}:
            what = "one of " + ", ".join(f"`{value}`" for value in values)
        case {"items": items}:
            what = f"list of: {_allowed(items, schema)}"
        case _:
            what = str(field["type"])
    return what


def _whose(topic: Topic) -> str:
    if topic.follows_person:
        return "person"
    return "service" if topic.follows_service else ""


def _topics_page() -> str:
    rows = [
        (
            f"`{topic.name}`",
            topic.about,
            topic.key,
            topic.cleanup_policy,
            _retention(topic.retention_ms),
            _whose(topic),
            "yes" if topic.restricted else "",
        )
        for topic in ALL_TOPICS
    ]
    heads = ("topic", "what", "key", "cleanup", "kept", "partition of the", "restricted")
    settings = [
        (f"`{topic.name}`", ", ".join(f"`{name}={value}`" for name, value in topic.config.items()))
        for topic in ALL_TOPICS
    ]
    return _page(
        [
            "# Topics",
            _GENERATED,
            _TOPICS,
            _table(heads, rows),
            "## Settings",
            _table(("topic", "settings"), settings),
        ]
    )


def _reasons_page() -> str:
    rows = [(f"`{reason.code}`", reason.meaning, reason.remedy) for reason in REASONS.values()]
    return _page(
        [
            "# Dead-letter reasons",
            _GENERATED,
            _REASONS,
            _table(("reason", "meaning", "remedy"), rows),
        ]
    )


def _codes_page() -> str:
    parts = [
        "# Code lists",
        _GENERATED,
        (
            "Marks: A official page, B transcribed from official data by a third party, C trade or"
            " council page, U not confirmed, own: a list of this project."
        ),
    ]
    for code_list in (*CODE_LISTS.values(), *OLDER_LISTS.values()):
        parts += _code_list_section(code_list)
    return _page(parts)


def _code_list_section(code_list: CodeList) -> list[str]:
    attributes = list(dict.fromkeys(name for entry in code_list for name in entry.attributes))
    rows = [
        (
            f"`{entry.code}`",
            entry.label,
            *(_attribute(entry.attributes.get(name)) for name in attributes),
        )
        for entry in code_list
    ]
    return [
        f"## {_anchor(code_list.name)}",
        (
            f"{code_list.title}. Version {code_list.version}, valid from {code_list.valid_from}."
            f" Source: {code_list.source}. Mark: {code_list.mark}."
        ),
        _table(("code", "label", *(name.replace("_", " ") for name in attributes)), rows),
    ]


def _attribute(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case [*several]:
            return ", ".join(str(each) for each in several)
    return str(value)


def _anchor(name: str) -> str:
    return name.replace("_", "-")


def _retention(retention_ms: int) -> str:
    if retention_ms < 0:
        return "the newest of each key"
    if retention_ms < DAY_MS:
        return f"{retention_ms // HOUR_MS} h"
    return f"{retention_ms // DAY_MS} days"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = tuple(heads)
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"
