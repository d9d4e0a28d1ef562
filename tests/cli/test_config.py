"""`flow config`: settings shown without secrets; every problem at once."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_every_setting_is_shown_with_its_origin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_PARTITIONS", "12")
    shown = json.loads(run("config", "show", "--json").stdout)
    assert shown["FLOW_PARTITIONS"] == {"value": "12", "from": "environment"}
    assert shown["FLOW_METRICS_PORT"] == {"value": "9464", "from": "default"}
    assert "FLOW_PARTITIONS" in run("config", "show").stdout


def test_secrets_are_masked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_the_default_is_fine(run: Run) -> None:
    result = run("config", "check")
    assert result.exit_code == 0
    assert "default for England" in result.stdout
