"""Everything that this package raises on purpose, in one tree.

FlowError
├── SettingsError            a setting is missing, wrong or contradicts another          exit 64
│   ├── PolicyError          the policy file has errors (all of them, with line and key)
│   └── MappingError         an event log does not match its mapping file
├── Rejected                 one value cannot be used; carries the dead-letter reason    exit 65
├── BrokerError              the broker cannot be reached or refuses                     exit 69
│   ├── TopicsError          topics are missing, or not co-partitioned, or drifted       exit 78
│   └── PortTaken            a port that we should listen on is in use                   exit 73
└── LogError                 a write to or a read from the partitioned log failed
    ├── LogUnavailable       may pass: drop the ledger, open it again, try again
    │   └── Fenced           another owner has taken the partition: stop writing to it
    └── LogRefused           will never pass as it is: make a dead letter or leave       exit 70

Every message names the thing and the remedy. The command line prints it as one line
and leaves with the code at the right (the meanings are those of sysexits.h).
"""


class FlowError(Exception):
    """Root of the tree; `exit_code` is what the command line leaves with."""

    exit_code = 70


class SettingsError(FlowError):
    exit_code = 64


class PolicyError(SettingsError):
    """`problems` holds every error found, one line each: file:line: key: what and remedy."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class MappingError(SettingsError):
    pass


class Rejected(FlowError):
    """One value cannot be used. `reason` is a dead-letter reason code (`flow.events.reasons`).

    `detail` never holds content of the value, only names of fields and what they may hold,
    because it is written to headers and logs.
    """

    exit_code = 65

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}" if detail else reason)


class BrokerError(FlowError):
    exit_code = 69


class TopicsError(BrokerError):
    exit_code = 78


class PortTaken(BrokerError):
    exit_code = 73


class LogError(FlowError):
    pass


class LogUnavailable(LogError):
    exit_code = 75


class Fenced(LogUnavailable):
    pass


class LogRefused(LogError):
    exit_code = 70
