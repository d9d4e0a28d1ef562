"""What the live view knows and shows, from records as the worker writes them."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import orjson
import pytest
from rich.console import Console

from flow.cli.situation import BEHIND, SILENT, Situation
from flow.cli.view import figures, line, view
from flow.engine.keys import CLOCK
from flow.engine.memory import StoredRecord
from flow.engine.reader import Read
from flow.engine.ticks import Tick
from flow.events.topics import PERSON_INPUTS

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
REAL = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def record(
    key: bytes, value: object | None, *, partition: int = 0, headers: tuple[str, ...] = ()
) -> StoredRecord:
    content = None if value is None else orjson.dumps(value)
    named = tuple(("flow.dlq.reason", reason.encode()) for reason in headers)
    return StoredRecord("t", partition, 0, int(REAL.timestamp() * 1000), key, content, named)


def alert(number: int, hours: float, *, state: str = "open", kind: str = "delay") -> StoredRecord:
    due_at = NOW + timedelta(hours=hours)
    level = {True: "breached", False: "near"}[hours < 0]
    data = {
        "alert_id": str(UUID(int=number << 96)),
        "wait": "drd_to_discharge",
        "level": "raised" if kind == "notice" else level,
        "kind": kind,
        "state": state,
        **({"cause": "died"} if kind == "notice" else {}),
        "raised_at": due_at,
        "due_at": due_at,
        "acts_next": {"role": "discharge_coordinator"},
        "locality": "leeds-south",
    }
    if state == "closed":
        data |= {"closed_at": due_at + timedelta(hours=2), "closed_reason": "done_late"}
    return record(str(number).encode(), {"data": data})


def stage(person: str, name: str | None) -> StoredRecord:
    return record(person.encode(), None if name is None else {"data": {"stage": name}})


def clock(partition: int, at: datetime) -> StoredRecord:
    return record(CLOCK, {"at": at}, partition=partition)


def tick(at: datetime) -> StoredRecord:
    value = Tick(at, dict.fromkeys(PERSON_INPUTS, 0)).encode()
    return StoredRecord("t", 0, 0, int(REAL.timestamp() * 1000), None, value)


@pytest.fixture
def situation() -> Situation:
    seen = Situation()
    seen.add(Read("alerts", [alert(1, 3), alert(2, -9), alert(3, -1), alert(4, 0, kind="notice")]))
    seen.add(Read("alerts", [alert(3, -1, state="closed"), alert(3, -1, state="closed")]))
    seen.add(Read("stages", [stage("a", "in_hospital"), stage("b", "in_hospital")]))
    seen.add(Read("stages", [stage("b", "died"), stage("c", "in_hospital"), stage("c", None)]))
    seen.add(Read("pathway-events", [clock(0, NOW), clock(1, NOW + timedelta(hours=1))]))
    seen.add(Read("ticks", [tick(NOW)]))
    seen.add(Read("admission.dlq", [record(b"", None, headers=("invalid",))]))
    return seen


def drawn(situation: Situation, width: int, height: int) -> list[str]:
    console = Console(file=StringIO(), width=width, height=height, force_terminal=False)
    console.print(view(situation, REAL, width=width, height=height, footer=["one warning"]))
    output = console.file
    assert isinstance(output, StringIO)
    return output.getvalue().splitlines()


def test_figures_count_each_alert_once(situation: Situation) -> None:
    assert figures(situation) == (
        "2 people · alerts: 3 open (1 breached, 1 near, 1 notice), 4 raised, 1 closed"
        " · dead letters: invalid 1"
    )
    assert line(situation).startswith("05-Mar-2026 12:00: 2 people")
    assert line(Situation()).startswith("Waiting for the first tick: 0 people")


def test_open_alerts_of_services_are_counted(situation: Situation) -> None:
    def change(number: int, state: str) -> None:
        changed = record(b"%d" % number, {"data": {"state": state}})
        situation.add(Read("service-alerts", [changed]))

    for number, state in ((1, "open"), (2, "open"), (1, "closed"), (3, "open"), (3, "open")):
        change(number, state)
    assert " · alerts of services: 2 open · dead letters: invalid 1" in figures(situation)
    change(2, "acknowledged")
    assert " · alerts of services: 2 open (1 taken on) · " in figures(situation)
    change(3, "snoozed")
    assert " · alerts of services: 2 open (1 taken on, 1 snoozed) · " in figures(situation)


def test_the_clock_is_that_of_the_slowest_partition(situation: Situation) -> None:
    assert situation.clock == NOW


def test_stages_follow_people_and_forget_those_deleted(situation: Situation) -> None:
    assert situation.stages == {"in_hospital": 1, "died": 1}


def test_what_must_be_told_at_once_then_longest_breached(situation: Situation) -> None:
    assert [each.alert_id[:8] for each in situation.nearest(2)] == ["00000004", "00000002"]


def test_a_fresh_death_is_seen_above_all_that_is_late() -> None:
    seen = Situation()
    seen.add(Read("alerts", [alert(number, -number) for number in range(1, 40)]))
    seen.add(Read("alerts", [alert(50, 0, kind="notice")]))
    drew = drawn(seen, 80, 24)
    first = next(row for row, words in enumerate(drew) if "alert " in words and "due" in words) + 1
    assert "00000032  Raised" in drew[first]


def test_the_state_says_whether_time_goes_on(situation: Situation) -> None:
    assert situation.state(REAL) == "Live"
    assert situation.state(REAL + SILENT + timedelta(seconds=1)) == "No ticks: is a worker running?"
    situation.add(Read("ticks", [tick(NOW + timedelta(hours=1))]))
    assert situation.state(REAL) == "Live", "it came just now"
    assert situation.state(REAL + BEHIND + timedelta(seconds=1)) == "Behind"
    situation.add(Read("pathway-events", [clock(0, NOW + timedelta(hours=1))]))
    assert situation.state(REAL + BEHIND + timedelta(seconds=1)) == "Live"
    assert Situation().state(REAL) == "Waiting for the first tick"


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (150, 45), (220, 60)])
def test_it_fits_the_terminal(situation: Situation, width: int, height: int) -> None:
    situation.add(Read("alerts", [alert(number, number - 40) for number in range(10, 90)]))
    for number in range(30):
        situation.add(Read("stages", [stage(f"p{number}", f"stage_{number}")]))
    shown = drawn(situation, width, height)
    assert len(shown) <= height
    assert all(len(text) <= width for text in shown)
    text = "\n".join(shown)
    assert "0000000a  Breached 1d 6hr ago" in text, "what names an alert must not be cut"
    for part in ("Live. Data as of 05-Mar-2026 12:00", "Closed lately", "one warning"):
        assert part in text


def test_an_empty_view_says_so() -> None:
    text = "\n".join(drawn(Situation(), 150, 40))
    assert "No data has arrived since start-up" in text
    assert "No alert is open" in text
