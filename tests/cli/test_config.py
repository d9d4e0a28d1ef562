"""`flow config`: settings shown without secrets; every problem at once."""

import json
from pathlib import Path

import pytest

from flow.settings import Settings
from tests.cli.conftest import Run


def test_every_setting_is_shown_with_its_origin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_PARTITIONS", "12")
    shown = json.loads(run("config", "show", "--json").stdout)
    assert shown["FLOW_PARTITIONS"] == {"value": "12", "from": "environment"}
    assert shown["FLOW_METRICS_PORT"] == {"value": "9464", "from": "default"}
    assert "FLOW_PARTITIONS" in run("config", "show").stdout


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, info in Settings.model_fields.items() if not info.description] == []


def test_secrets_are_masked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_BROKER_URL", "kafka.example:9092")
    monkeypatch.setenv("FLOW_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    monkeypatch.setenv("FLOW_SASL_MECHANISM", "PLAIN")
    monkeypatch.setenv("FLOW_SASL_USERNAME", "flow")
    monkeypatch.setenv("FLOW_SASL_PASSWORD", "open-sesame")
    monkeypatch.setenv("FLOW_SSL_KEY_PASSWORD", "open-sesame")
    for arguments in (["config", "show"], ["config", "show", "--json"], ["config", "check"]):
        result = run(*arguments)
        assert result.exit_code == 0, result.stderr
        assert "open-sesame" not in result.output


def test_wrong_settings_are_all_named_in_one_refusal(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_PARTITIONS", "0")
    monkeypatch.setenv("FLOW_METRICS_PORT", "http")
    monkeypatch.setenv("FLOW_BROKER_URL", "somewhere")
    result = run("config", "check")
    assert result.exit_code == 64
    (line,) = result.stderr.splitlines()
    for name in ("FLOW_PARTITIONS", "FLOW_METRICS_PORT", "FLOW_BROKER_URL"):
        assert name in line


def test_a_policy_is_reported_with_line_and_key_all_at_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[wait.edd_set]\ntarget = "a lot"\n[wait.nope]\ntarget = "1 day"\n')
    monkeypatch.setenv("FLOW_POLICY", str(policy))
    monkeypatch.setenv("FLOW_REFERENCE_SECRET_FILE", str(tmp_path / "nowhere"))
    result = run("config", "check")
    assert result.exit_code == 64
    assert f"{policy}:2: wait.edd_set.target" in result.stderr
    assert f"{policy}:3: wait.nope" in result.stderr
    assert "FLOW_REFERENCE_SECRET_FILE" in result.stderr
    assert "Traceback" not in result.output


CALENDAR = """
[calendar.office]
services = ["leeds-hub"]
weekdays = "08:00-18:00"
out_of_hours = "night-team"
"""


def test_the_calendars_of_the_policy_are_shown(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(f'name = "x"\n{CALENDAR}')
    monkeypatch.setenv("FLOW_POLICY", str(policy))
    (calendar,) = json.loads(run("config", "show", "--json").stdout)["calendars"]
    assert calendar["who"] == "leeds-hub"
    assert (calendar["weekdays"], calendar["sundays"]) == ("08:00-18:00", "closed")
    assert (calendar["known until"], calendar["out of hours"]) == ("2028-12-31", "night-team")
    assert "leeds-hub" in run("config", "show").stdout


@pytest.mark.parametrize(("known_until", "warned"), [("2020-12-31", True), ("2190-12-31", False)])
def test_holidays_that_are_known_for_a_while_only_are_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known_until: str, warned: bool
) -> None:
    policy = tmp_path / "policy.toml"
    holidays = f'[bank_holidays]\nknown_until = "{known_until}"\n'
    policy.write_text(f'name = "x"\n{CALENDAR}{holidays}')
    monkeypatch.setenv("FLOW_POLICY", str(policy))
    result = run("config", "check")
    assert result.exit_code == 0
    assert ("bank holidays are known until 31-Dec-2020 only" in result.stderr) is warned


def test_the_default_is_fine(run: Run) -> None:
    result = run("config", "check")
    assert result.exit_code == 0
    assert "default for England" in result.stdout


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("FLOW_BROKERS_URL", "FLOW_BROKER_URL"),
        ("FLOW_PARTITION", "FLOW_PARTITIONS"),
        ("FLOW_SASL_PASSWORDFILE", "FLOW_SASL_PASSWORD_FILE"),
        ("FLOW_METRIC_PORT", "FLOW_METRICS_PORT"),
        ("FLOW_STAFF_REFERNCE", "FLOW_STAFF_REFERENCE"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [("config", "check"), ("config", "show"), ("run",), ("worker",), ("fold",), ("broker",)],
    ids=" ".join,
)
def test_a_misspelt_setting_is_refused_with_the_nearest_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], misspelt: str, meant: str
) -> None:
    monkeypatch.setenv(misspelt, "kafka.example:9092")
    result = run(*command)
    assert result.exit_code == 64, result.output
    assert f"{misspelt}: no such setting; did you mean {meant}?" in result.stderr
    assert "kafka.example" not in result.stderr


