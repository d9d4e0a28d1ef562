"""The commands against a worker that runs: a log replayed, alerts answered, dead letters mended."""

import asyncio
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flow.engine.dead_letters import MAX_INLINE_BYTES
from flow.engine.embedded import EmbeddedBroker
from flow.engine.keys import partition_of
from flow.engine.publisher import KafkaPublisher
from flow.events import catalogue, decode_stored
from flow.events.topics import topic_name
from flow.settings import load_settings
from tests.brokers.kafka import free_ports
from tests.cli.broker_help import eventually, get, start, worker
from tests.cli.conftest import Run

pytestmark = pytest.mark.slow

PARTITIONS = 3

# Two cases: one leaves after four days, the other never does.
CSV = """case_id,activity,resource,timestamp
A,ER Registration,A,2014-01-03 10:00:00
A,Admission NC,C,2014-01-03 12:00:00
A,Release A,E,2014-01-07 09:00:00
B,ER Registration,A,2014-01-04 08:00:00
B,Admission NC,C,2014-01-10 12:00:00
"""


@pytest.fixture
def environment(
    embedded_broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch, secret: Path
) -> dict[str, str]:
    """Settings of a worker of its own on the shared broker, for this process and for children."""
    name = uuid.uuid4().hex[:12]
    values = {
        "FLOW_BROKER_URL": embedded_broker.address,
        "FLOW_TOPIC_PREFIX": f"t{name}.",
        "FLOW_APPLICATION": f"t{name}",
        "FLOW_PARTITIONS": str(PARTITIONS),
        "FLOW_METRICS_PORT": str(free_ports(1)[0]),
        "FLOW_CLOCK": "log",
    }
    for key, value in values.items():
        monkeypatch.setenv(key, value)
    return values


@pytest.fixture
def running(run: Run, environment: dict[str, str], tmp_path: Path) -> Iterator[Run]:
    """`run`, with topics and a worker in place."""
    assert run("topics", "apply").exit_code == 0
    with worker(environment, tmp_path / "worker.log"):
        yield run


def rows(run: Run, *arguments: str) -> list[dict[str, Any]]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_topics_are_reported_made_and_found_in_order(run: Run, environment: dict[str, str]) -> None:
    prefix = environment["FLOW_TOPIC_PREFIX"]
    before = run("topics", "check")
    assert before.exit_code == 78
    assert f"{prefix}flow.alerts.v1 is missing: run `flow topics apply`" in before.stderr
    made = run("topics", "apply")
    assert made.exit_code == 0
    assert f"created {prefix}flow.alerts.v1" in made.stdout
    assert run("topics", "check").exit_code == 0
    (again,) = rows(run, "topics", "apply")
    assert again == {"done": [], "drift": []}


def test_a_worker_without_topics_says_what_to_do(run: Run, environment: dict[str, str]) -> None:
    result = run("worker")
    assert result.exit_code == 78
    assert "`flow topics apply`" in result.stderr
    assert "Traceback" not in result.output


