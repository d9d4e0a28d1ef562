"""The settings of a secured cluster, as environment variables: each way that works.

A test changes one of them and sees what is said.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.security.certificates import KEY_PASSWORD
from tests.security.secure_kafka import PASSWORD, USER, SecureKafkaBroker

COMMAND_WITHIN_S = 60.0

Environment = dict[str, str]


def with_scram(broker: SecureKafkaBroker) -> Environment:
    return {
        "FLOW_BROKER_URL": broker.passwords,
        "FLOW_SECURITY_PROTOCOL": "SASL_SSL",
        "FLOW_SASL_MECHANISM": "SCRAM-SHA-512",
        "FLOW_SASL_USERNAME": USER,
        "FLOW_SASL_PASSWORD": PASSWORD,
        "FLOW_SSL_CA_FILE": str(broker.authority.certificate),
    }


def with_plain_from_a_file(broker: SecureKafkaBroker, folder: Path) -> Environment:
    """PLAIN; the password lies in a file, as a secret store mounts it, with a line end."""
    password_file = folder / "password"
    password_file.write_text(PASSWORD + "\n")
    environment = with_scram(broker)
    del environment["FLOW_SASL_PASSWORD"]
    return {
        **environment,
        "FLOW_SASL_MECHANISM": "PLAIN",
        "FLOW_SASL_PASSWORD_FILE": str(password_file),
    }


def with_mutual_tls(broker: SecureKafkaBroker) -> Environment:
    """No password; our certificate shows who we are. Its key is encrypted."""
    return {
        "FLOW_BROKER_URL": broker.mutual,
        "FLOW_SECURITY_PROTOCOL": "SSL",
        "FLOW_SSL_CA_FILE": str(broker.authority.certificate),
        "FLOW_SSL_CERTIFICATE_FILE": str(broker.client.certificate),
        "FLOW_SSL_KEY_FILE": str(broker.client.key),
        "FLOW_SSL_KEY_PASSWORD": KEY_PASSWORD,
    }


def flow(*arguments: str, environment: Environment) -> subprocess.CompletedProcess[str]:
    """Run a command as its user does."""
    return subprocess.run(
        [sys.executable, "-m", "flow", *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_WITHIN_S,
        check=False,
    )


def assert_keeps_secrets(said: str) -> None:
    """Every password of these tests holds "made-up"."""
    assert "made-up" in PASSWORD
    assert "made-up" in KEY_PASSWORD
    assert "made-up" not in said
