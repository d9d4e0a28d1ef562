"""The partition of a key, and the key grammar of the state topic and of placements.

    person/event/source#id    one event of a person, its bytes as received
    person/summary            what was last published of the person
    person/link               what the person's reference last told the one that it points to
    person/member/other       what another reference told, that points to this one
    person/copy/other/source#id   an event of another reference, its bytes as received
    clock                     the newest tick that the partition has worked through, and how far
                              in each input

A person's reference holds no slash, so the first two slashes end the first two parts.

    service/person            a placement: what this service faces from this person
    /clock/N                  in placements: the newest tick of which partition N has told every
                              placement; no service's reference begins with a slash
    /full/service             in placements: since when a service is full, told to every partition
    /clock                    in services: the newest tick that the centres have worked through
"""

from typing import NamedTuple

from aiokafka.partitioner import murmur2

CLOCK = b"clock"
TOLD_UNTIL = b"/clock/"
FULL_SERVICE = b"/full/"
SERVICES_CLOCK = b"/clock"


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a person or a service, as Kafka's default partitioner chooses it."""
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions


def placement_key(service: str, person: str) -> bytes:
    return f"{service}/{person}".encode()


def told_until_key(partition: int) -> bytes:
    return TOLD_UNTIL + str(partition).encode()


def full_service_key(service: str) -> bytes:
    return FULL_SERVICE + service.encode()


def event_key(person: str, identity: str) -> bytes:
    return f"{person}/event/{identity}".encode()


def summary_key(person: str) -> bytes:
    return f"{person}/summary".encode()


def member_key(person: str, sender: str) -> bytes:
    return f"{person}/member/{sender}".encode()


def copy_key(person: str, origin: str, identity: str) -> bytes:
    return f"{person}/copy/{origin}/{identity}".encode()


def statement_key(person: str) -> bytes:
    return f"{person}/link".encode()


class StateKey(NamedTuple):
    """`rest` is what follows the kind: an identity, a sender, an origin and an identity."""

    person: str
    kind: str
    rest: str


_WITH_REST = frozenset({b"event", b"member", b"copy"})
_WITHOUT = frozenset({b"summary", b"link"})


def parse_key(key: bytes) -> StateKey:
    """Raises ValueError for what is no key: then another program has written to the state topic."""
    person, slash, rest = key.partition(b"/")
    kind, _, rest = rest.partition(b"/")
    fits = kind in _WITH_REST if rest else kind in _WITHOUT
    if slash and person and fits:
        return StateKey(person.decode(), kind.decode(), rest.decode())
    raise ValueError("not a key of the state topic")
