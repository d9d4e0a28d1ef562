"""Certificates made on the fly with openssl, as PEM: an authority, a server, a client.

Elliptic curve keys: made in milliseconds. All of them are for tests and valid for one day.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

MADE_WITHIN_S = 30.0  # usually 0.05 s
KEY_PASSWORD = "made-up-key-password"


class OpensslUnavailable(Exception):
    """No certificates can be made here; the message says what would help."""


def why_no_openssl() -> str | None:
    """What is missing on this machine, or None. Version 3 is the first that signs in one step."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return "no openssl: install the package openssl, version 3 or newer"
    said = subprocess.run([openssl, "version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"OpenSSL (\d+)\.", said)
    if found is None or int(found.group(1)) < 3:
        return f"{said.strip() or openssl} cannot sign in one step: install OpenSSL 3 or newer"
    return None


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its private key."""

    certificate: Path
    key: Path

    def chain(self) -> Path:
        """Key and certificate in one file, as Kafka wants a PEM key store."""
        both = self.certificate.with_suffix(".store.pem")
        both.write_text(self.key.read_text() + self.certificate.read_text())
        return both


class Authority:
    """Signs certificates. Two with the same name are as strange to each other as any two."""

    def __init__(self, folder: Path) -> None:
        reason = why_no_openssl()
        if reason is not None:
            raise OpensslUnavailable(reason)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.certificate = folder / "authority.pem"
        self._key = folder / "authority.key"
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-noenc", "-days", "1", "-subj", "/CN=authority for tests"),
            *("-addext", "keyUsage=critical,keyCertSign"),
            *("-keyout", str(self._key), "-out", str(self.certificate)),
        )

    def sign(self, name: str, alternative_names: str, *, key_password: str = "") -> Identity:
        """`alternative_names` in openssl's form: `IP:127.0.0.1,DNS:localhost`."""
        key, certificate = self._folder / f"{name}.key", self._folder / f"{name}.pem"
        protection = ("-passout", f"pass:{key_password}") if key_password else ("-noenc",)
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-CA", str(self.certificate), "-CAkey", str(self._key), *protection),
            *("-days", "1", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName={alternative_names}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
            *("-keyout", str(key), "-out", str(certificate)),
        )
        return Identity(certificate, key)


def _openssl(*arguments: str) -> None:
    done = subprocess.run(
        ["openssl", *arguments],
        capture_output=True,
        text=True,
        timeout=MADE_WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
