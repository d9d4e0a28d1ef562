"""`python -m dashboards [FOLDER]`: write the dashboards and their page below the folder."""

import sys
from pathlib import Path

from dashboards import capacity, flow, outcomes, page, service
from dashboards.board import render

BOARDS = (flow.BOARD, capacity.BOARD, outcomes.BOARD, service.BOARD)


def write(root: Path) -> None:
    """deploy/grafana/dashboards/*.json and docs/dashboards.md below `root`."""
    folder = root / "deploy" / "grafana" / "dashboards"
    folder.mkdir(parents=True, exist_ok=True)
    for board in BOARDS:
        name = board.uid.removeprefix("discharge-flow-")
        (folder / f"{name}.json").write_text(render(board), encoding="utf-8")
    docs = root / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "dashboards.md").write_text(page.render(BOARDS), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
