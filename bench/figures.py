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
        # A counter with labels that nothing was counted of yet has no samples.
        return self._sums.get(f"patientflow_{name}", 0.0)
