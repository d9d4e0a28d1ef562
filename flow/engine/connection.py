"""How every client of this package connects, and errors that say what to do."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.conn import AIOKafkaConnection, collect_hosts
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    NodeNotReadyError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from flow.errors import BrokerError, SettingsError
from flow.settings import Settings

REFUSALS = (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)
EXPLAIN_WITHIN_S = 4.0
"""For finding out why a broker could not be used: the caller may have waited 15 s already."""
CLOSE_WITHIN_S = 0.25
"""A connection that was never made does not say that it is closed."""
TLS_ALERT = 0x1503
"""A TLS server answers a client without TLS with an alert, which begins with these two bytes;
Kafka's client takes its first four for the length of an answer."""
OTHER_NAME = (
    "the name in FLOW_BROKER_URL, or in the broker's advertised.listeners, must be one that the"
    " certificate holds"
)
CERTIFICATE_REMEDIES = {
    9: "check this machine's clock",
    10: "renew it, or check this machine's clock",
    62: OTHER_NAME,
    64: OTHER_NAME,
}
"""By OpenSSL's verify code: not valid yet, expired, other name, other address."""
OTHER_CERTIFICATE_REMEDY = "set FLOW_SSL_CA_FILE to the PEM file of the authority that signed it"


def connection_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client of this package is made with."""
    if settings.embedded and settings.security_protocol != "PLAINTEXT":
        raise SettingsError(
            f"FLOW_SECURITY_PROTOCOL={settings.security_protocol}, but the embedded broker knows no"
            " TLS and no SASL: set FLOW_BROKER_URL to your Kafka, or unset FLOW_SECURITY_PROTOCOL"
        )
    options: dict[str, Any] = {
        "bootstrap_servers": settings.broker_addresses,
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.sasl_mechanism
        options["sasl_plain_username"] = settings.sasl_username
        options["sasl_plain_password"] = settings.sasl_password_text()
    context = settings.ssl_context()
    if context is not None:
        options["ssl_context"] = context
    return options


@asynccontextmanager
async def broker_errors(settings: Settings) -> AsyncIterator[None]:
    """Turn a failure to reach the broker into a BrokerError that names setting and remedy."""
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        said = await _why_unusable(settings) or _what_failed(error, settings)
        raise BrokerError(said) from error


def _what_failed(error: Exception, settings: Settings) -> str:
    place = settings.broker_addresses
    match error:
        case KafkaConnectionError() | NodeNotReadyError() | OSError():
            return (
                f"no Kafka broker answers at {place}: check FLOW_BROKER_URL and"
                " FLOW_SECURITY_PROTOCOL, or unset FLOW_BROKER_URL to use the embedded broker"
            )
        case ClusterAuthorizationFailedError() | TopicAuthorizationFailedError():
            return (
                f"the broker at {place} refuses us ({type(error).__name__}): give the user of"
                " FLOW_SASL_USERNAME, or of our certificate, the permissions of docs/operating.md"
            )
    return f"the broker at {place} failed ({type(error).__name__}): see its log"


async def _why_unusable(settings: Settings) -> str | None:
    """Connect once more and say what TLS or SASL has against it; None where neither has.

    aiokafka's clients log a cause and raise an error without it. Every address of FLOW_BROKER_URL
    is tried, and every broker that one of them names.
    """
    options = connection_options(settings)
    addresses = options.pop("bootstrap_servers")
    places = [(host, port) for host, port, _ in collect_hosts(addresses, randomize=False)]
    with suppress(TimeoutError):
        async with asyncio.timeout(EXPLAIN_WITHIN_S):
            for place in places:  # grows
                try:
                    named = await _brokers_named_by(*place, options)
                except (KafkaError, OSError) as error:
                    said = _explained(error, ":".join(map(str, place)), settings)
                    if said is not None:
                        return said
                else:
                    places += [each for each in named if each not in places]
    return None


async def _brokers_named_by(host: str, port: int, options: Any) -> list[tuple[str, int]]:
    connection = AIOKafkaConnection(host, port, **options)
    try:
        await connection.connect()
        answer = await connection.send(MetadataRequest([]))
    finally:
        await asyncio.wait([connection.close()], timeout=CLOSE_WITHIN_S)
    return [(broker[1], broker[2]) for broker in answer.brokers]


def _explained(error: BaseException, place: str, settings: Settings) -> str | None:
    """What to do about this error of a connection; None where TLS and SASL have no part in it."""
    cause: BaseException | None = error
    while cause is not None:
        said = _sasl_says(cause, settings) or _tls_says(cause, settings)
        if said is not None:
            return f"the broker at {place} {said}"
        cause = cause.__cause__
    return None


def _sasl_says(error: BaseException, settings: Settings) -> str | None:
    match error:
        case SaslAuthenticationFailed() | AuthenticationFailedError():
            in_file = "_FILE" if settings.sasl_password_file else ""
            return (
                "does not accept this user with this password: check FLOW_SASL_USERNAME,"
                f" FLOW_SASL_PASSWORD{in_file} and FLOW_SASL_MECHANISM"
            )
        case UnsupportedSaslMechanismError():
            return (
                f"does not offer FLOW_SASL_MECHANISM={settings.sasl_mechanism}: set one that it"
                " offers"
            )
        case IllegalSaslStateError():
            return (
                f"takes no password at this port, but FLOW_SECURITY_PROTOCOL is"
                f" {settings.security_protocol}: set it to what the port speaks, or FLOW_BROKER_URL"
                " to another port"
            )
    return None


def _tls_says(error: BaseException, settings: Settings) -> str | None:
    match error:
        case ssl.SSLCertVerificationError():
            remedy = CERTIFICATE_REMEDIES.get(error.verify_code, OTHER_CERTIFICATE_REMEDY)
            what = error.verify_message.rstrip(".")
            return f"shows a certificate that is not trusted ({what}): {remedy}"
        case ssl.SSLError() if "ALERT" in (error.reason or ""):
            if settings.ssl_certificate_file is None:
                return (
                    "wants a certificate of ours: set FLOW_SSL_CERTIFICATE_FILE and"
                    " FLOW_SSL_KEY_FILE"
                )
            return (
                f"refuses our certificate ({error.reason}): check FLOW_SSL_CERTIFICATE_FILE, and"
                " that the broker trusts its authority"
            )
        case asyncio.IncompleteReadError() if (error.expected or 0) >> 16 == TLS_ALERT:
            return (
                "speaks TLS at this port, but FLOW_SECURITY_PROTOCOL is"
                f" {settings.security_protocol}: set it to SSL or SASL_SSL"
            )
        case ssl.SSLError() | asyncio.IncompleteReadError() | ConnectionResetError():
            sasl = settings.security_protocol.startswith("SASL")
            remedy = "check it" if sasl else "set it to SASL_SSL where the port wants a password"
            return (
                "closes the connection before it answers, as a port does that speaks something"
                f" else than FLOW_SECURITY_PROTOCOL={settings.security_protocol}: {remedy}, and"
                " check the port in FLOW_BROKER_URL"
            )
    return None


def committed_consumer(settings: Settings, **options: Any) -> AIOKafkaConsumer:
    """A consumer outside any group that sees committed records only."""
    return AIOKafkaConsumer(
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        # With the default reset, assign() and a seek race and may start at the end.
        auto_offset_reset="earliest",
        **connection_options(settings),
        **options,
    )
