"""What stands in the way of a secured connection is said once: the setting and the remedy."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from flow.cli import root
from tests.security.certificates import Authority
from tests.security.secure_kafka import SecureKafkaBroker
from tests.security.ways import (
    Environment,
    assert_keeps_secrets,
    flow,
    with_mutual_tls,
    with_plain_from_a_file,
    with_scram,
)

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SAID_WITHIN_S = 20.0
NO_BROKER, WRONG_SETTING = 69, 64

Mistake = Callable[[SecureKafkaBroker, Path], Environment]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A mistake in the settings, and what the one line must hold ({elsewhere}: an address)."""

    mistake: Mistake
    holds: tuple[str, ...]
    exit_code: int = NO_BROKER

    def check(self, exit_code: int, said: str, broker: SecureKafkaBroker) -> None:
        assert exit_code == self.exit_code, said
        (line,) = said.splitlines()
        assert line.startswith("flow: ")
        for part in self.holds:
            assert part.format(elsewhere=broker.elsewhere) in line
        assert_keeps_secrets(said)


def wrong_password(broker: SecureKafkaBroker, _folder: Path) -> Environment:
    return {**with_scram(broker), "FLOW_SASL_PASSWORD": "made-up and wrong"}


def wrong_password_in_a_file(broker: SecureKafkaBroker, folder: Path) -> Environment:
    environment = with_plain_from_a_file(broker, folder)
    Path(environment["FLOW_SASL_PASSWORD_FILE"]).write_text("made-up and wrong\n")
    return environment


def unknown_authority(broker: SecureKafkaBroker, folder: Path) -> Environment:
    stranger = Authority(folder / "stranger")
    return {**with_scram(broker), "FLOW_SSL_CA_FILE": str(stranger.certificate)}


def no_authority(broker: SecureKafkaBroker, _folder: Path) -> Environment:
    return without(with_scram(broker), "FLOW_SSL_CA_FILE")


def no_authority_file(broker: SecureKafkaBroker, folder: Path) -> Environment:
    return {**with_scram(broker), "FLOW_SSL_CA_FILE": str(folder / "nowhere.pem")}


def no_tls(broker: SecureKafkaBroker, _folder: Path) -> Environment:
    return {"FLOW_BROKER_URL": broker.passwords}


def strange_certificate(broker: SecureKafkaBroker, folder: Path) -> Environment:
    strange = Authority(folder / "stranger").sign("flow-worker", "DNS:flow-worker")
    return {
        **with_mutual_tls(broker),
        "FLOW_SSL_CERTIFICATE_FILE": str(strange.certificate),
        "FLOW_SSL_KEY_FILE": str(strange.key),
    }


def no_certificate(broker: SecureKafkaBroker, _folder: Path) -> Environment:
    return without(
        with_mutual_tls(broker),
        *("FLOW_SSL_CERTIFICATE_FILE", "FLOW_SSL_KEY_FILE", "FLOW_SSL_KEY_PASSWORD"),
    )


def no_password(broker: SecureKafkaBroker, _folder: Path) -> Environment:
    return {**with_mutual_tls(broker), "FLOW_BROKER_URL": broker.passwords}


def password_where_none_is_asked(broker: SecureKafkaBroker, _folder: Path) -> Environment:
    return {**with_scram(broker), **with_mutual_tls(broker), "FLOW_SECURITY_PROTOCOL": "SASL_SSL"}


def without(environment: Environment, *names: str) -> Environment:
    return {name: value for name, value in environment.items() if name not in names}


