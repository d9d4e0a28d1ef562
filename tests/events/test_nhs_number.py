"""NHS numbers: modulus 11, as in the NHS Data Dictionary (domain.md 4.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.events.codes import nhs_number

VALID = ("9990000018", "9990000026", "9990000034", "9990000042")


@pytest.mark.parametrize("digits", VALID)
@pytest.mark.parametrize("written", ["{0}{1}{2}", "{0} {1} {2}", "{0}-{1}-{2}", "  {0} {1} {2} "])
def test_numbers_are_read_as_people_write_them(digits: str, written: str) -> None:
    assert nhs_number.parse(written.format(digits[:3], digits[3:6], digits[6:])) == digits


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9990000019", "check digit"),
        ("9991234567", "check digit"),  # the service manual's dummy: its check digit would be 10
        ("999000001", "10 digits"),
        ("99900000180", "10 digits"),
        ("", "10 digits"),
        ("99 9000 0018", "10 digits"),
        ("999 000 OO18", "10 digits"),
        ("٩٩٩٠٠٠٠٠١٨", "10 digits"),  # digits of another script
    ],
)
def test_what_is_no_nhs_number_is_refused_without_quoting_it(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        nhs_number.parse(text)
    assert not text or text not in str(refused.value)


def test_the_check_digit_follows_the_published_steps() -> None:
    # 10 * 9 + 9 * 9 + 8 * 9 + 2 * 1 is 245; 245 mod 11 is 3; 11 - 3 is 8.
    assert nhs_number.check_digit("999000001") == 8
    assert nhs_number.check_digit("000000000") == 0  # 11 becomes 0
    assert nhs_number.check_digit("999123456") is None  # 10: no such number


@given(st.integers(0, 10**9 - 1).map("{:09}".format), st.integers(0, 9), st.integers(1, 9))
def test_any_one_wrong_digit_is_found(nine: str, place: int, shift: int) -> None:
    check = nhs_number.check_digit(nine)
    if check is None:
        return
    good = f"{nine}{check}"
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    assert nhs_number.parse(good) == good
    with pytest.raises(ValueError, match="check digit"):
        nhs_number.parse(wrong)
