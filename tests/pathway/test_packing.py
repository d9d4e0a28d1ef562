"""Small forms of what rests: all of it comes back, and what resembles the rest takes less."""

import random

from flow.pathway.packing import DICTIONARY_BYTES, Alike


def _person(chance: random.Random) -> bytes:
    """Events of one person: the same words, other identifiers."""
    kinds = ("admitted", "criteria-to-reside-reviewed", "care-package-requested", "discharged")
    return b"".join(
        b'{"type":"flow.%b.v1","source":"/rr8/pas","subject":"%b","data":{"spell_id":"S1"}}'
        % (chance.choice(kinds).encode(), chance.randbytes(16).hex().encode())
        for _ in range(5)
    )


def test_all_comes_back_before_and_after_there_is_a_dictionary() -> None:
    chance = random.Random(4)
    alike = Alike(learned_after=3)
    people = [_person(chance) for _ in range(3 + DICTIONARY_BYTES // 500 + 5)]
    packed = [alike.compress(each) for each in people]
    assert [alike.decompress(each) for each in packed] == people


def test_who_resembles_others_takes_less_once_there_is_a_dictionary() -> None:
    chance = random.Random(4)
    alike = Alike(learned_after=3)
    person = _person(chance)
    alone = alike.compress(person)
    for _ in range(3 + DICTIONARY_BYTES // 500 + 5):
        alike.compress(_person(chance))
    together = alike.compress(person)
    assert len(together) < 0.8 * len(alone)
    assert alike.decompress(together) == alike.decompress(alone) == person
