"""The list of long files names files that are there."""

from pathlib import Path

from tests.longest_first import LONGEST_FIRST, place_of


def test_every_file_of_the_list_is_there_and_named_once() -> None:
    root = Path(__file__).parents[1]
    assert [name for name in LONGEST_FIRST if not (root / name).is_file()] == []
    assert len(set(LONGEST_FIRST)) == len(LONGEST_FIRST)


def test_what_is_not_named_comes_after_what_is() -> None:
    here = Path(__file__).name
    assert max(map(place_of, LONGEST_FIRST)) < place_of(f"tests/{here}")
