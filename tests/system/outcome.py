"""What came out of a run, read from the topics."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from flow.events import decode_stored
from flow.pathway import History
from flow.pathway.journey import Journey


def histories(state: Iterable[Any]) -> dict[str, History]:
    """Everybody's events, as the state topic holds them."""
    found: dict[str, History] = defaultdict(History)
    for record in state:
        person, _, rest = record.key.decode().partition("/")
        if rest.startswith("event/"):
            found[person].add(decode_stored(record.value), record.value)
    return dict(found)


def journeys(state: Iterable[Any]) -> dict[str, Journey]:
    return {person: history.journey() for person, history in histories(state).items()}


def alert_changes(alerts: Iterable[Any]) -> list[tuple[str, str, str]]:
    """(person, alert id, content) of every record of the alerts topic, in order."""
    changes = []
    for record in alerts:
        event = json.loads(record.value)
        assert record.key.decode() == event["data"]["alert_id"]
        changes.append(
            (event["subject"], event["data"]["alert_id"], json.dumps(event["data"], sort_keys=True))
        )
    return changes


def final_alerts(alerts: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """The last content of each alert, with its person, by alert id."""
    final = {}
    for person, alert_id, content in alert_changes(alerts):
        final[alert_id] = {"person": person, **json.loads(content)}
    return final


def latest(records: Iterable[Any]) -> Mapping[bytes, bytes]:
    """The last value of each key, as compaction would leave it."""
    last = {record.key: record.value for record in records}
    return {key: value for key, value in last.items() if value is not None}
