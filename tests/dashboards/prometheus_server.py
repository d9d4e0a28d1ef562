"""A real Prometheus with the product's settings and rules, and its HTTP API."""

import json
import math
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from flow.engine.embedded import tied_to_us
from tests.brokers.kafka import free_ports
from tests.dashboards.grafana import SCRAPE_S

PRODUCT = Path(__file__).parents[2] / "deploy" / "prometheus"
READY_WITHIN_S = 120.0
POLL_S = 0.1
JOB = "discharge-flow"

Series = tuple[dict[str, str], list[tuple[float, float]]]
"""Labels, and (unix seconds, value) without NaN."""


class QueryError(Exception):
    """Prometheus refused a query."""


def why_missing() -> str | None:
    """Why Prometheus cannot be used; None where it can."""
    missing = [name for name in ("prometheus", "promtool") if shutil.which(name) is None]
    return (
        f"{' and '.join(missing)} not installed (apt-get install prometheus)" if missing else None
    )


@dataclass(frozen=True)
class Prometheus:
    address: str

    def now(self, expr: str, at: float | None = None) -> list[Series]:
        """An instant query; `at` is another time than now, in unix seconds."""
        found = self.ask("query", query=expr, **({} if at is None else {"time": at}))
        if found["resultType"] == "scalar":
            return [({}, _numbers([found["result"]]))]
        return [(each["metric"], _numbers([each["value"]])) for each in found["result"]]

    def over_time(self, expr: str, since: float, until: float, step_s: int) -> list[Series]:
        """A range query."""
        found = self.ask("query_range", query=expr, start=since, end=until, step=step_s)
        return [(each["metric"], _numbers(each["values"])) for each in found["result"]]

    def rules(self) -> list[dict[str, Any]]:
        """Every rule as loaded, with its health."""
        return [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]

    def values_of(self, label: str, metric: str) -> list[str]:
        """What Grafana's `label_values(metric, label)` offers."""
        found: list[str] = self.ask(f"label/{label}/values", **{"match[]": metric})
        return found

    def metrics(self) -> set[str]:
        return set(self.ask("label/__name__/values"))

    def labels_of(self, metric: str) -> set[str]:
        return set(self.ask("labels", **{"match[]": metric}))

    def ask(self, what: str, **parameters: object) -> Any:
        """The data of an answer of its HTTP API; raises QueryError, or OSError."""
        url = f"{self.address}/api/v1/{what}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise QueryError(json.load(error)["error"]) from None


def _numbers(values: Sequence[Sequence[Any]]) -> list[tuple[float, float]]:
    pairs = [(float(at), float(value)) for at, value in values]
    return [(at, value) for at, value in pairs if not math.isnan(value)]


@contextmanager
def prometheus(folder: Path, targets: Sequence[str]) -> Iterator[Prometheus]:
    """Running with the product's settings; scrapes and evaluates every two seconds."""
    port = free_ports(1)[0]
    program = shutil.which("prometheus")
    assert program is not None
    config = _settings(folder, targets)
    command = [
        program,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    log = folder / "prometheus.log"
    with log.open("wb") as output:
        process = subprocess.Popen(tied_to_us(command), stdout=output, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _until_ready(address, process, log)
        yield Prometheus(address)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _settings(folder: Path, targets: Sequence[str]) -> Path:
    """The product's own, but for addresses and intervals."""
    settings = yaml.safe_load((PRODUCT / "prometheus.yml").read_text())
    settings["global"] |= {
        "scrape_interval": f"{SCRAPE_S}s",
        "scrape_timeout": f"{SCRAPE_S}s",
        "evaluation_interval": f"{SCRAPE_S}s",
    }
    settings.pop("alerting", None)
    (workers,) = [job for job in settings["scrape_configs"] if job["job_name"] == JOB]
    kept = {name: value for name, value in workers.items() if not name.endswith("_sd_configs")}
    kept |= {"static_configs": [{"targets": list(targets)}]}
    kept.pop("scrape_interval", None)
    settings["scrape_configs"] = [kept]
    rules = folder / "rules"
    rules.mkdir()
    for file in sorted((PRODUCT / "rules").glob("*.yml")):
        text = yaml.safe_load(file.read_text())
        for group in text["groups"]:
            group.pop("interval", None)
        (rules / file.name).write_text(yaml.safe_dump(text))
    settings["rule_files"] = [f"{rules}/*.yml"]
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump(settings))
    return config


def _until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < ends:
        assert process.poll() is None, log.read_text()[-3_000:]
        try:
            with urllib.request.urlopen(f"{address}/-/ready", timeout=2):
                return
        except OSError:
            time.sleep(POLL_S)
    raise AssertionError(f"Prometheus is not ready: {log.read_text()[-3_000:]}")
