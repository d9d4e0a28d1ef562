"""Follows every person from a hospital bed to an independence centre or home care.

Layers, each using only those to its left: `events`, `pathway`, `engine` | `metrics` | `simulate`,
`agents`, `cli`. Start reading at `flow/pathway`, which decides everything and does no I/O.
"""

from importlib.metadata import version

__version__ = version("discharge-flow")
