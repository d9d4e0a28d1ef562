"""Every setting, from variables that begin with FLOW_, and what is wrong in one message."""

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from flow.errors import SettingsError

Port = Annotated[int, Field(ge=1, le=65535)]

NOT_SETTINGS = ("FLOW_STAFF_REFERENCE", "FLOW_KAFKA_HOME", "FLOW_KAFKA_REQUIRED")
"""Variables of our own that are no settings: an option of `flow alert`, and what tests read."""
OF_TESTS = "FLOW_TEST_"
_OF_KUBERNETES = re.compile(r"_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP)|_PORT=(tcp|udp)://")
"""Given to every container beside a service called flow or flow-something."""


class Settings(BaseSettings):
    """Settings of every process. `flow config show` prints them, `flow config check` tries them.

    `broker_url` absent means: start the embedded broker. `clock` is `wall` in production and
    `log` where the driver of a replay writes the ticks. An empty variable counts as absent.
    """

    model_config = SettingsConfigDict(
        env_prefix="FLOW_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        # pydantic's own text of an error would quote passwords.
        hide_input_in_errors=True,
    )

    broker_url: str | None = Field(
        default=None, description="host:port, or several separated by commas, of Kafka"
    )
    application: str = Field(
        default="discharge-flow",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="consumer group, and first part of every transactional id",
    )
    topic_prefix: str = Field(
        default="", pattern=r"^[A-Za-z0-9._-]{0,40}$", description="put before every topic's name"
    )
    partitions: int = Field(
        default=8, ge=1, le=1024, description="of every person topic, when topics are created"
    )
    replication_factor: int = Field(default=1, ge=1, le=7, description="when topics are created")
    clock: Literal["wall", "log"] = Field(
        default="wall", description="wall, or log where the driver of a replay writes the ticks"
    )
    policy: Path | None = Field(
        default=None, description="policy file; the default for England when absent"
    )
    tick_interval_s: float = Field(
        default=1.0, gt=0, le=60, description="between two ticks of the wall clock"
    )
    session_timeout_s: float = Field(
        default=10.0,
        ge=6,
        le=60,
        description="a worker that is not heard for this long loses its partitions",
    )
    host: str = Field(default="127.0.0.1", description="address that /metrics listens on")
    metrics_port: Port = Field(default=9464, description="port of /metrics, /livez and /readyz")
    embedded_port: Port = Field(
        default=19092, description="port of the embedded broker, on 127.0.0.1"
    )
    stop_within_s: float = Field(default=10.0, gt=0.5, le=120, description="limit of a gentle stop")
    reference_secret_file: Path | None = Field(
        default=None, description="file with the key that person references are made with"
    )
    reference_key_id: str = Field(
        default="k1",
        pattern=r"^[a-z0-9]{1,8}$",
        description="first part of every person reference: tells which key made it",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="lines below this are left out: debug, info, warning, error"
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="console for people, json for programs"
    )

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="of Kafka: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL"
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = Field(
        default=None, description="how the password is shown: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"
    )
    sasl_username: str | None = Field(default=None, description="user on Kafka")
    sasl_password: SecretStr | None = Field(
        default=None, description="the user's password; a file is safer"
    )
    sasl_password_file: Path | None = Field(
        default=None, description="file with the user's password"
    )
    ssl_ca_file: Path | None = Field(
        default=None,
        description="PEM file of the authority that signed the broker's certificate;"
        " the system's authorities when absent",
    )
    ssl_certificate_file: Path | None = Field(
        default=None, description="PEM file of the certificate that is shown to Kafka"
    )
    ssl_key_file: Path | None = Field(
        default=None, description="PEM file of its key, where that is a file of its own"
    )
    ssl_key_password: SecretStr | None = Field(
        default=None, description="of the key, where it is encrypted"
    )

    @field_validator("broker_url")
    @classmethod
    def _addresses(cls, url: str | None) -> str | None:
        if url is None or not url.strip():
            return None
        addresses = [address.strip() for address in url.removeprefix("kafka://").split(",")]
        for address in addresses:
            host, _, port = address.rpartition(":")
            if not host or not (port.isascii() and port.isdigit()) or not 1 <= int(port) <= 65535:
                raise ValueError("must be host:port, or several separated by commas")
        return ",".join(addresses)

    @model_validator(mode="after")
    def _security(self) -> Self:
        problems = [*self._embedded_problems(), *self._sasl_problems(), *self._tls_problems()]
        if problems:
            said = {"said": "; ".join(problems), "problems": problems}
            raise PydanticCustomError("contradictions", "{said}", said)
        return self

    def _embedded_problems(self) -> Iterator[str]:
        if self.embedded and self.security_protocol != "PLAINTEXT":
            yield (
                f"FLOW_SECURITY_PROTOCOL={self.security_protocol}, but the embedded broker knows"
                " no TLS and no SASL: set FLOW_BROKER_URL to your Kafka, or unset"
                " FLOW_SECURITY_PROTOCOL"
            )

    def _sasl_problems(self) -> Iterator[str]:
        """A password for a protocol without one is refused: somebody thinks that it protects."""
        chosen = f"FLOW_SECURITY_PROTOCOL={self.security_protocol}"
        if not self.security_protocol.startswith("SASL"):
            if given := self._given("sasl_"):
                yield (
                    f"{given} set, but {chosen} uses no SASL: set FLOW_SECURITY_PROTOCOL=SASL_SSL,"
                    " or leave them out"
                )
            return
        if self.sasl_mechanism is None or self.sasl_username is None:
            yield (
                f"{chosen} needs FLOW_SASL_MECHANISM, FLOW_SASL_USERNAME and"
                " FLOW_SASL_PASSWORD or FLOW_SASL_PASSWORD_FILE"
            )
        if (self.sasl_password is None) == (self.sasl_password_file is None):
            yield "set one of FLOW_SASL_PASSWORD and FLOW_SASL_PASSWORD_FILE, not both or none"

    def _tls_problems(self) -> Iterator[str]:
        if not self.security_protocol.endswith("SSL") and (given := self._given("ssl_", "_file")):
            yield (
                f"{given} set, but FLOW_SECURITY_PROTOCOL={self.security_protocol} uses no TLS:"
                " set it to SSL or SASL_SSL, or leave them out"
            )
        if self.ssl_key_file is not None and self.ssl_certificate_file is None:
            yield "FLOW_SSL_KEY_FILE is set without FLOW_SSL_CERTIFICATE_FILE: set both"

    def _given(self, start: str, end: str = "") -> str:
        """The names of settings that begin and end so and have a value; empty when none has."""
        return " and ".join(
            f"FLOW_{field.upper()}"
            for field in type(self).model_fields
            if field.startswith(start) and field.endswith(end) and getattr(self, field) is not None
        )

    @property
    def embedded(self) -> bool:
        return self.broker_url is None

    @property
    def broker_addresses(self) -> str:
        return self.broker_url or f"127.0.0.1:{self.embedded_port}"

    def sasl_password_text(self) -> str | None:
        """The password, from its file where one is named: read anew for every client."""
        if self.sasl_password_file is None:
            return self.sasl_password.get_secret_value() if self.sasl_password else None
        password = _read("FLOW_SASL_PASSWORD_FILE", self.sasl_password_file).rstrip("\r\n")
        if not password:
            raise SettingsError(
                f"FLOW_SASL_PASSWORD_FILE: {self.sasl_password_file} is empty: write the password"
                " into it"
            )
        return password

    def reference_secret(self) -> bytes:
        """The key that references are made with; at least 32 bytes."""
        if self.reference_secret_file is None:
            raise SettingsError(
                "FLOW_REFERENCE_SECRET_FILE is not set: name a file with at least 32 random bytes"
                " (for example: head -c 32 /dev/urandom | base64 > reference.key)"
            )
        secret = _read("FLOW_REFERENCE_SECRET_FILE", self.reference_secret_file).strip().encode()
        if len(secret) < 32:
            raise SettingsError(
                f"FLOW_REFERENCE_SECRET_FILE: {self.reference_secret_file} holds fewer than 32"
                " bytes; make a longer key"
            )
        return secret

    def ssl_context(self) -> ssl.SSLContext | None:
        """TLS settings of the broker connection, or None where it is not encrypted."""
        if not self.security_protocol.endswith("SSL"):
            return None
        try:
            context = ssl.create_default_context(
                cafile=str(self.ssl_ca_file) if self.ssl_ca_file else None
            )
        except OSError as error:
            # An SSLError is an OSError that speaks of the content.
            reason = (
                "no PEM certificate in it" if isinstance(error, ssl.SSLError) else error.strerror
            )
            raise SettingsError(
                f"FLOW_SSL_CA_FILE: {self.ssl_ca_file} cannot be used ({reason}): name the PEM file"
                " of the authority that signed the broker's certificate"
            ) from error
        if self.ssl_certificate_file is not None:
            self._show_certificate(context, self.ssl_certificate_file)
        return context

    def _show_certificate(self, context: ssl.SSLContext, certificate: Path) -> None:
        """Mutual TLS: let `context` show our certificate to brokers that want one."""
        _read("FLOW_SSL_CERTIFICATE_FILE", certificate)
        if self.ssl_key_file is not None:
            _read("FLOW_SSL_KEY_FILE", self.ssl_key_file)
        key_password = self.ssl_key_password.get_secret_value() if self.ssl_key_password else ""
        try:
            # A function, because OpenSSL asks at the terminal where it is given nothing.
            context.load_cert_chain(certificate, self.ssl_key_file, lambda: key_password)
        except (ssl.SSLError, ValueError) as error:
            raise SettingsError(
                f"FLOW_SSL_CERTIFICATE_FILE: {certificate} cannot be used with its key"
                f" {self.ssl_key_file or certificate}: check that both are PEM and belong together"
                " (FLOW_SSL_KEY_FILE), and FLOW_SSL_KEY_PASSWORD where the key is encrypted"
            ) from error


