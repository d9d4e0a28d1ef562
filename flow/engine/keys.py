"""The key grammar of the state topic.

    person/event/source#id    one event of a person, its bytes as received
    person/summary            what was last published of the person
    clock                     the newest tick that the partition has worked through, and how far
                              in each input

A person's reference holds no slash, so the first two slashes end the first two parts.
"""

CLOCK = b"clock"
_EVENT = b"event"
_SUMMARY = b"summary"


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
