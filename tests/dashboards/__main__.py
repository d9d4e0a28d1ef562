"""`python -m tests.dashboards`: draw every dashboard as the demo's town fills it."""

import sys
import tempfile
from pathlib import Path

from tests.dashboards.grafana import dashboards
from tests.dashboards.pictures import draw
from tests.dashboards.prometheus_server import why_missing
from tests.dashboards.shown import answers, showing

PICTURES = Path(".cache") / "dashboards"


def main() -> None:
    missing = why_missing()
    if missing is not None:
        sys.exit(f"Pictures need Prometheus: {missing}")
    with tempfile.TemporaryDirectory() as folder, showing(Path(folder)) as shown:
        for name, dashboard in dashboards().items():
            picture = draw(name, dashboard, lambda query: answers(shown, query), PICTURES)
            sys.stdout.write(f"{picture}\n")


if __name__ == "__main__":
    main()
