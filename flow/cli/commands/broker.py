import signal
import threading

import click

CHECK_EVERY_S = 1.0
"""How soon the death of the broker is noticed."""


@click.command()
def broker() -> None:
    """Run the embedded broker alone, until Ctrl-C.

    A Kafka-compatible broker in memory, on 127.0.0.1 only (FLOW_EMBEDDED_PORT). It keeps nothing
    after it stops and it cannot fence: for trying out and for tests, with one worker.
    """
    from flow.cli.printing import say
    from flow.engine.embedded import EmbeddedBroker
    from flow.settings import load_settings

    stop = threading.Event()
    with EmbeddedBroker(load_settings().embedded_port) as embedded:
        say(embedded.notice)
        say(f"Other terminals find it by themselves, or by FLOW_BROKER_URL={embedded.address}.")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(CHECK_EVERY_S):
            embedded.check()
    say("Broker stopped; what it held is gone.")
