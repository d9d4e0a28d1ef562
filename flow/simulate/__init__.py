"""Where events come from when no hospital sends them: real event logs and a made-up town.

Uses flow.events and flow.pathway only; knows no broker (the engine implements `publish.Publisher`).
Start reading at importer.py (a CSV log to events), feed.py (a seeded town), publish.py (pacing).
"""
