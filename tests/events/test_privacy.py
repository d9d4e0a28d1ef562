"""No NHS number gets into an error, a detail, a log or a repr (design.md 7)."""

import logging

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flow.errors import Rejected
from flow.events import EVENT_TYPES, decode
from flow.events.catalogue import example, model
from flow.events.codes import nhs_number

SECRETS = ("9990000018", "999 000 0018", "999-000-0018", "Mr John Smith", "LS11 8QD", "1931-04-05")
numbers = (
    st.integers(999_000_000, 999_999_999)
    .map(str)
    .filter(lambda nine: nhs_number.check_digit(nine) is not None)
    .map(lambda nine: f"{nine}{nhs_number.check_digit(nine)}")
)


@given(numbers, st.sampled_from(["", " ", "-", "."]))
def test_a_subject_shaped_like_an_nhs_number_is_refused_and_masked(
    digits: str, between: str
) -> None:
    subject = between.join((digits[:3], digits[3:6], digits[6:]))
    event = {**example("flow.patient-transferred.v1"), "subject": subject}
    with pytest.raises(Rejected) as refused:
        decode(orjson.dumps(event), key=subject.encode())
    assert refused.value.reason == "subject_is_nhs_number"
    said = f"{refused.value} {refused.value!r} {refused.value.detail}"
    assert digits[6:] not in said
    assert refused.value.__cause__ is None, "a traceback would print pydantic's error"
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("kind", sorted(EVENT_TYPES))
def test_no_detail_holds_content_of_the_value(
    kind: str, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The secret stands in every field at once, and as a field's name."""
    event = example(kind)
    data = {**dict.fromkeys(event["data"], secret), secret: secret}
    with caplog.at_level(logging.DEBUG):
        for broken in (
            {**event, "data": data},
            {**dict.fromkeys(event, secret), "type": kind},
            {**event, "type": secret, secret: 1},
            {**event, "type": f"{kind}{secret}"},
            {**event, secret: float("nan")},
        ):
            with pytest.raises(Rejected) as refused:
                decode(orjson.dumps(broken), key=secret.encode())
            assert secret not in f"{refused.value} {refused.value!r}"
    assert secret not in caplog.text


@pytest.mark.parametrize("kind", ["flow.patient-transferred.v1", "flow.stage-changed.v1"])
def test_a_model_built_by_hand_masks_what_it_refuses(kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model(kind).model_validate({**example(kind), "subject": "9990000018"})
    assert "9990000018" not in str(refused.value)
    assert "9990000018" not in repr(refused.value)
