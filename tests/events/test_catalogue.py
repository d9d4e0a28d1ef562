"""The catalogue: schemas agree with the models, examples are valid, docs/events is current."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker

from flow.events import EVENT_TYPES, AnyEvent, decode, encode
from flow.events.catalogue import asyncapi, example, schema, types, write
from flow.events.outputs import OUTPUT_TYPES, decode_output
from flow.events.topics import ALL_TOPICS, TOPICS
from tests.events.strategies import events

COMMITTED = Path(__file__).parents[2] / "docs/events"

VALIDATORS = {
    kind: Draft202012Validator(schema(kind), format_checker=FormatChecker()) for kind in types()
}


def test_every_type_of_domain_md_is_there() -> None:
    families = {
        topic: [kind.split(".")[1] for kind, model in EVENT_TYPES.items() if model.topic == topic]
        for topic in (
            "admission",
            "discharge",
            "care-package",
            "coordination",
            "capacity",
            "service-coordination",
            "identity-links",
        )
    }
    assert families == {
        "admission": [
            "patient-admitted",
            "patient-transferred",
            "expected-discharge-date-set",
            "admission-cancelled",
        ],
        "discharge": [
            "criteria-to-reside-assessed",
            "pathway-decided",
            "delay-reason-recorded",
            "delay-reason-cleared",
            "referred-to-care-transfer-hub",
            "case-manager-assigned",
            "referral-made",
            "referral-received",
            "referral-triaged",
            "referral-accepted",
            "referral-rejected",
            "referral-withdrawn",
            "medicines-ready",
            "transport-booked",
            "discharge-summary-sent",
            "patient-discharged",
            "discharge-cancelled",
            "patient-died",
        ],
        "care-package": [
            "care-package-requested",
            "care-package-confirmed",
            "care-package-started",
            "first-visit-completed",
            "first-visit-missed",
            "care-package-paused",
            "care-package-restarted",
            "care-package-increased",
            "care-package-handed-back",
            "care-package-ended",
            "centre-admitted",
            "centre-goals-agreed",
            "centre-ready-to-leave",
            "requirements-to-remain-assessed",
            "centre-delay-reason-recorded",
            "centre-delay-reason-cleared",
            "centre-discharged",
            "assessment-referred",
            "assessment-allocated",
            "assessment-completed",
            "support-plan-agreed",
            "funding-agreed",
            "assessment-withdrawn",
            "handover-sent",
            "handover-accepted",
            "handover-rejected",
            "follow-up-recorded",
        ],
        "coordination": [
            "coordinator-assigned",
            "coordinator-off-duty",
            "alert-acknowledged",
            "alert-snoozed",
            "wait-paused",
            "wait-resumed",
            "task-done",
            "person-erased",
        ],
        "capacity": ["centre-capacity-reported"],
        "service-coordination": ["service-alert-acknowledged", "service-alert-snoozed"],
        "identity-links": ["identity-linked", "identity-unlinked"],
    }


@pytest.mark.parametrize("kind", types())
def test_a_schema_is_valid_and_its_example_fits(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))
    VALIDATORS[kind].validate(example(kind))


NOT_SHOWN = {
    "flow.alert-changed.v1": {"cause"},
    "flow.placement-changed.v1": {"came_at", "onward_at", "on_hold", "start_agreed_at"},
    "flow.service-alert-changed.v1": {"snoozed_until"},
    "flow.task-done.v1": {"referral_id"},
}
"""Of a notice only, of who could leave, left, is on hold, or accepted, of what is open, of what was
asked for; the examples are a delay, somebody suitable, an alert that is closed, and a review that
nobody refers to."""


@pytest.mark.parametrize("kind", types())
def test_an_example_is_read_and_shows_every_field_of_data(kind: str) -> None:
    value = orjson.dumps(example(kind))
    if kind in EVENT_TYPES:
        event: Any = decode(value, key=example(kind)["subject"].encode()).event
    else:
        event = decode_output(value)
    left_out = NOT_SHOWN.get(kind, set())
    assert set(type(event.data).model_fields) - left_out == set(example(kind)["data"])


def test_an_example_can_be_changed_without_changing_the_next_one() -> None:
    example("flow.patient-admitted.v1")["data"]["ward"] = "other"
    assert example("flow.patient-admitted.v1")["data"]["ward"] == "J28"
    with pytest.raises(KeyError):
        example("flow.patient-promoted.v1")


@given(events(wide=True))
def test_what_the_models_accept_the_schemas_accept(event: AnyEvent) -> None:
    VALIDATORS[event.type].validate(orjson.loads(encode(event)))


@pytest.mark.parametrize(
    ("kind", "path", "content"),
    [
        ("flow.patient-transferred.v1", ("time",), "2026-03-18T11:15:00"),
        ("flow.patient-transferred.v1", ("time",), "202603181115"),
        ("flow.patient-transferred.v1", ("subject",), "9990000018"),
        ("flow.patient-transferred.v1", ("subject",), "999-000-0018"),
        ("flow.patient-transferred.v1", ("id",), "a/b"),
        ("flow.patient-transferred.v1", ("data", "ward"), "next to Mr Smith"),
        ("flow.patient-transferred.v1", ("data", "provider"), "rr8"),
        ("flow.delay-reason-recorded.v1", ("data", "reason"), "cap_new_reason"),
        ("flow.criteria-to-reside-assessed.v1", ("data", "meets"), "no"),
        ("flow.care-package-requested.v1", ("data", "visits_per_week"), -1),
        ("flow.alert-changed.v1", ("data", "patient_name"), "no such field"),
    ],
)
def test_what_the_models_refuse_the_schemas_refuse(
    kind: str, path: tuple[str, ...], content: object
) -> None:
    event = example(kind)
    holder = event
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = content
    assert not VALIDATORS[kind].is_valid(event)
    with pytest.raises(Exception, match=r".") as refused:
        decode(orjson.dumps(event), key=None) if kind in EVENT_TYPES else decode_output(
            orjson.dumps(event)
        )
    assert refused.type.__name__ in {"Rejected", "ValidationError"}


def test_input_schemas_allow_what_is_not_known_and_output_schemas_do_not() -> None:
    admitted = {**example("flow.patient-admitted.v1"), "comment": "kept"}
    assert VALIDATORS["flow.patient-admitted.v1"].is_valid(admitted)
    changed = {**example("flow.alert-changed.v1"), "comment": "refused"}
    assert not VALIDATORS["flow.alert-changed.v1"].is_valid(changed)


def test_asyncapi_lists_every_topic_with_its_messages_and_key() -> None:
    document = asyncapi()
    assert set(document["channels"]) == {topic.short for topic in ALL_TOPICS}
    listed = {kind for channel in document["channels"].values() for kind in channel["messages"]}
    assert listed == set(document["components"]["messages"]) == {*EVENT_TYPES, *OUTPUT_TYPES}
    for channel in document["channels"].values():
        assert channel["bindings"]["kafka"]["topic"] == channel["address"]
    for message in document["components"]["messages"].values():
        assert message["bindings"]["kafka"]["key"]["description"]


def test_asyncapi_references_lead_somewhere() -> None:
    document = asyncapi()

    def follow(reference: str) -> object:
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        return target

    for reference in every_reference(document):
        if reference.startswith("#/"):
            assert follow(reference)
        else:
            assert (COMMITTED / reference).is_file(), reference


def every_reference(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [found for inner in part.values() for found in every_reference(inner)]
    if isinstance(part, list):
        return [found for inner in part for found in every_reference(inner)]
    return []


def test_senders_are_received_from_and_outputs_are_sent() -> None:
    actions = {name: operation["action"] for name, operation in asyncapi()["operations"].items()}
    assert actions == {
        f"{'receive' if topic.is_input else 'send'}-{topic.short}": (
            "receive" if topic.is_input else "send"
        )
        for topic in TOPICS.values()
        if topic.short in {model.topic for model in (*EVENT_TYPES.values(), *OUTPUT_TYPES.values())}
    }


def test_what_is_committed_is_what_would_be_written(tmp_path: Path) -> None:
    write(tmp_path)
    assert contents(tmp_path) == contents(COMMITTED), "docs/events is out of date: run `make docs`"


def test_writing_removes_what_is_no_longer_a_type(tmp_path: Path) -> None:
    write(tmp_path)
    stale = tmp_path / "schemas/flow.patient-promoted.v1.json"
    stale.write_text("{}")
    before = contents(tmp_path)
    files = write(tmp_path)
    assert not stale.exists()
    assert set(files) == {tmp_path / name for name in before} - {stale}


def contents(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }
