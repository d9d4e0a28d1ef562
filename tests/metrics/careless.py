"""A careless sender, who puts numbers and names wherever it can, and what to look for."""

import orjson

NUMBER = "9990000018"
SPACED = "999 000 0018"
NAME = "Mrs Made-Up"
IDENTIFIERS = ("id", "source", "service", "hub", "ward")
"""Endings of fields that hold identifiers of the sender's own."""


def careless(value: bytes) -> list[tuple[bytes, bytes]]:
    """(key, value): one good event with a number or a name in every place that takes text."""
    event = orjson.loads(value)
    key = event["subject"].encode()
    found: list[tuple[bytes, bytes]] = []
    if not any(word in event["type"] for word in ("capacity", "service-alert")):
        found.append((NUMBER.encode(), orjson.dumps({**event, "subject": NUMBER})))
    found += [
        (key, orjson.dumps({**event, field: text}))
        for field in (*event, "nhsnumber")
        for text in _texts(field)
        if field != "subject"
    ]
    data = event["data"]
    for field in (*data, "patient_name"):
        for number, text in enumerate(_texts(field)):
            other = {**event, "id": f"leak-{field}-{number}", "data": {**data, field: text}}
            found.append((key, orjson.dumps(other)))
    return found


def _texts(field: str) -> tuple[str, ...]:
    return (SPACED, NAME) if field.endswith(IDENTIFIERS) else (SPACED, NAME, NUMBER)


def names(held: bytes) -> bool:
    return any(text.encode() in held for text in (NUMBER, SPACED, NAME))
