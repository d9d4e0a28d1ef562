"""Bad records of every kind, each made from a good one, with the reason code that it must get."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiokafka.partitioner import murmur2

from flow.events.reasons import REASONS
from tests.chaos.sepsis_slice import Message, Slice, Step

NOT_HERE = {
    "retired": "nobody is retired within the slice",
    "erased": "nobody is erased in the slice",
    "unstorable": "the worker leaves instead, until the topic is mended",
}
"""Reasons that no bytes can bring about by themselves."""


def changed(good: Message, **fields: Any) -> bytes:
    """The good event under another id, with these fields; None takes one out."""
    assert good.value is not None
    event = json.loads(good.value)
    event["id"] += "-bad"
    for name, value in fields.items():
        if value is None:
            del event[name]
        else:
            event[name] = value
    return json.dumps(event).encode()


def _elsewhere(good: Message, partitions: int) -> int:
    """A partition that the person does not belong to."""
    hashed: int = murmur2(good.key)
    return ((hashed & 0x7FFFFFFF) + 1) % partitions


KINDS: dict[str, Callable[[Message, int], Message]] = {
    "no JSON": lambda good, _: replace(good, value=b"MSH|^~\\&|PAS", reason="not_json"),
    "cut short": lambda good, _: replace(good, value=(good.value or b"")[:-9], reason="not_json"),
    "nothing at all": lambda good, _: replace(good, value=b"", reason="not_json"),
    "not a number": lambda good, _: replace(
        good, value=changed(good, data={"provider": float("nan")}), reason="not_json"
    ),
    "very deep": lambda good, _: replace(good, value=b'{"a":' * 20_000, reason="not_json"),
    "no UTF-8": lambda good, _: replace(good, value=b'{"id": "\xff\xfe"}', reason="bad_utf8"),
    "a header that is no UTF-8": lambda good, _: replace(
        good, headers=(("ce_id", b"\xff\xfe"),), reason="bad_utf8"
    ),
    "wrong type of field": lambda good, _: replace(
        good, value=changed(good, data={"provider": 7}), reason="invalid"
    ),
    "no data": lambda good, _: replace(good, value=changed(good, data=None), reason="invalid"),
    "large and wrong": lambda good, _: replace(
        good, value=changed(good, data={"x": "y" * 300 * 1024}), reason="invalid"
    ),
    "unknown type": lambda good, _: replace(
        good, value=changed(good, type="flow.patient-teleported.v1"), reason="unknown_type"
    ),
    "unknown version": lambda good, _: replace(
        good, value=changed(good, type="flow.patient-admitted.v9"), reason="unknown_version"
    ),
    "no time": lambda good, _: replace(good, value=changed(good, time=None), reason="missing_time"),
    "a time without offset": lambda good, _: replace(
        good, value=changed(good, time="2014-03-02T10:00:00"), reason="naive_time"
    ),
    "a century ahead": lambda good, _: replace(
        good, value=changed(good, time="2114-03-02T10:00:00Z"), reason="future_time"
    ),
    "huge": lambda good, _: replace(
        good, value=changed(good, data={"x": "y" * 950 * 1024}), reason="too_large"
    ),
    "null": lambda good, _: replace(good, value=None, reason="null_value"),
    "no key": lambda good, _: replace(good, key=None, value=changed(good), reason="missing_key"),
    "another's key": lambda good, _: replace(
        good, key=b"k1.Somebody-else-0123", value=changed(good), reason="key_mismatch"
    ),
    "another's partition": lambda good, partitions: replace(
        good,
        value=changed(good),
        partition=_elsewhere(good, partitions),
        reason="wrong_partition",
    ),
    "another topic": lambda good, _: replace(
        good, topic="coordination", value=changed(good), reason="wrong_topic"
    ),
    "an NHS number": lambda good, _: replace(
        good,
        key=b"9990000018",
        value=changed(good, subject="9990000018"),
        reason="subject_is_nhs_number",
    ),
}


def poisoned(whole: Slice, chance: random.Random, each: int, partitions: int) -> Slice:
    """`each` records of every kind between the good ones of a slice, at random places."""
    steps = [list(step.messages) for step in whole.steps]
    for make in KINDS.values():
        for _ in range(each):
            step = chance.choice([step for step in steps if step])
            victim = chance.choice([message for message in step if message.reason is None])
            step.insert(chance.randint(0, len(step)), make(victim, partitions))
    filled = zip(whole.steps, steps, strict=True)
    return replace(
        whole, steps=tuple(Step(step.tick, tuple(messages)) for step, messages in filled)
    )


def reasons_made(whole: Slice) -> set[str]:
    return {
        message.reason
        for step in whole.steps
        for message in step.messages
        if message.reason is not None
    }


def all_reasons() -> set[str]:
    """Every reason that bytes can bring about."""
    return set(REASONS) - set(NOT_HERE)


def repeated_and_shuffled(whole: Slice, chance: random.Random, share: float) -> Slice:
    """Each step in random order; some events come again, in their own step or in a later one."""
    steps = [list(step.messages) for step in whole.steps]
    for index, step in enumerate(whole.steps):
        for message in step.messages:
            while chance.random() < share:
                steps[chance.randint(index, min(index + 3, len(steps) - 1))].append(message)
    for messages in steps:
        chance.shuffle(messages)
    filled = zip(whole.steps, steps, strict=True)
    return replace(
        whole, steps=tuple(Step(step.tick, tuple(messages)) for step, messages in filled)
    )
