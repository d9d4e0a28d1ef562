"""Settings of TLS and SASL that contradict each other, and files that cannot be used."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from flow.engine.app import build_app
from flow.engine.connection import connection_options
from flow.errors import SettingsError
from flow.settings import Settings, load_settings
from tests.security.certificates import KEY_PASSWORD, Authority, OpensslUnavailable
from tests.security.secure_kafka import PASSWORD
from tests.security.ways import Environment, assert_keeps_secrets, flow

SASL = {
    "FLOW_BROKER_URL": "kafka.example:9093",
    "FLOW_SECURITY_PROTOCOL": "SASL_SSL",
    "FLOW_SASL_MECHANISM": "SCRAM-SHA-512",
    "FLOW_SASL_USERNAME": "flow-worker",
    "FLOW_SASL_PASSWORD": PASSWORD,
}
TLS = {"FLOW_BROKER_URL": "kafka.example:9093", "FLOW_SECURITY_PROTOCOL": "SSL"}

CONTRADICTIONS: dict[str, tuple[Environment, tuple[str, ...]]] = {
    "SASL without mechanism": (
        {**SASL, "FLOW_SASL_MECHANISM": ""},
        ("FLOW_SECURITY_PROTOCOL=SASL_SSL needs FLOW_SASL_MECHANISM",),
    ),
    "SASL without user": ({**SASL, "FLOW_SASL_USERNAME": ""}, ("FLOW_SASL_USERNAME",)),
    "SASL without password": (
        {**SASL, "FLOW_SASL_PASSWORD": ""},
        ("set one of FLOW_SASL_PASSWORD and FLOW_SASL_PASSWORD_FILE",),
    ),
    "SASL with two passwords": (
        {**SASL, "FLOW_SASL_PASSWORD_FILE": "password"},
        ("set one of FLOW_SASL_PASSWORD and FLOW_SASL_PASSWORD_FILE",),
    ),
    "SASL with nothing": (
        {"FLOW_SECURITY_PROTOCOL": "SASL_PLAINTEXT"},
        ("needs FLOW_SASL_MECHANISM", "set one of FLOW_SASL_PASSWORD"),
    ),
    "mechanism that there is not": (
        {**SASL, "FLOW_SASL_MECHANISM": "GSSAPI"},
        ("FLOW_SASL_MECHANISM: Input should be 'PLAIN', 'SCRAM-SHA-256' or 'SCRAM-SHA-512'",),
    ),
    "protocol that there is not": (
        {**SASL, "FLOW_SECURITY_PROTOCOL": "TLS"},
        ("FLOW_SECURITY_PROTOCOL: Input should be 'PLAINTEXT', 'SSL'",),
    ),
    "password, but the default protocol": (
        {**SASL, "FLOW_SECURITY_PROTOCOL": ""},
        ("FLOW_SASL_PASSWORD set, but FLOW_SECURITY_PROTOCOL=PLAINTEXT uses no SASL",),
    ),
    "password, but TLS alone": (
        {**TLS, "FLOW_SASL_PASSWORD": PASSWORD},
        ("FLOW_SASL_PASSWORD set, but FLOW_SECURITY_PROTOCOL=SSL uses no SASL",),
    ),
    "authority without TLS": (
        {"FLOW_SSL_CA_FILE": "authority.pem"},
        ("FLOW_SSL_CA_FILE set, but FLOW_SECURITY_PROTOCOL=PLAINTEXT uses no TLS",),
    ),
    "key without certificate": (
        {**TLS, "FLOW_SSL_KEY_FILE": "flow.key"},
        ("FLOW_SSL_KEY_FILE is set without FLOW_SSL_CERTIFICATE_FILE",),
    ),
}


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[[Environment], Settings]:
    def from_environment(environment: Environment) -> Settings:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return from_environment


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    try:
        return Authority(tmp_path / "authority")
    except OpensslUnavailable as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize(
    ("environment", "holds"), list(CONTRADICTIONS.values()), ids=list(CONTRADICTIONS)
)
def test_contradictions_are_named_with_the_remedy(
    load: Callable[[Environment], Settings], environment: Environment, holds: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(environment)
    for part in holds:
        assert part in str(refused.value)
    assert_keeps_secrets(str(refused.value))
    assert_keeps_secrets(str(refused.value.__cause__))


def test_every_contradiction_is_named_at_once(load: Callable[[Environment], Settings]) -> None:
    with pytest.raises(SettingsError) as refused:
        load({"FLOW_SASL_PASSWORD": PASSWORD, "FLOW_SSL_KEY_FILE": "flow.key"})
    for part in ("uses no SASL", "uses no TLS", "without FLOW_SSL_CERTIFICATE_FILE"):
        assert part in str(refused.value)


def test_an_error_of_pydantic_quotes_no_password() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(sasl_password=PASSWORD)  # type: ignore[arg-type]  # as the environment gives it
    assert_keeps_secrets(str(refused.value))


@pytest.mark.parametrize(
    "environment",
    [
        SASL,
        {**SASL, "FLOW_SECURITY_PROTOCOL": "SASL_PLAINTEXT"},
        {**SASL, "FLOW_SASL_PASSWORD": "", "FLOW_SASL_PASSWORD_FILE": "password"},
        TLS,
        {"FLOW_SECURITY_PROTOCOL": "", "FLOW_SASL_MECHANISM": "", "FLOW_SSL_CA_FILE": ""},
    ],
    ids=["SASL_SSL", "SASL_PLAINTEXT", "a password file", "SSL", "empty variables"],
)
def test_settings_that_fit_together_are_taken(
    load: Callable[[Environment], Settings], environment: Environment
) -> None:
    load(environment)


@pytest.mark.parametrize(
    ("content", "password"),
    [("open sesame\n", "open sesame"), ("open sesame", "open sesame"), (" a\r\n", " a")],
)
def test_a_password_file_is_read_without_its_line_end(
    load: Callable[[Environment], Settings], tmp_path: Path, content: str, password: str
) -> None:
    (tmp_path / "password").write_bytes(content.encode())
    settings = load(
        {
            **SASL,
            "FLOW_SASL_PASSWORD": "",
            "FLOW_SASL_PASSWORD_FILE": str(tmp_path / "password"),
        }
    )
    assert settings.sasl_password_text() == password
    assert connection_options(settings)["sasl_plain_password"] == password


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), ("\n", "is empty")])
def test_a_password_file_without_a_password_is_named(
    load: Callable[[Environment], Settings], tmp_path: Path, content: str | None, said: str
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_text(content)
    settings = load({**SASL, "FLOW_SASL_PASSWORD": "", "FLOW_SASL_PASSWORD_FILE": str(path)})
    with pytest.raises(SettingsError, match=rf"FLOW_SASL_PASSWORD_FILE: {path} .*{said}"):
        settings.sasl_password_text()


def test_the_embedded_broker_has_no_tls(load: Callable[[Environment], Settings]) -> None:
    with pytest.raises(
        SettingsError, match=r"SASL_SSL, but the embedded broker .* FLOW_BROKER_URL"
    ):
        load({**SASL, "FLOW_BROKER_URL": ""})


def test_the_consumer_takes_the_same_settings_as_every_other_client(
    load: Callable[[Environment], Settings], tmp_path: Path
) -> None:
    settings = load(SASL)
    credentials = build_app(settings, tmp_path).conf.broker_credentials
    options = connection_options(settings)
    assert credentials.protocol.value == options["security_protocol"]
    assert credentials.mechanism.value == options["sasl_mechanism"]
    assert credentials.username == options["sasl_plain_username"]
    assert credentials.password == options["sasl_plain_password"] == PASSWORD
    for context in (credentials.ssl_context, options["ssl_context"]):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


# Files of TLS.


def test_an_encrypted_key_is_opened_with_its_password(
    load: Callable[[Environment], Settings], authority: Authority
) -> None:
    ours = authority.sign("flow-worker", "DNS:flow-worker", key_password=KEY_PASSWORD)
    settings = load(
        {
            **TLS,
            "FLOW_SSL_CA_FILE": str(authority.certificate),
            "FLOW_SSL_CERTIFICATE_FILE": str(ours.certificate),
            "FLOW_SSL_KEY_FILE": str(ours.key),
            "FLOW_SSL_KEY_PASSWORD": KEY_PASSWORD,
        }
    )
    assert settings.ssl_context() is not None


@pytest.mark.parametrize("key_password", ["", "made-up and wrong", "made-up and far too long" * 99])
def test_a_key_that_cannot_be_opened_is_named_and_nobody_is_asked(
    authority: Authority, key_password: str
) -> None:
    ours = authority.sign("flow-worker", "DNS:flow-worker", key_password=KEY_PASSWORD)
    done = flow(
        *("config", "check"),
        environment={
            **TLS,
            "FLOW_SSL_CERTIFICATE_FILE": str(ours.certificate),
            "FLOW_SSL_KEY_FILE": str(ours.key),
            "FLOW_SSL_KEY_PASSWORD": key_password,
        },
    )
    assert done.returncode == SettingsError.exit_code
    (line,) = done.stderr.splitlines()
    assert line.startswith("flow: FLOW_SSL_CERTIFICATE_FILE"), "not OpenSSL's question"
    assert str(ours.key) in line
    assert "FLOW_SSL_KEY_PASSWORD" in line
    assert_keeps_secrets(done.stdout + done.stderr)


def test_files_that_do_not_fit_are_named(authority: Authority, tmp_path: Path) -> None:
    ours = authority.sign("flow-worker", "DNS:flow-worker")
    other = authority.sign("other", "DNS:other")
    missing = tmp_path / "nowhere.pem"
    certificate = {"ssl_certificate_file": ours.certificate}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"ssl_ca_file": missing}, r"FLOW_SSL_CA_FILE: .*nowhere\.pem .*No such file"),
        ({"ssl_ca_file": ours.key}, "FLOW_SSL_CA_FILE: .*no PEM certificate in it"),
        ({"ssl_certificate_file": missing}, "FLOW_SSL_CERTIFICATE_FILE: .*No such file"),
        (certificate, "FLOW_SSL_CERTIFICATE_FILE: .*FLOW_SSL_KEY_FILE"),
        ({**certificate, "ssl_key_file": missing}, "FLOW_SSL_KEY_FILE: .*No such file"),
        ({**certificate, "ssl_key_file": other.key}, "belong together"),
    ]
    for files, said in cases:
        with pytest.raises(SettingsError, match=said):
            load_settings(
                broker_url="kafka.example:9093", security_protocol="SSL", **files
            ).ssl_context()


# What is shown.


def test_passwords_are_masked(tmp_path: Path) -> None:
    environment = {
        **SASL,
        "FLOW_SSL_CERTIFICATE_FILE": "flow.pem",
        "FLOW_SSL_KEY_PASSWORD": KEY_PASSWORD,
        "COLUMNS": "200",
    }
    for arguments in (("config", "show"), ("config", "show", "--json")):
        done = flow(*arguments, environment=environment)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("********") == 2
        assert "flow-worker" in done.stdout
        assert_keeps_secrets(done.stdout + done.stderr)


def test_settings_in_a_traceback_show_no_password(load: Callable[[Environment], Settings]) -> None:
    settings = load(SASL)
    assert_keeps_secrets(repr(settings) + str(settings) + str(settings.model_dump()))
