"""Why a value could not be used: the codes of the dead-letter topics, each with its remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Reason:
    """`remedy` is addressed to whoever looks after the sender or the worker."""

    code: str
    meaning: str
    remedy: str


_TABLE = (
    Reason(
        "not_json",
        "The value is not JSON.",
        "Send one JSON object per record, without a byte order mark and without NaN or Infinity.",
    ),
    Reason(
        "bad_utf8",
        "The value, or a CloudEvents header, is not UTF-8.",
        "Set the sender's character encoding to UTF-8.",
    ),
    Reason(
        "invalid",
        "A field is missing, or holds what it may not; the detail names it, and what it may hold.",
        "Correct the field where it is sent from (`flow events schema TYPE` has all of it). A code"
        " newer than this version: update, then replay.",
    ),
    Reason(
        "unknown_type",
        "No event of this `type` is known.",
        "Correct `type` (`flow events schema` lists them), or update the worker and replay.",
    ),
    Reason(
        "unknown_version",
        "The `type` is known, but not in this major version.",
        "Update the worker, then replay; or send a version that it knows.",
    ),
    Reason(
        "missing_time",
        "`time` or `recordedtime` is missing.",
        "Send both: when it happened, and when it was written down.",
    ),
    Reason(
        "naive_time",
        "A time has no offset from UTC.",
        "Send RFC 3339 times with `Z` or an offset, for example 2026-03-29T02:30:00+01:00.",
    ),
    Reason(
        "future_time",
        "`time` or `recordedtime` lies further ahead of the record's own time than is allowed.",
        "Correct the sender's clock or the year, and send the event again.",
    ),
    Reason(
        "too_large",
        "The value is larger than an event may be.",
        "Send one event per record, without documents or pictures.",
    ),
    Reason(
        "null_value",
        "The record has no value.",
        "To take an event back, send a cancellation, or an event with `corrects`.",
    ),
    Reason(
        "missing_key",
        "The record has no key, so its partition was chosen at random.",
        "Use the subject as the record's key.",
    ),
    Reason(
        "key_mismatch",
        "The record's key is not its subject.",
        "Use the subject as the record's key.",
    ),
    Reason(
        "wrong_partition",
        "The record lies in a partition that its key does not belong to.",
        "Let the sender use Kafka's default partitioner (murmur2 of the key) on every topic, and "
        "send the event again.",
    ),
    Reason(
        "wrong_topic",
        "Events of this `type` belong to another topic; the detail names it.",
        "Publish to that topic (`flow events asyncapi` lists the topics with their types).",
    ),
    Reason(
        "subject_is_nhs_number",
        "The subject, or the key, is shaped like an NHS number.",
        "Use a reference (`flow ref` makes one), and tell your information governance lead: "
        "the number stood in a topic that may not hold it.",
    ),
    Reason(
        "retired",
        "The person's journey was retired, and the event is older than its end.",
        "None where the event is old news; otherwise see docs/operating.md, people let go.",
    ),
    Reason(
        "erased",
        "The person was erased on request, and the event is no newer; its content is not kept.",
        "None. Stop the sender from sending it again.",
    ),
    Reason(
        "unstorable",
        "The event was understood, but the broker refuses to store it. Reserved: no letter says so,"
        " for the worker ends (exit code 70) and has acknowledged nothing.",
        "Compare `flow topics check`; mend the topic's limits, then replay.",
    ),
)

REASONS: Mapping[str, Reason] = MappingProxyType({reason.code: reason for reason in _TABLE})
"""Every reason by its code."""
assert len(REASONS) == len(_TABLE)
