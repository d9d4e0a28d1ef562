"""`python -m flow` and the `flow` command."""

import sys

INTERRUPTED = 130  # what shells make of SIGINT


def main() -> None:
    """Run the command line; leaves with one of the exit codes of `flow.cli.root`."""
    try:
        # Here and not above, so that Ctrl-C while it loads shows no traceback either.
        from flow.cli.root import flow  # noqa: PLC0415

        flow(prog_name="flow")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
