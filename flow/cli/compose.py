"""Puts a worker together: settings, policy, agents, metrics. Here all folders meet."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flow.engine.worker import Worker
    from flow.pathway import Policy
    from flow.settings import Settings


def build_worker(settings: "Settings", policy: "Policy", *, fenced: bool) -> "Worker":
    """A worker that has not started."""
    from prometheus_client import CollectorRegistry

    from flow import __version__
    from flow.engine.worker import Worker
    from flow.metrics import Metrics
    from flow.pathway import CORE_VERSION

    metrics = Metrics(CollectorRegistry(), policy, version=__version__, core_version=CORE_VERSION)
    return Worker(
        settings,
        policy,
        metrics,
        metrics.render,
        add_agents,
        fenced=fenced,
        services_observer=metrics.services,
    )


def add_agents(app: Any, topics: Mapping[str, Any], worker: "Worker") -> None:
    """One agent for each input topic, by its short name."""
    from flow.agents import (
        add_admission_agent,
        add_capacity_agent,
        add_care_package_agent,
        add_coordination_agent,
        add_discharge_agent,
        add_identity_links_agent,
        add_placements_agent,
        add_service_coordination_agent,
        add_ticks_agent,
        add_transfers_agent,
    )

    add_admission_agent(app, topics["admission"], worker.deliver)
    add_discharge_agent(app, topics["discharge"], worker.deliver)
    add_care_package_agent(app, topics["care-package"], worker.deliver)
    add_coordination_agent(app, topics["coordination"], worker.deliver)
    add_capacity_agent(app, topics["capacity"], worker.deliver)
    add_service_coordination_agent(app, topics["service-coordination"], worker.deliver)
    add_placements_agent(app, topics["placements"], worker.deliver)
    add_identity_links_agent(app, topics["identity-links"], worker.deliver)
    add_transfers_agent(app, topics["transfers"], worker.deliver)
    add_ticks_agent(app, topics["ticks"], worker.park)


def metrics_address(settings: "Settings") -> str:
    return f"http://{settings.host}:{settings.metrics_port}/metrics"


def fencing_notice(*, fenced: bool) -> str:
    """What the worker says at start about two workers that believe to own one partition."""
    if fenced:
        return "Fencing is on: each partition's writes are transactions of one owner."
    return "Fencing is off: the embedded broker has no transactions, so run one worker only."
