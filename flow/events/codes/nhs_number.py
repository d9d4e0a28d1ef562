"""NHS numbers: ten digits, the last one a check digit of modulus 11 (domain.md 4.3, D3, D4)."""

import re

_SHAPE = re.compile(r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}")


def check_digit(first_nine: str) -> int | None:
    """The tenth digit that belongs to nine; None where no number with these nine exists."""
    assert len(first_nine) == 9
    assert first_nine.isdecimal()
    total = sum(
        weight * int(digit) for weight, digit in zip(range(10, 1, -1), first_nine, strict=True)
    )
    remainder = 11 - total % 11
    if remainder == 10:
        return None
    return remainder % 11


def parse(text: str) -> str:
    """Read an NHS number as people write it (spaces or dashes, 3-3-4) and return its ten digits.

    Raises ValueError, never with the number in its text.
    """
    if _SHAPE.fullmatch(text.strip()) is None:
        raise ValueError("an NHS number has 10 digits, written together or as 3, 3 and 4")
    digits = re.sub("[^0-9]", "", text)
    if check_digit(digits[:9]) != int(digits[9]):
        raise ValueError("the check digit of the NHS number is wrong: compare it with its source")
    return digits
