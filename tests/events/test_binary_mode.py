"""Binary mode: attributes in `ce_` headers, `data` alone in the value; structured mode out."""

from typing import Any

import orjson
import pytest
from hypothesis import given

from flow.errors import Rejected
from flow.events import MAX_VALUE_BYTES, AnyEvent, Decoded, decode, encode
from flow.events.catalogue import example
from tests.events.strategies import events

MOVED = example("flow.patient-transferred.v1")
KEY = MOVED["subject"].encode()
DATA = orjson.dumps(MOVED["data"])
ATTRIBUTES = {name: content for name, content in MOVED.items() if name != "data"}

Headers = list[tuple[str, bytes | None]]


def headers(**changes: str) -> Headers:
    return [(f"ce_{name}", text.encode()) for name, text in {**ATTRIBUTES, **changes}.items()]


def read(value: bytes, sent: Headers) -> Decoded:
    return decode(value, key=KEY, headers=sent)


def refusal(value: bytes, sent: Headers) -> Rejected:
    with pytest.raises(Rejected) as refused:
        read(value, sent)
    return refused.value


def test_headers_and_value_become_one_structured_event() -> None:
    sent = [*headers(comment="from the interface engine"), ("content-type", b"application/json")]
    decoded = read(DATA, sent)
    assert decoded.event == decode(orjson.dumps(MOVED), key=KEY).event
    stored = orjson.loads(decoded.value)
    assert stored == {**MOVED, "comment": "from the interface engine"}


@given(events())
def test_both_modes_give_the_same_event(event: AnyEvent) -> None:
    structured: dict[str, Any] = orjson.loads(encode(event))
    data = orjson.dumps(structured.pop("data"))
    sent: Headers = [(f"ce_{name}", text.encode()) for name, text in structured.items()]
    decoded = decode(data, key=event.subject.encode(), headers=sent)
    assert decoded.event == event
    assert decode(decoded.value, key=event.subject.encode()).event == event


@pytest.mark.parametrize(
    "sent",
    [
        [],
        [("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")],
        [("content-type", b"application/cloudevents+json; charset=UTF-8")],
        [("Content-Type", b"application/CloudEvents+json"), ("ce_id", b"not this one")],
        [("ce_id", b"not this one"), ("content-type", b"application/cloudevents+json")],
        [("flow.dlq.reason", b"invalid"), ("content-type", None)],
    ],
)
def test_structured_mode_is_told_by_the_content_type_or_by_no_attributes(sent: Headers) -> None:
    value = orjson.dumps(MOVED)
    decoded = read(value, sent)
    assert decoded.value is value
    assert decoded.event.id == "EX-0002"


def test_header_names_do_not_depend_on_case_and_the_last_one_counts() -> None:
    upper: Headers = [(name.upper(), content) for name, content in headers()]
    assert read(DATA, [("ce_id", b"first"), *upper]).event.id == "EX-0002"


def test_headers_that_are_no_attributes_are_left_out() -> None:
    odd: Headers = [("ce_", b"x"), ("ce_null", None), ("ce_not-a-name", b"x"), ("ce_data", b"1")]
    assert orjson.loads(read(DATA, [*headers(), *odd]).value) == MOVED


@pytest.mark.parametrize(
    ("value", "sent", "reason", "detail"),
    [
        (DATA, headers()[:1], "invalid", "type: union_tag_not_found"),
        (DATA, headers(type="flow.patient-transferred.v9"), "unknown_version", "known"),
        (DATA, headers(time="2026-03-18T11:15:00"), "naive_time", "time"),
        (DATA, headers(subject="9990000018"), "subject_is_nhs_number", "subject"),
        (b"J19", headers(), "not_json", "line 1, column 1"),
        (b"", headers(), "not_json", "line 1, column 1"),
        (b'{"ward":"J\xe9"}', headers(), "bad_utf8", "at byte"),
        (b'{"ward":NaN}', headers(), "not_json", "line 1"),
        (b"[]", headers(), "invalid", "data: must be an object"),
        (DATA + b',"type":"x"', headers(), "not_json", "line 1"),
        (DATA, [*headers(), ("ce_comment", b"\xff")], "bad_utf8", "header ce_comment"),
        (DATA, [*headers(), ("ce_padding", b"x" * MAX_VALUE_BYTES)], "too_large", "bytes"),
    ],
)
def test_what_is_wrong_has_the_same_reasons(
    value: bytes, sent: Headers, reason: str, detail: str
) -> None:
    refused = refusal(value, sent)
    assert (refused.reason, detail in refused.detail) == (reason, True), refused
