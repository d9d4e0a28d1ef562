from pathlib import Path

import pytest

from tests.simulate.sepsis_oracle import SEPSIS_CSV


@pytest.fixture(scope="session")
def sepsis_csv() -> Path:
    if not SEPSIS_CSV.exists():
        pytest.skip(f"the sepsis log is not at {SEPSIS_CSV}: see data/README.md beside it")
    return SEPSIS_CSV
