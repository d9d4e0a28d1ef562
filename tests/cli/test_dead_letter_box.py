"""Dead letters: where they lie, why, which were sent again, which are chosen."""

import pytest

from flow.cli.dead_letter_box import BOXES, Box, Choice, Letter, Place, senders_headers
from flow.cli.refusals import NotFound
from flow.engine.dead_letters import MAX_INLINE_BYTES, dead_letter
from flow.engine.memory import StoredRecord
from flow.errors import Rejected

SECRET_VALUE = b'{"name": "Ann"}'


def stored(offset: int, reason: str, value: bytes | None = SECRET_VALUE) -> StoredRecord:
    """A dead letter as the engine makes it, in partition 2 of the discharge input's topic."""
    bad = StoredRecord(
        "flow.discharge.v1", 2, 100 + offset, 1_000, b"key", value, (("ce_id", b"1"),)
    )
    letter = dead_letter("flow.discharge.v1.dlq", bad, Rejected(reason, "data.ward"))
    return StoredRecord(
        letter.topic, 2, offset, 2_000, letter.key, letter.value, tuple(letter.headers)
    )


def marked(offset: int, letter: int) -> StoredRecord:
    mark = (("flow.dlq.replayed", str(letter).encode()),)
    return StoredRecord("flow.discharge.v1.dlq", 2, offset, 3_000, None, None, mark)


@pytest.fixture
def letters() -> list[Letter]:
    box = Box()
    box.add("discharge.dlq", [stored(0, "not_json"), stored(1, "invalid"), marked(2, 0)])
    return box.letters()


def test_a_letter_tells_why_and_where_it_came_from(letters: list[Letter]) -> None:
    _, invalid = letters
    assert (invalid.reason, invalid.detail) == ("invalid", "data.ward")
    assert invalid.came_from == ("flow.discharge.v1", 2, 101)
    assert str(invalid.place) == "discharge/2/1"
    assert senders_headers(invalid) == [("ce_id", b"1")]


def test_what_was_sent_again_is_marked_and_the_mark_is_no_letter(letters: list[Letter]) -> None:
    assert [letter.replayed for letter in letters] == [True, False]


def test_a_row_holds_nothing_of_the_value(letters: list[Letter]) -> None:
    assert all("Ann" not in str(letter.row()) for letter in letters)


def test_a_large_value_is_known_by_its_hash_and_size() -> None:
    box = Box()
    box.add("discharge.dlq", [stored(0, "too_large", b"x" * (MAX_INLINE_BYTES + 1))])
    (letter,) = box.letters()
    assert letter.sha256 is not None
    assert letter.size_bytes == MAX_INLINE_BYTES + 1


def test_letters_are_chosen_by_place_input_and_reason(letters: list[Letter]) -> None:
    first, second = letters
    assert Choice().of(letters) == [first, second]
    assert Choice(reasons=["invalid"]).of(letters) == [second]
    assert Choice(boxes=["admission.dlq"]).of(letters) == []
    assert Choice(places=[second.place]).of(letters) == [second]
    with pytest.raises(NotFound, match="discharge/2/9"):
        Choice(places=[Place("discharge.dlq", 2, 9)]).of(letters)


def test_places_are_read_as_they_are_written() -> None:
    for box in BOXES:
        place = Place(box, 3, 17)
        assert Place.parse(str(place)) == place
    for wrong in ("", "discharge", "discharge/1", "alerts/0/0", "discharge/a/b", "discharge/-1/0"):
        with pytest.raises(ValueError, match="INPUT/PARTITION/OFFSET"):
            Place.parse(wrong)
