"""What only the command line refuses; printed as one line, like every FlowError."""

from flow.errors import FlowError


class NotFound(FlowError):
    """What was asked for is not there: a person, an alert, a dead letter (EX_NOINPUT)."""

    exit_code = 66


class BadLines(FlowError):
    """Some lines of the input could not be used; the others were (EX_DATAERR)."""

    exit_code = 65
