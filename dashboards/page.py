"""docs/dashboards.md: how to load the dashboards, and what every panel shows."""

from collections.abc import Iterable, Iterator

from dashboards.filters import described, heading, note
from dashboards.spec import Board, Panel, Row

HEAD = """\
# Dashboards

Made from the code of `dashboards/` by `make dashboards`; do not edit.

Four dashboards for Grafana 11 and later, in `deploy/grafana/dashboards`. What they show comes from
Prometheus: most panels read series that the rules in `deploy/prometheus/rules` record, so
[load the rules](operating.md#figures-rules-and-who-is-told), too.

## Load them

- **With Docker:** `docker compose up --build` has them at <http://127.0.0.1:3000>; nothing is to
  be set.
- **Into a Grafana of your own, by files:** copy `deploy/grafana/dashboards`, and
  `deploy/grafana/provisioning/dashboards/discharge-flow.yml` with `path` set to where they are.
  Leave `provisioning/datasources` alone and use the Prometheus data source that you have: our file
  makes its source the default one, and a Grafana that has another default does not start, or loses
  its own; the made-up town of the demo would be on offer, too. Then choose your data source on top
  of each dashboard.
- **By hand:** *Dashboards, New, Import*, one file after the other; then choose the data source on
  top.

Links to the runbook begin with the dashboards' hidden variable `runbook`, the address of a page
that Prometheus itself serves. Where yours is elsewhere, change it under *Settings, Variables*, or
in dashboards that come from files there (`sed`); `make dashboards` writes what
`deploy/prometheus/prometheus.yml` has as `flow_runbook_url`, with which links in alerts begin.
Links to alerts need a data source whose rules Grafana may read (`manageAlerts`).

## Read them

- **Filters** on top (hospital, council, neighbourhood, pathway, service) narrow every panel whose
  figure has that label; several values may be chosen. A dashboard offers only those that it uses; a
  row or panel that one of them does not narrow says so, the panel in its description. Beds know
  their service alone. Neighbourhoods on offer are those of the councils chosen.
- **Figures as of** is the pipeline's clock: what is shown is as it was then. The alerts beside it
  hold those of the pipeline that make figures untrue.
- **Hover over a panel's title** for what is counted, since when, and where the rule comes from; its
  links lead to the alert that watches the same, and to what to do then.
- **0 is a count.** Where no worker reports, or nobody is there to be counted, a panel says so in
  words instead; in a table – is what is not known.
- **Of fewer than five** no share is shown where places are compared, nor of what became of people
  later: it would say what became of one or two of them, and rank places by chance.
- **Colours** can be told apart by everybody and never stand alone: vermilion is past its target,
  orange near it, blue on track or without judgement.
- **On simulated time** (`make demo`, a replay) an hour passes in a second: choose the last 15
  minutes. Delays count as raised late there, because a tick is far longer than the objective. At
  first nobody is in the panels of day 30 (12 minutes) and day 91 (half an hour), of criteria met
  again and of services' alerts; dead letters stay none, and how late events come is not measured.

No figure is about one person, and no label could name one.

## What was tried

Grafana itself does not run where this was made: **the dashboards were never loaded into it.**
Instead, for every change (`tests/dashboards`):

- each query of each panel, with its filters filled in as Grafana does it, is sent to a real
  Prometheus that watches two workers, one on the made-up town of the demo and one on the wall
  clock; a test fails where one has an error, names a metric or label that nobody exports, or stays
  empty;
- every rule is loaded there and must be well;
- Grafana's own SDK reads the files back unchanged; panels lie on the grid without overlap;
- once, by hand: the code by which Grafana's pages write numbers, join columns and name series
  (`@grafana/data` 11.6.0, run with Node) did with every panel what the pictures assume;
- `make pictures` draws every panel from those answers to `.cache/dashboards/*.png`, to be looked
  at. How Grafana lays out legends, cuts long names and handles clicks is not in these pictures.
"""

_TABLE_HEAD = "| panel | what it shows | alerts |\n| --- | --- | --- |\n"


def render(boards: Iterable[Board]) -> str:
    """The page as Markdown."""
    return "\n".join([HEAD, *(part for board in boards for part in _board(board))])


def _board(board: Board) -> Iterator[str]:
    yield f"## {board.title}\n"
    yield f"{board.answers} `{board.uid}`, the last {board.since} by default.\n"
    for row in board.rows:
        title = heading(board, row)
        yield f"### {board.title.partition(':')[0]}, {title[0].lower()}{title[1:]}\n"
        yield _TABLE_HEAD + "".join(_line(board, row, panel) for panel in row.panels)


def _line(board: Board, row: Row, panel: Panel) -> str:
    """What the row's heading says of filters is not said again."""
    own = note(board, panel)
    says = described(panel, own if own != note(board, *row.panels) else "")
    alerts = ", ".join(f"`{name}`" for name in panel.alerts)
    return f"| {panel.title} | {says} | {alerts} |\n".replace("|  |", "| |")