def _read(setting: str, path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingsError(f"{setting}: {path} cannot be read ({reason})") from error


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, `overrides` first. Raises SettingsError with every problem."""
    given = {name: value for name, value in overrides.items() if value is not None}
    problems = list(_unknown(os.environ))
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # checked by pydantic at run time
    except ValidationError as error:
        problems += _told(error, given)
        raise SettingsError("settings are wrong: " + "; ".join(problems)) from error
    if problems:
        raise SettingsError("settings are wrong: " + "; ".join(problems))
    return settings


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    """Variables that look like settings and are none: a misspelt one would pass unnoticed."""
    known = [*(f"FLOW_{field.upper()}" for field in Settings.model_fields), *NOT_SETTINGS]
    for name, value in sorted(environment.items()):
        if not name.startswith("FLOW_") or not value or name in known:
            continue
        if name.startswith(OF_TESTS) or _OF_KUBERNETES.search(f"{name}={value}"):
            continue
        near = get_close_matches(name, known, n=1, cutoff=0.8)
        remedy = f"did you mean {near[0]}?" if near else "`flow config show` lists them"
        yield f"{name}: no such setting; {remedy}"


def _told(error: ValidationError, given: Mapping[str, object]) -> list[str]:
    """Every wrong value, then the contradictions between those that are right.

    Contradictions are looked for only where all values are right, so the wrong ones are set to
    their defaults, and what is said of those is left out.
    """
    problems, contradictions = [], []
    right: dict[str, object] = {}
    for problem in error.errors(include_url=False, include_input=False):
        if problem["type"] == "contradictions":
            contradictions += problem["ctx"]["problems"]
            continue
        field = str(problem["loc"][0])
        right[field] = Settings.model_fields[field].default
        message = problem["msg"].removeprefix("Value error, ")
        problems.append(f"FLOW_{field.upper()}: {message}")
    if right:
        try:
            Settings(**{**given, **right})  # type: ignore[arg-type]
        except ValidationError as other:
            wrong = {f"FLOW_{field.upper()}" for field in right}
            contradictions += [
                said
                for said in _told(other, {})
                if not wrong.intersection(re.findall(r"FLOW_[A-Z_]+", said))
            ]
    return problems + contradictions
