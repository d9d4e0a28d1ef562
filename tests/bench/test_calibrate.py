"""A calibration of hours loses nothing at an interruption."""

from pathlib import Path

import pytest

from bench import calibrate
from bench.calibrate import Run, folder_of_runs, run_once

GAVE = Run({"remaining": 218.5}, events=12, spells=3, cpu_s=0.5)


def test_what_a_seed_gave_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def run(seed: int, days: int, warm_up: int) -> Run:
        ran.append((seed, days, warm_up))
        return GAVE

    monkeypatch.setattr(calibrate, "run", run)
    first = run_once(4, tmp_path, days=91, warm_up=90)
    again = run_once(4, tmp_path, days=91, warm_up=90)
    other = run_once(5, tmp_path, days=91, warm_up=90)
    assert first == again == other == GAVE
    assert ran == [(4, 91, 90), (5, 91, 90)]


def test_other_lengths_have_a_folder_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert folder_of_runs(91, 90) == folder_of_runs(91, 90)
    assert len({folder_of_runs(91, 90), folder_of_runs(90, 90), folder_of_runs(91, 91)}) == 3
