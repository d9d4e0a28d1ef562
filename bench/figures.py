"""Reads figures off a worker's /metrics page: no more than these measurements need."""

from prometheus_client.parser import text_string_to_metric_families


class Figures:
    """Samples by name, summed over labels."""

    def __init__(self, page: str) -> None:
        self._sums: dict[str, float] = {}
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                self._sums[sample.name] = self._sums.get(sample.name, 0.0) + sample.value

    def __getitem__(self, name: str) -> float:
        return self._sums[f"patientflow_{name}"]
