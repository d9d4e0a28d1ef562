"""Which tests ask the core as Python only: they put something else in the place of one of its
functions, or rest on how deep the interpreter goes, and compiled code looks at neither."""

import pytest

from flow.pathway import fold

ONLY_INTERPRETED = pytest.mark.skipif(
    not str(fold.__file__).endswith(".py"),
    reason="the core is compiled: what it calls cannot be replaced, nor counted",
)
