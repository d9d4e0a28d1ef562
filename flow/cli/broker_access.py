"""Which broker a command talks to, and what it may do there."""

from typing import TYPE_CHECKING

from flow.errors import SettingsError

if TYPE_CHECKING:
    from flow.settings import Settings


def broker_settings(**overrides: object) -> "Settings":
    """Settings of a command that needs a broker that runs.

    Without FLOW_BROKER_URL the embedded broker is taken where one answers; otherwise this raises
    SettingsError with the ways to get one.
    """
    from flow.cli.logs import quiet_libraries
    from flow.engine.embedded import HOST, answers
    from flow.settings import load_settings

    quiet_libraries()
    settings = load_settings(**overrides)
    if settings.embedded and not answers(HOST, settings.embedded_port):
        raise SettingsError(
            "FLOW_BROKER_URL is not set, and no embedded broker answers at"
            f" {settings.broker_addresses}: set FLOW_BROKER_URL to host:port of your Kafka,"
            " or start `flow broker` or `flow run` in another terminal"
        )
    return settings
