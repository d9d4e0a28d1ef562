"""The partition of a key, and the key grammar of the state topic and of placements.

    person/event/source#id    one event of a person, its bytes as received
    person/summary            what was last published of the person
    clock                     the newest tick that the partition has worked through, and how far
                              in each input

A person's reference holds no slash, so the first two slashes end the first two parts.

    service/person            a placement: what this service faces from this person
    /clock/N                  in placements: the newest tick of which partition N has told every
                              placement; no service's reference begins with a slash
    /clock                    in services: the newest tick that the centres have worked through
"""

from aiokafka.partitioner import murmur2

CLOCK = b"clock"
TOLD_UNTIL = b"/clock/"
SERVICES_CLOCK = b"/clock"
_EVENT = b"event"
_SUMMARY = b"summary"


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a person or a service, as Kafka's default partitioner chooses it."""
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions


def placement_key(service: str, person: str) -> bytes:
    return f"{service}/{person}".encode()


def told_until_key(partition: int) -> bytes:
    return TOLD_UNTIL + str(partition).encode()


def event_key(person: str, identity: str) -> bytes:
    return f"{person}/event/{identity}".encode()


def summary_key(person: str) -> bytes:
    return f"{person}/summary".encode()


def parse_key(key: bytes) -> tuple[str, str | None]:
    """(person, identity) of an event's key, (person, None) of a summary's.

    Raises ValueError for anything else: then another program has written to the state topic.
    """
    person, slash, rest = key.partition(b"/")
    kind, _, identity = rest.partition(b"/")
    if slash and person:
        if kind == _EVENT and identity:
            return person.decode(), identity.decode()
        if kind == _SUMMARY and not identity:
            return person.decode(), None
    raise ValueError("not a key of the state topic")
