"""Reads figures off a worker's /metrics page: no more than these measurements need."""

from collections.abc import Collection

from prometheus_client.parser import text_string_to_metric_families


class Figures:
    """Samples by name, summed over labels."""

    def __init__(self, page: str) -> None:
        self._sums: dict[str, float] = {}
        self._topics: dict[tuple[str, str], float] = {}
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                self._sums[sample.name] = self._sums.get(sample.name, 0.0) + sample.value
                if "topic" in sample.labels:
                    self._topics[sample.name, sample.labels["topic"]] = sample.value

    def __getitem__(self, name: str) -> float:
        # A counter with labels that nothing was counted of yet has no samples.
        return self._sums.get(f"patientflow_{name}", 0.0)

    def of_topics(self, name: str, topics: Collection[str]) -> float:
        """The sum over some input topics."""
        return sum(self._topics.get((f"patientflow_{name}", topic), 0.0) for topic in topics)
