"""How every client of this package connects, and errors that say what to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)

from flow.errors import BrokerError
from flow.settings import Settings

REFUSALS = (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)


def connection_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client of this package is made with."""
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
    except REFUSALS as error:
        raise BrokerError(
            f"the broker at {settings.broker_addresses} refuses us ({type(error).__name__}):"
            " check FLOW_SASL_USERNAME, its password and its permissions"
        ) from error
    except (KafkaConnectionError, OSError, TimeoutError) as error:
        raise BrokerError(
            f"no Kafka broker answers at {settings.broker_addresses}: check FLOW_BROKER_URL and"
            " FLOW_SECURITY_PROTOCOL, or unset FLOW_BROKER_URL to use the embedded broker"
        ) from error
    except KafkaError as error:
        raise BrokerError(
            f"the broker at {settings.broker_addresses} failed ({type(error).__name__}):"
            " see its log"
        ) from error


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
