"""References: opaque, fixed in length, never shaped like an NHS number (design.md 7)."""

import base64
import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter, ValidationError

from flow.events.reference import (
    PersonReference,
    is_shaped_like_nhs_number,
    make_reference,
    parse_reference,
)
from tests.events.strategies import references

SECRET = bytes(range(32))
OTHER_SECRET = bytes(range(1, 33))
SHAPED = [
    "9990000018",
    "999-000-0018",
    "999.000.0018",
    "9-9-9-0-0-0-0-0-1-8",
    "9990000019",  # a wrong check digit identifies a person as well
    "999000~0018",
    "999000_0018--",
]

adapter: TypeAdapter[str] = TypeAdapter(
    PersonReference, config=ConfigDict(hide_input_in_errors=True)
)


def test_a_reference_is_the_keyed_hash_of_the_nhs_number() -> None:
    digest = hmac.new(SECRET, b"nhs:9990000018", hashlib.sha256).digest()
    expected = "k1." + base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert make_reference(SECRET, "k1", nhs_number="9990000018") == expected
    assert len(expected) == 46


def test_writing_the_number_differently_makes_the_same_reference() -> None:
    same = {
        make_reference(SECRET, "k1", nhs_number=text) for text in ("9990000018", "999 000 0018")
    }
    assert len(same) == 1


def test_secret_key_provider_and_kind_of_number_keep_references_apart() -> None:
    made = [
        make_reference(SECRET, "k1", nhs_number="9990000018"),
        make_reference(OTHER_SECRET, "k1", nhs_number="9990000018"),
        make_reference(SECRET, "k1", nhs_number="9990000026"),
        make_reference(SECRET, "k1", provider="RR8", hospital_number="9990000018"),
        make_reference(SECRET, "k1", provider="RAE", hospital_number="9990000018"),
    ]
    assert len({reference.partition(".")[2] for reference in made}) == len(made)


def test_hospital_numbers_do_not_depend_on_case_or_outer_spaces() -> None:
    made = {
        make_reference(SECRET, "k1", provider="RR8", hospital_number=text)
        for text in ("ab12", " AB12 ")
    }
    assert len(made) == 1


@given(st.from_regex(r"[A-Za-z0-9 /-]{1,20}", fullmatch=True).filter(str.strip))
def test_every_reference_that_is_made_is_accepted(hospital_number: str) -> None:
    reference = make_reference(SECRET, "k1", provider="RR8", hospital_number=hospital_number)
    assert adapter.validate_python(reference) == reference
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", reference), "safe in a URL"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({}, "give nhs_number"),
        ({"provider": "RR8"}, "give nhs_number"),
        ({"hospital_number": "AB12"}, "give nhs_number"),
        ({"nhs_number": "9990000018", "provider": "RR8"}, "not both"),
        ({"nhs_number": "9990000019"}, "check digit"),
        ({"provider": "rr8", "hospital_number": "AB12"}, "ODS code"),
        ({"provider": "RR8", "hospital_number": "  "}, "empty"),
    ],
)
def test_wrong_arguments_are_refused_without_quoting_a_number(
    arguments: dict[str, str], why: str
) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        make_reference(SECRET, "k1", **arguments)
    assert "999000001" not in str(refused.value)


def test_a_short_secret_and_a_wrong_key_id_are_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 32"):
        make_reference(b"secret", "k1", nhs_number="9990000018")
    with pytest.raises(ValueError, match="key_id"):
        make_reference(SECRET, "k.1", nhs_number="9990000018")


@pytest.mark.parametrize("text", SHAPED)
def test_what_is_shaped_like_an_nhs_number_is_refused_and_masked(text: str) -> None:
    assert is_shaped_like_nhs_number(text)
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(text)
    assert text not in str(refused.value)
    with pytest.raises(ValueError, match="NHS number") as refused_by_hand:
        parse_reference(text)
    assert text not in str(refused_by_hand.value)


@pytest.mark.parametrize(
    "text",
    ["short", "x" * 81, "a/b-c-d-e", "with space", "-dash-first", ".dot-first", "ünïcödé-reference",
     "newline-last\n", ""],
)  # fmt: skip
def test_what_is_no_reference_is_refused_and_masked(text: str) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(text)
    with pytest.raises(ValueError, match="8 to 80") as refused:
        parse_reference(text)
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["12345678", "123456789012", "a9990000018", "k1.abcdefgh", "0~0~0~0~"]
)
def test_other_references_are_accepted(text: str) -> None:
    assert adapter.validate_python(text) == text
    assert parse_reference(text) == text


@given(references())
def test_no_accepted_reference_is_shaped_like_an_nhs_number(reference: str) -> None:
    assert not is_shaped_like_nhs_number(reference)


@given(st.text("0123456789._~-a", min_size=8, max_size=16))
def test_the_pattern_agrees_with_the_plain_rule(text: str) -> None:
    """The pattern is written without look-ahead; this is what it is meant to say."""
    meant = text[0].isalnum() and not is_shaped_like_nhs_number(text)
    try:
        adapter.validate_python(text)
        accepted = True
    except ValidationError:
        accepted = False
    assert accepted is meant
