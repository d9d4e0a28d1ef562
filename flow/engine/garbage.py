"""How often CPython looks for cycles: histories are many, live long and hold none."""

import gc

THRESHOLDS = (50_000, 100, 10)
"""With the defaults (700, 10, 10) a third of the core's time went into looking through histories
that are still alive (`make bench`, part core). What outlived one look is looked at again only after
five million more objects have: it lives on, as nearly all that a ledger holds."""


def seldom_collect_garbage() -> None:
    """For processes that hold ledgers. What dies without a cycle still goes at once."""
    gc.set_threshold(*THRESHOLDS)
