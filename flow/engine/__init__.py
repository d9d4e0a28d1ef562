"""The engine: chunks in, durable state and outputs out, nothing acknowledged before.

May use flow.events, flow.pathway, Faust and aiokafka. `ledger.py` does no I/O.
Start reading at `partition.py` (the life of a chunk), then `ledger.py`, `worker.py`.
"""