def test_a_setting_that_resembles_none_is_refused_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_QQQQ", "1")
    monkeypatch.setenv("FLOW_PARTITIONS", "0")
    result = run("config", "check")
    assert result.exit_code == 64
    assert "FLOW_QQQQ: no such setting; `flow config show` lists them" in result.stderr
    assert "FLOW_PARTITIONS" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLOW_STAFF_REFERENCE", "staff-1"),
        ("FLOW_KAFKA_REQUIRED", "1"),
        ("FLOW_KAFKA_HOME", "/kafka"),
        ("FLOW_TEST_SEED", "7"),
        ("FLOW_MISSPELT", ""),
        # What Kubernetes gives to every container beside services called flow and flow-worker.
        ("FLOW_SERVICE_HOST", "10.0.0.1"),
        ("FLOW_WORKER_SERVICE_PORT_METRICS", "9464"),
        ("FLOW_WORKER_PORT", "tcp://10.0.0.1:9464"),
        ("FLOW_WORKER_PORT_9464_TCP_ADDR", "10.0.0.1"),
    ],
)
def test_what_others_call_so_is_let_be(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert run("config", "check").exit_code == 0


def test_a_protocol_that_the_embedded_broker_does_not_know_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_SECURITY_PROTOCOL", "SSL")
    result = run("config", "check")
    assert result.exit_code == 64
    assert "FLOW_SECURITY_PROTOCOL=SSL, but the embedded broker knows no TLS" in result.stderr
    assert "set FLOW_BROKER_URL" in result.stderr


def test_contradictions_are_told_besides_wrong_values(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_PARTITIONS", "0")
    monkeypatch.setenv("FLOW_BROKER_URL", "somewhere")
    monkeypatch.setenv("FLOW_SECURITY_PROTOCOL", "SSL")
    monkeypatch.setenv("FLOW_SSL_KEY_FILE", "flow.key")
    monkeypatch.setenv("FLOW_SASL_USERNAME", "flow")
    result = run("config", "check")
    (line,) = result.stderr.splitlines()
    assert "FLOW_PARTITIONS: " in line
    assert "FLOW_BROKER_URL: " in line
    assert "without FLOW_SSL_CERTIFICATE_FILE" in line
    assert "uses no SASL" in line
    assert "embedded" not in line, "nobody knows yet which broker is meant"


@pytest.mark.parametrize("port", ["²", "٣٣", "0", "65536", "-1", ""])
def test_a_port_is_a_number_that_a_port_can_have(
    run: Run, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("FLOW_BROKER_URL", f"kafka.example:{port}")
    result = run("config", "check")
    assert result.exit_code == 64
    assert "FLOW_BROKER_URL: must be host:port" in result.stderr


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('# mine\n[waits.edd_set]\ntarget = "1 day"\n', ":2: waits: no such key"),
        ("# mine\n[[waits.edd_set]]\n", ":2: waits: no such key"),
        ('# mine\nwaits.edd_set.target = "1 day"\n', ":2: waits: no such key"),
        ('# mine\n[wait.nope.more]\ntarget = "1 day"\n', ":2: wait.nope: no such wait"),
        ("# mine\n[labels.towns.more]\na = 1\n", ":2: labels.towns: no such key"),
    ],
)
def test_a_table_that_the_policy_does_not_know_is_told_with_its_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, place: str
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(text)
    monkeypatch.setenv("FLOW_POLICY", str(policy))
    result = run("config", "check")
    assert result.exit_code == 64
    assert f"{policy}{place}" in result.stderr
