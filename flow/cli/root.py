"""The root command: turns every refusal into a line on stderr and a documented exit code."""

from dataclasses import dataclass
from typing import Any

import click

from flow.cli.commands.alert import alert
from flow.cli.commands.broker import broker
from flow.cli.commands.config import config
from flow.cli.commands.dlq import dlq
from flow.cli.commands.events import events
from flow.cli.commands.fold import fold
from flow.cli.commands.import_log import import_log
from flow.cli.commands.link import link, unlink
from flow.cli.commands.person import person
from flow.cli.commands.ref import ref
from flow.cli.commands.run import run
from flow.cli.commands.service import service
from flow.cli.commands.simulate import simulate
from flow.cli.commands.topics import topics
from flow.cli.commands.version import version
from flow.cli.commands.watch import watch
from flow.cli.commands.worker import worker
from flow.errors import FlowError


@dataclass(frozen=True, slots=True)
class ExitCode:
    code: int
    meaning: str


EXIT_CODES = (
    ExitCode(0, "done; for `run`, `worker` and `watch` also: stopped by Ctrl-C or SIGTERM"),
    ExitCode(1, "the reader of our output went away (a closed pipe)"),
    ExitCode(2, "the command was called wrongly: unknown command, option or argument"),
    ExitCode(64, "a setting, the policy or a mapping file is wrong"),
    ExitCode(65, "some of the input could not be used; each line or record is named"),
    ExitCode(66, "no such person, service, alert or dead letter"),
    ExitCode(69, "the broker cannot be reached, or refuses"),
    ExitCode(70, "a bug, or a write that the broker will never take; nothing accepted is lost"),
    ExitCode(73, "a port that we should listen on is in use"),
    ExitCode(75, "not finished: try again; what was not acknowledged is worked again"),
    ExitCode(78, "topics are missing, differ from their settings, or are not co-partitioned"),
    ExitCode(130, "interrupted by Ctrl-C before the work was done"),
)
"""The meanings of sysexits.h, click's own 2, and the shell's 130."""

INTERRUPTED = 130


class Flow(click.Group):
    """Prints a FlowError as it is, one line for each problem, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FlowError as error:
            for line in str(error).splitlines():
                click.echo(f"flow: {line}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def _version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:  # noqa: FBT001
    if asked:
        from flow import __version__

        click.echo(f"discharge-flow {__version__}")
        ctx.exit()


@click.group(
    cls=Flow,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Settings are environment variables that begin with FLOW_: see `flow config show`.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the version.",
)
def flow() -> None:
    """Follow every person from a hospital bed to an independence centre or home care."""


for _command in (
    run,
    worker,
    broker,
    topics,
    config,
    simulate,
    import_log,
    fold,
    person,
    service,
    link,
    unlink,
    alert,
    watch,
    dlq,
    events,
    ref,
    version,
):
    flow.add_command(_command)
