"""What /metrics answers: Prometheus' text format, or OpenMetrics where it is asked for."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector


class _WithoutCreated(Collector):
    """Leaves out `_created`: one more series for every counter and histogram, used by nobody."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [s for s in metric.samples if not s.name.endswith("_created")]
            yield metric


def render(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The body and its content type, as the `Accept` header wishes."""
    try:
        encode, content_type = choose_encoder(accept)
    except TypeError:  # the header asks for a version that is no number
        encode, content_type = choose_encoder("")
    return encode(_WithoutCreated(registry)), content_type
