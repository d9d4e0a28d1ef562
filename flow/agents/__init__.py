"""One thin Faust agent for each input topic: it hands chunks to the partition that owns them.

May use flow.engine and flow.events. Start reading at `admission.py`: all of them look like it.
An agent longer than a screen means that logic has leaked out of the core or the engine.
"""

from flow.agents.admission import add_admission_agent
from flow.agents.capacity import add_capacity_agent
from flow.agents.care_package import add_care_package_agent
from flow.agents.coordination import add_coordination_agent
from flow.agents.discharge import add_discharge_agent
from flow.agents.identity_links import add_identity_links_agent
from flow.agents.placements import add_placements_agent
from flow.agents.service_coordination import add_service_coordination_agent
from flow.agents.ticks import add_ticks_agent
from flow.agents.transfers import add_transfers_agent

__all__ = [
    "add_admission_agent",
    "add_capacity_agent",
    "add_care_package_agent",
    "add_coordination_agent",
    "add_discharge_agent",
    "add_identity_links_agent",
    "add_placements_agent",
    "add_service_coordination_agent",
    "add_ticks_agent",
    "add_transfers_agent",
]
