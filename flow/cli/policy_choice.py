"""The policy that a command judges by, named to whoever reads the result."""

from pathlib import Path

from flow.cli.printing import say
from flow.pathway import Policy, load_policy


def chosen_policy(path: Path | None) -> Policy:
    """The policy of a file, or the default for England.

    One's own is named on stderr with its version: two answers that differ may be of two policies.
    Raises PolicyError with everything wrong in it.
    """
    policy = load_policy(path)
    if path is not None:
        say(f"Policy: {policy.name}, version {policy.version} ({path})")
    return policy
