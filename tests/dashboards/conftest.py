"""One town, two workers and one Prometheus for all tests of a file, and gone after it."""

from collections.abc import Iterator

import pytest

from tests.dashboards.prometheus_server import why_missing
from tests.dashboards.shown import Shown, showing


@pytest.fixture(scope="module")  # not for longer: all of it works on while nobody looks
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    missing = why_missing()
    if missing is not None:
        pytest.skip(f"dashboards were not tried: {missing}")
    with showing(tmp_path_factory.mktemp("dashboards")) as seen:
        yield seen
