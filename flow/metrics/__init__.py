"""What Prometheus scrapes: the journey gauges, and what the pipeline says of itself.

May use flow.events and flow.pathway (the gauges' table, the policy's lists) and prometheus_client;
knows no broker and no engine. Start reading at `catalogue.py` (every metric), then `shares.py`.
"""

from flow.metrics.observer import Metrics

__all__ = ["Metrics"]
