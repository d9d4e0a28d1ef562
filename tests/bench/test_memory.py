"""What a person takes is measured of everybody, also of who died long before the last event."""

import json
import subprocess
import sys
from pathlib import Path

from bench.workload import save, workload
from flow.events import PatientDied, decode


def test_everybody_is_held_until_it_is_measured(tmp_path: Path) -> None:
    items = workload(9_000)
    decoded = (decode(each.value, key=each.person.encode(), topic=each.topic) for each in items)
    assert any(isinstance(event, PatientDied) for event, _ in decoded), "somebody could be let go"
    save(items, tmp_path / "items")
    people = len({each.person for each in items})
    command = [sys.executable, "-m", "bench.memory", str(tmp_path / "items"), str(people), "quiet"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found = json.loads(done.stdout)
    assert (found["people"], found["events"]) == (people, len(items))
