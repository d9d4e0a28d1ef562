"""Every payload version ever published is still read; corpus files are added, never changed."""

from pathlib import Path

import orjson
import pytest

from flow.events import EVENT_TYPES, decode, encode

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.json"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_payload_of_the_past_is_read_and_nothing_of_it_is_lost(path: Path) -> None:
    value = path.read_bytes()
    sent = orjson.loads(value)
    event = decode(value, key=sent["subject"].encode()).event
    assert path.name.startswith(event.type)
    written = orjson.loads(encode(event))
    assert written["data"].keys() >= sent["data"].keys()


def test_every_type_has_a_payload() -> None:
    assert {path.name for path in CORPUS} >= {f"{kind}.json" for kind in EVENT_TYPES}


def test_the_bytes_on_the_wire_are_as_they_were() -> None:
    """A change of what is written for the same event is a change for every reader."""
    value = (Path(__file__).parent / "corpus/flow.pathway-decided.v1.json").read_bytes()
    event = decode(value, key=orjson.loads(value)["subject"].encode()).event
    assert encode(event) == (
        b'{"specversion":"1.0","id":"EX-0006","source":"/rr8/care-transfer-hub",'
        b'"time":"2026-03-27T10:00:00Z","recordedtime":"2026-03-27T10:00:00Z",'
        b'"subject":"k1.NYzF4cZSpHk5mVV1qGbCgkzQ0jDLcS8nV2uY3bX7wRk",'
        b'"type":"flow.pathway-decided.v1","data":{"provider":"RR8",'
        b'"spell_id":"S-2026-004711","pathway":"P2","status":"confirmed",'
        b'"destination":"p2_bed","planned_discharge_at":"2026-03-30T10:00:00Z",'
        b'"council":"E08000035","locality":"leeds-south"}}'
    )