COMMON = {
    "wrong password": Refusal(
        wrong_password, ("does not accept this user", "FLOW_SASL_USERNAME", "FLOW_SASL_PASSWORD")
    ),
    "unknown authority": Refusal(
        unknown_authority, ("certificate that is not trusted", "set FLOW_SSL_CA_FILE")
    ),
    "no authority": Refusal(
        no_authority, ("certificate that is not trusted", "set FLOW_SSL_CA_FILE")
    ),
    "no TLS on a TLS port": Refusal(
        no_tls, ("speaks TLS", "FLOW_SECURITY_PROTOCOL is PLAINTEXT", "set it to SSL or SASL_SSL")
    ),
}
RARER = {
    "wrong password in a file": Refusal(
        wrong_password_in_a_file, ("does not accept this user", "FLOW_SASL_PASSWORD_FILE")
    ),
    "unknown user": Refusal(
        lambda broker, _: {**with_scram(broker), "FLOW_SASL_USERNAME": "nobody"},
        ("does not accept this user", "FLOW_SASL_USERNAME"),
    ),
    "mechanism that is not offered": Refusal(
        lambda broker, _: {**with_scram(broker), "FLOW_SASL_MECHANISM": "SCRAM-SHA-256"},
        ("does not offer FLOW_SASL_MECHANISM=SCRAM-SHA-256",),
    ),
    "password where none is asked": Refusal(
        password_where_none_is_asked, ("takes no password", "FLOW_SECURITY_PROTOCOL is SASL_SSL")
    ),
    "no password where one is asked": Refusal(
        no_password, ("FLOW_SECURITY_PROTOCOL=SSL", "set it to SASL_SSL")
    ),
    "TLS on a port without": Refusal(
        lambda broker, _: {**with_scram(broker), "FLOW_BROKER_URL": broker.address},
        ("closes the connection", "FLOW_SECURITY_PROTOCOL=SASL_SSL", "FLOW_BROKER_URL"),
    ),
    "file of the authority is missing": Refusal(
        no_authority_file, ("FLOW_SSL_CA_FILE", "nowhere.pem", "No such file"), WRONG_SETTING
    ),
    "other name in the certificate": Refusal(
        lambda broker, _: {**with_mutual_tls(broker), "FLOW_BROKER_URL": broker.elsewhere},
        ("{elsewhere}", "FLOW_BROKER_URL", "certificate holds"),
    ),
    "broker that names itself otherwise": Refusal(
        lambda broker, _: {**with_mutual_tls(broker), "FLOW_BROKER_URL": broker.moved},
        ("{elsewhere}", "advertised.listeners", "certificate holds"),
    ),
    "no certificate of ours": Refusal(
        no_certificate, ("wants a certificate of ours", "set FLOW_SSL_CERTIFICATE_FILE")
    ),
    "certificate of a stranger": Refusal(
        strange_certificate, ("refuses our certificate", "FLOW_SSL_CERTIFICATE_FILE")
    ),
}

ALL = {**COMMON, **RARER}


@pytest.fixture
def client_as_loud_as_before() -> Iterator[None]:
    """A command silences Kafka's client; here it runs in the process of the tests."""
    loggers = [logging.getLogger(name) for name in ("aiokafka", "asyncio")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("refusal", list(COMMON.values()), ids=list(COMMON))
def test_a_worker_does_not_start_and_says_why(
    secure_kafka: SecureKafkaBroker, refusal: Refusal, tmp_path: Path
) -> None:
    environment = {**refusal.mistake(secure_kafka, tmp_path), "FLOW_LOG_LEVEL": "debug"}
    started = time.monotonic()
    done = flow("worker", environment=environment)
    assert time.monotonic() - started < SAID_WITHIN_S
    assert done.stdout == ""
    refusal.check(done.returncode, done.stderr, secure_kafka)


@pytest.mark.parametrize("refusal", list(ALL.values()), ids=list(ALL))
def test_topics_are_not_applied_and_it_says_why(
    secure_kafka: SecureKafkaBroker,
    refusal: Refusal,
    tmp_path: Path,
    client_as_loud_as_before: None,
) -> None:
    environment = refusal.mistake(secure_kafka, tmp_path)
    started = time.monotonic()
    done = CliRunner().invoke(root.flow, ("topics", "apply"), env=environment, prog_name="flow")
    assert time.monotonic() - started < SAID_WITHIN_S
    assert done.stdout == ""
    refusal.check(done.exit_code, done.stderr, secure_kafka)
