"""Grafana's dashboards as code: `python -m dashboards` writes them and their page.

What a panel shows is a row of data (`flow.py`, `capacity.py`, `outcomes.py`, `service.py`); how it
becomes Grafana's JSON is in `panels.py` and `board.py`. Start reading at `spec.py`. Names and
labels of metrics come from the tables of `flow`, so that a query for what nobody exports cannot be
written.
"""
