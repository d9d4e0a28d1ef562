"""What the core costs is measured as a worker runs it."""

import gc
from collections.abc import Iterator

import pytest

from bench import core
from bench.core_cost import measure_core
from bench.workload import workload
from flow.engine.garbage import THRESHOLDS


@pytest.fixture
def _collector_as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("_collector_as_it_was")
def test_the_garbage_collector_is_set_as_in_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    set_so: list[tuple[int, int, int]] = []

    def note(*_: object) -> None:
        set_so.append(gc.get_threshold())

    for name in ("decode_only", "decode_and_add", "whole_core"):
        monkeypatch.setattr(core, name, note)
    measure_core(workload(100))
    assert set(set_so) == {THRESHOLDS}