def test_a_log_is_replayed_explained_answered_and_watched(
    running: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    log = tmp_path / "log.csv"
    log.write_text(CSV)
    replayed = running("import", str(log), "--mapping", "sepsis", "--lockstep", "6h")
    assert replayed.exit_code == 0, replayed.output
    assert "5 events acknowledged by 127.0.0.1:" in replayed.stderr

    # In words of the policy: nobody set an expected date, and B never left.
    alerts = rows(running, "alert", "list")
    (unplanned,) = [alert for alert in alerts if alert["wait"] == "edd_set"]
    assert unplanned["level"] == "breached+1d"
    assert unplanned["raised_at"] == "2014-01-05T03:00:00Z"  # the first tick after 18 hours
    everything = rows(running, "alert", "list", "--all")
    closed = [alert for alert in everything if alert["state"] == "closed"]
    assert {alert["closed_reason"] for alert in closed} <= {"done", "done_late", "cancelled"}
    assert closed

    listed = running("alert", "list", "--wait", "edd_set")
    assert "Time of the pipeline: 10-Jan-2014" in listed.stderr
    assert unplanned["alert_id"][:8] in listed.stdout
    nothing = running("alert", "list", "--provider", "RR8")
    assert "No alert fits these filters" in nothing.stderr

    answered(running, unplanned["alert_id"])
    paused(running, unplanned)
    explained(running, unplanned["person"], tmp_path)
    too_late = running("alert", "ack", closed[0]["alert_id"], "--by", "staff-1")
    assert too_late.exit_code == 66
    assert "there is nothing left to answer" in too_late.stderr
    for number in (signal.SIGINT, signal.SIGTERM):
        watched(environment, tmp_path / "watch.log", number)
    left = next(each["person"] for each in closed if each["person"] != unplanned["person"])
    linked(running, left, unplanned["person"])
    erased(running, unplanned["person"])


def test_services_are_listed_and_explained(running: Run) -> None:
    nothing = running("service", "list")
    assert nothing.exit_code == 0
    assert "No service is known" in nothing.stderr
    example = catalogue.example("flow.centre-capacity-reported.v1")
    report = decode_stored(json.dumps(example).encode())
    moved = catalogue.example("flow.centre-admitted.v1")
    moved["data"] |= {"service": "who-is-that"}
    asked = catalogue.example("flow.referral-made.v1")
    asked["data"] |= {"service": report.subject}
    asked["time"] = asked["recordedtime"] = moved["time"]
    could_come = {**asked, "subject": "demo.made-up", "id": "could-come"}
    could_come["time"] = could_come["recordedtime"] = example["time"]
    could_come["data"] = {"referral_id": "R", "kind": "rehabilitation_bed"}
    could_come["data"] |= {"service": report.subject}
    of_people = [decode_stored(json.dumps(each).encode()) for each in (moved, asked, could_come)]

    async def publish() -> None:
        async with KafkaPublisher(load_settings()) as publisher:
            await publisher.publish([report, *of_people])
            await publisher.tick(report.recordedtime + timedelta(hours=1))

    asyncio.run(publish())
    known = eventually(lambda: {each["service"]: each for each in rows(running, "service", "list")})
    listed = known[report.subject]
    assert listed["reported"]["beds_open"] == 38
    assert listed["derived"]["staying"] == 0
    assert report.subject in running("service", "list", "--kind", "independence_centre").stdout
    assert "2 more hidden by filters" in running("service", "list", "--kind", "hospice").stderr
    shown = running("service", "show", report.subject)
    assert "38 beds open, 2 closed, 3 reserved, 34 occupied" in shown.stdout
    (as_json,) = rows(running, "service", "show", report.subject)
    assert as_json == listed
    unknown = of_people[0].identity
    assert known["who-is-that"]["findings"] == [{"rule": "never_reported", "events": [unknown]}]
    (person,) = rows(running, "person", moved["subject"])
    doubts = [each for each in person["findings"] if each["rule"] == "service_never_reported"]
    assert [each["events"] for each in doubts] == [[unknown]]
    assert running("service", "show", "who-is-never-named").exit_code == 66
    assert listed["alerts"] == []
    answered_for_a_service(running, report.subject, report.recordedtime + timedelta(hours=5))


def answered_for_a_service(run: Run, service: str, late_at: datetime) -> None:
    """An alert of a service is found, taken on and made quiet as one of a person is."""

    async def tick() -> None:
        async with KafkaPublisher(load_settings()) as publisher:
            await publisher.tick(late_at)

    def alert() -> dict[str, Any]:
        (of_it,) = rows(run, "service", "show", service)
        found: list[dict[str, Any]] = of_it["alerts"]
        return found[0] if found else {}

    asyncio.run(tick())
    raised = eventually(alert)
    assert (raised["alert"], raised["state"]) == ("place_free_with_someone_waiting", "open")
    by_name = raised["alert_id"][:13]
    assert "Of services: 1 alert; see `flow service list`." in run("alert", "list").stderr
    taken_on = run("alert", "ack", by_name, "--by", "staff-1")
    assert taken_on.exit_code == 0, taken_on.output
    assert "Published flow.service-alert-acknowledged.v1" in taken_on.stdout
    assert "flow.service-coordination.v1, partition" in taken_on.stdout
    assert eventually(lambda: alert().get("acknowledged_by")) == "staff-1"
    snooze = ("alert", "snooze", by_name, "--by", "staff-1", "--reason", "plan_agreed")
    assert run(*snooze, "--for", "4h").exit_code == 0
    assert eventually(lambda: alert().get("snoozed_until")) > late_at.isoformat()
    assert "(snoozed)" in run("service", "list").stdout.replace("\n", " ")
    assert "snoozed by staff-1 until" in run("service", "show", service).stdout
    refused = run("alert", "assign", by_name, "--to", "staff-2", "--organisation", "RR8")
    assert refused.exit_code == 2
    assert "is of a service" in refused.stderr


def paused(run: Run, alert: dict[str, Any]) -> None:
    """A wait is paused and resumed; `flow person` says so."""
    named = (alert["person"], alert["wait"], alert["about"])
    result = run("person", "pause", *named, "--reason", "person_away", "--for", "2h")
    assert result.exit_code == 0, result.output
    assert "Published flow.wait-paused.v1" in result.stdout
    said = "time that does not count: from 10-Jan-2014"
    assert eventually(lambda: said in run("person", alert["person"]).stdout)
    assert "(The person is away)" in run("person", alert["person"]).stdout
    assert run("person", "resume", *named).exit_code == 0
    refused = run("person", "pause", *named, "--reason", "no_time")
    assert refused.exit_code == 2
    assert "information_awaited" in refused.stderr
    unknown = run("person", "resume", alert["person"], "drd_to_discharg", alert["about"])
    assert "drd_to_discharge" in unknown.stderr


def answered(run: Run, alert_id: str) -> None:
    """Acknowledge, snooze, assign: each is published, and the worker takes it in."""

    def with_state(state: str) -> dict[str, Any] | None:
        found = rows(run, "alert", "list", "--state", state)
        return next((alert for alert in found if alert["alert_id"] == alert_id), None)

    result = run("alert", "ack", alert_id[:13], "--by", "staff-1")
    assert result.exit_code == 0, result.output
    assert "Published flow.alert-acknowledged.v1" in result.stdout
    acknowledged = eventually(lambda: with_state("acknowledged"))
    assert acknowledged["acknowledged_by"] == "staff-1"

    over = run(
        "alert", "snooze", alert_id, "--by", "s", "--reason", "other", "--until", "2014-01-01"
    )
    assert over.exit_code == 2
    assert "is over" in over.stderr
    snooze = ("alert", "snooze", alert_id, "--by", "staff-1", "--reason", "plan_agreed")
    assert run(*snooze, "--for", "4h").exit_code == 0
    snoozed = eventually(lambda: with_state("snoozed"))
    assert snoozed["snoozed_until"] > "2014-01-10"

    assigned = run("alert", "assign", alert_id, "--to", "staff-2", "--organisation", "RR8")
    assert assigned.exit_code == 0, assigned.output
    away = ("alert", "off-duty", alert_id, "--coordinator", "staff-2")
    assert run(*away, "--back-at", "2014-01-01").exit_code == 2
    off_duty = run(*away, "--back-at", "2014-02-01", "--cover", "staff-3")
    assert off_duty.exit_code == 0, off_duty.output
    assert "Published flow.coordinator-off-duty.v1" in off_duty.stdout
    nobody = run("alert", "ack", "ffffffff-ffff", "--by", "staff-1")
    assert nobody.exit_code == 66


def linked(run: Run, old: str, new: str) -> None:
    """The old reference says where it points; the new one knows of it; unlinking parts them."""
    assert run("link", old, old).exit_code == 2
    assert run("link", "9434765919", new).exit_code == 2
    done = run("link", old, new, "--reason", "duplicate")
    assert done.exit_code == 0, done.output
    eventually(lambda: run("person", old).exit_code == 66)
    assert f"{old} points to {new} since " in run("person", old).stderr
    eventually(lambda: f"Other references of this person: {old}" in run("person", new).stdout)
    (both,) = rows(run, "person", new)
    assert both["other_references"] == [old]
    assert run("unlink", old).exit_code == 0
    eventually(lambda: run("person", old).exit_code == 0)


def erased(run: Run, reference: str) -> None:
    """Everything goes; the reference says what became of it."""
    unsure = run("person", "erase", reference, "--reason", "objection", input="n\n")
    assert unsure.exit_code == 1
    done = run("person", "erase", reference, "--reason", "objection", "--yes")
    assert done.exit_code == 0, done.output
    eventually(lambda: run("person", reference).exit_code == 66)
    assert f"{reference} was erased: events up to " in run("person", reference).stderr
    everything = rows(run, "alert", "list", "--all")
    assert reference not in {alert["person"] for alert in everything}


def explained(run: Run, reference: str, folder: Path) -> None:
    default = run("person", reference)
    assert "Policy" not in default.output
    words = default.stdout
    policy = folder / "policy.toml"
    policy.write_text('name = "Leeds"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLOW_POLICY", str(policy))
        other = run("person", reference)
    assert other.stderr.startswith("Policy: Leeds, version ")
    assert other.stdout == words
    assert "Expected date of discharge set: " in words
    assert "edd_set, spell SEPSISLOG:" in words
    assert "acts next: hospital consultant, SEPSISLOG" in words
    assert "A person was admitted: a spell begins" in words
    (person,) = rows(run, "person", reference)
    assert person["stage"]["stage"] == "in_hospital"
    assert person["at"].startswith("2014-01-10")
    assert {event["type"] for event in person["timeline"]} >= {"flow.patient-admitted.v1"}
    unknown = run("person", "k1.nobody-knows-them")
    assert unknown.exit_code == 66
    assert "no events of k1.nobody-knows-them" in unknown.stderr


def watched(environment: dict[str, str], log: Path, number: signal.Signals) -> None:
    """Without a terminal the view is a line every few seconds; Ctrl-C or SIGTERM ends it."""
    process = start("watch", env=environment, log=log)
    try:
        eventually(lambda: re.search(r"10-Jan-2014 .*: 2 people · alerts: ", log.read_text()))
        process.send_signal(number)
        assert process.wait(30) == 0
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()


def test_dead_letters_are_listed_shown_and_sent_again(running: Run) -> None:
    good = catalogue.example("flow.patient-admitted.v1")
    person = good["subject"]
    elsewhere = (partition_of(person.encode(), PARTITIONS) + 1) % PARTITIONS
    large = b'{"type": "nothing", "x": "' + b"x" * MAX_INLINE_BYTES + b'"}'
    publish(b"not json", b"k-1", 0)
    publish(large, b"k-2", 1)
    publish(json.dumps(good).encode(), person.encode(), elsewhere)

    def letters(*options: str) -> list[dict[str, Any]]:
        return rows(running, "dlq", "list", "--each", *options)

    eventually(lambda: len(letters()) == 3)
    by_reason = {letter["reason"]: letter for letter in letters()}
    assert set(by_reason) == {"not_json", "unknown_type", "wrong_partition"}
    assert by_reason["unknown_type"]["by_reference"]
    counted = running("dlq", "list").stdout
    assert "not_json" in counted
    assert "Send one JSON object per record" in counted

    place = by_reason["not_json"]["place"]
    shown = running("dlq", "show", place)
    assert "The value is not JSON" in shown.stdout
    assert "not json" not in shown.stdout.replace("not_json", "")
    assert running("dlq", "show", place, "--value").stdout_bytes == b"not json"
    place = by_reason["unknown_type"]["place"]
    assert running("dlq", "show", place, "--value").stdout_bytes == large
    assert running("dlq", "show", "discharge/0/99").exit_code == 66

    # Sent with its key alone it comes to the right partition: the cause is mended.
    only = ("dlq", "replay", "--reason", "wrong_partition")
    assert "1 letter would be sent again" in running(*only, "--dry-run").stdout
    assert "1 letter sent again" in running(*only).stdout
    eventually(lambda: running("person", person).exit_code == 0)
    assert "1 letter sent again earlier" in running(*only).stdout
    assert {letter["reason"] for letter in letters()} == {"not_json", "unknown_type"}
    assert len(letters("--all")) == 3

    # What is as bad as before comes back as a new letter, a large one by its reference.
    assert "1 letter sent again" in running("dlq", "replay", place).stdout
    again = eventually(
        lambda: [each for each in letters() if each["reason"] == "unknown_type"] or None
    )
    assert again[0]["place"] != place
    assert running("dlq", "show", again[0]["place"], "--value").stdout_bytes == large


def publish(value: bytes, key: bytes, partition: int) -> None:
    settings = load_settings()

    async def send() -> None:
        async with KafkaPublisher(settings) as publisher:
            topic = topic_name("admission", settings.topic_prefix)
            await publisher.send(topic, value, key=key, partition=partition)

    asyncio.run(send())


def test_a_busy_metrics_port_is_named(run: Run, environment: dict[str, str]) -> None:
    assert run("topics", "apply").exit_code == 0
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", int(environment["FLOW_METRICS_PORT"])))
        holder.listen()
        result = run("worker")
    assert result.exit_code == 73
    assert "FLOW_METRICS_PORT" in result.stderr
    assert "Traceback" not in result.output


@pytest.fixture
def on_its_own(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Free ports, and a broker of its own."""
    ports = free_ports(2)
    return {
        "FLOW_EMBEDDED_PORT": str(ports[0]),
        "FLOW_METRICS_PORT": str(ports[1]),
        "FLOW_PARTITIONS": str(PARTITIONS),
    }


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in tasks.read_text().split()]


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def stopped_cleanly(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Within ten seconds, with exit code 0, and nothing is left running."""
    broker = children(process.pid)
    assert broker
    process.send_signal(number)
    assert process.wait(10) == 0
    eventually(lambda: all(gone(pid) for pid in broker), within_s=5)


@pytest.mark.embedded
def test_run_starts_everything_and_stops_everything(
    on_its_own: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "run.log"
    process = start("run", env=on_its_own, log=log)
    try:
        address = f"http://127.0.0.1:{on_its_own['FLOW_METRICS_PORT']}"
        eventually(lambda: get(f"{address}/readyz"))
        said = log.read_text()
        assert "it keeps nothing after it stops" in said
        assert "Fencing is off" in said
        assert f"{address}/metrics" in said
        stopped_cleanly(process, signal.SIGTERM)
        assert log.read_text().endswith("Stopped.\n")
    finally:
        process.kill()
        process.wait()


@pytest.mark.embedded
def test_the_death_of_the_embedded_broker_ends_everything_with_its_last_words(
    on_its_own: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "run.log"
    process = start("run", env=on_its_own, log=log)
    try:
        eventually(lambda: "Ctrl-C stops everything" in log.read_text())
        (broker,) = children(process.pid)
        os.kill(broker, signal.SIGKILL)
        assert process.wait(10) == 69
        assert "was ended by SIGKILL; what it held is gone" in log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()


@pytest.mark.embedded
def test_the_demo_raises_and_closes_alerts_on_a_screen_and_stops_at_ctrl_c(
    on_its_own: dict[str, str],
) -> None:
    terminal, side = pty.openpty()
    os.set_blocking(terminal, False)
    process = subprocess.Popen(
        [sys.executable, "-m", "flow", "run", "--demo"],
        env={**os.environ, **on_its_own, "TERM": "xterm", "COLUMNS": "140", "LINES": "40"},
        stdin=side,
        stdout=side,
        stderr=side,
    )
    os.close(side)
    shown = bytearray()

    def read() -> str:
        with suppress(OSError):
            while part := os.read(terminal, 65_536):
                shown.extend(part)
        return shown.decode(errors="replace")

    try:
        address = f"http://127.0.0.1:{on_its_own['FLOW_METRICS_PORT']}/metrics"
        eventually(lambda: read() and alerts_done(get(address) or "") > 3, within_s=DEMO_WITHIN_S)
        eventually(lambda: re.search(r"[1-9]\d* closed", read()), within_s=10)
        for part in ("Live", "People by stage", "Open alerts", "Breached", "Closed lately"):
            assert part in read()
        stopped_cleanly(process, signal.SIGINT)
        said = read()
        assert said.rstrip().endswith("Stopped.")
        assert "Traceback" not in said
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


DEMO_WITHIN_S = timedelta(minutes=2).total_seconds()
"""What `make demo` promises."""


def alerts_done(metrics: str) -> float:
    """Alerts that closed because what was waited for came."""
    found = re.findall(
        r'^patientflow_alert_changes_total{.*what="done.*} (\S+)$', metrics, re.MULTILINE
    )
    return sum(float(count) for count in found)
