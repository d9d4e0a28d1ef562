"""The catalogue: JSON Schema and an example of each type, one AsyncAPI document, tables to read.

Everything is made from the models, the code lists and the topic registry. `write` puts it under
docs/events, where it is committed; a test fails when the two differ.
"""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from flow.events import catalogue_pages
from flow.events.event_types import EVENT_TYPES
from flow.events.examples import EXAMPLES
from flow.events.outputs import OUTPUT_TYPES
from flow.events.topics import ALL_TOPICS, TOPICS, Topic

ASYNCAPI_VERSION = "3.0.0"
KAFKA_BINDING_VERSION = "0.5.0"
CLOUDEVENTS_JSON = "application/cloudevents+json"
_SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"


def types() -> tuple[str, ...]:
    """Every `type`, inputs first, in the order of the families."""
    return (*EVENT_TYPES, *OUTPUT_TYPES)


def example(kind: str) -> dict[str, Any]:
    """A valid made-up event of a type, every field filled in; raises KeyError when unknown."""
    return deepcopy(dict(EXAMPLES[kind]))


def schema(kind: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a type in structured mode; raises KeyError when unknown."""
    generated = model(kind).model_json_schema(schema_generator=_Generator)
    return {
        "$schema": _Generator.schema_dialect,
        "$id": f"urn:discharge-flow:{kind}",
        **generated,
        "examples": [example(kind)],
    }


def model(kind: str) -> type[BaseModel]:
    """The model of a type; raises KeyError when unknown."""
    return EVENT_TYPES[kind] if kind in EVENT_TYPES else OUTPUT_TYPES[kind]


def types_on(topic: Topic) -> list[str]:
    """The types that a topic carries, in the order of `types`."""
    return [
        kind
        for kind, carried in {**EVENT_TYPES, **OUTPUT_TYPES}.items()
        if carried.topic == topic.short
    ]


def asyncapi() -> dict[str, Any]:
    """One AsyncAPI document: channels with keys and Kafka settings, messages, who sends."""
    channels = {topic.short: _channel(topic) for topic in ALL_TOPICS}
    return {
        "asyncapi": ASYNCAPI_VERSION,
        "id": "urn:discharge-flow",
        "info": {
            "title": "discharge-flow",
            "version": "1",
            "description": "From hospital bed to independence centre or home care: the events"
            " that hospital and community systems publish, and what is made of them.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CLOUDEVENTS_JSON,
        "channels": channels,
        "operations": {
            f"{'receive' if topic.is_input else 'send'}-{topic.short}": _operation(topic)
            for topic in TOPICS.values()
            if types_on(topic)
        },
        "components": {"messages": {kind: _message(kind) for kind in types()}},
    }


def write(directory: Path) -> list[Path]:
    """Write the whole catalogue and return its files; what it no longer holds is removed."""
    files = {
        "asyncapi.json": _json(asyncapi()),
        **{f"schemas/{kind}.json": _json(schema(kind)) for kind in types()},
        **{f"examples/{kind}.json": _json(example(kind)) for kind in types()},
        **{name: page.encode() for name, page in catalogue_pages.pages(types_on, schema).items()},
    }
    for folder in ("schemas", "examples"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
        for present in (directory / folder).glob("*.json"):
            if f"{folder}/{present.name}" not in files:
                present.unlink()
    for name, content in files.items():
        (directory / name).write_bytes(content)
    return [directory / name for name in files]


class _Generator(GenerateJsonSchema):
    """pydantic's generator without a title for each field, which would repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "title": topic.about,
        "description": f"Key: {topic.key}.",
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in types_on(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "topicConfiguration": _topic_configuration(topic.config),
                "bindingVersion": KAFKA_BINDING_VERSION,
            }
        },
    }


def _topic_configuration(config: Mapping[str, str]) -> dict[str, Any]:
    """Kafka's settings as the binding wants them: the policy as a list, numbers as numbers.

    The binding knows five settings; the others are in topics.md.
    """
    return {
        "cleanup.policy": config["cleanup.policy"].split(","),
        "retention.ms": int(config["retention.ms"]),
        "max.message.bytes": int(config["max.message.bytes"]),
    }


def _operation(topic: Topic) -> dict[str, Any]:
    return {
        "action": "receive" if topic.is_input else "send",
        "channel": {"$ref": f"#/channels/{topic.short}"},
        "messages": [
            {"$ref": f"#/channels/{topic.short}/messages/{kind}"} for kind in types_on(topic)
        ],
    }


def _message(kind: str) -> dict[str, Any]:
    carried = EVENT_TYPES.get(kind) or OUTPUT_TYPES[kind]
    return {
        "name": kind,
        "title": carried.__name__,
        "summary": catalogue_pages.first_paragraph(carried),
        "contentType": CLOUDEVENTS_JSON,
        "payload": {
            "schemaFormat": _SCHEMA_FORMAT,
            "schema": {"$ref": f"./schemas/{kind}.json"},
        },
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": TOPICS[carried.topic].key},
                "bindingVersion": KAFKA_BINDING_VERSION,
            }
        },
        "examples": [{"name": kind, "payload": example(kind)}],
    }


def _json(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
