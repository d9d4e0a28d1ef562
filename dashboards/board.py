"""A dashboard of Grafana from rows of panels: variables, links between dashboards, the grid."""

import json
from collections.abc import Iterator

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models

from dashboards.filters import FILTERS, described, heading, note, offered, values_asked
from dashboards.panels import DATASOURCE, RUNBOOK, build
from dashboards.rules import runbook_url
from dashboards.spec import Board, Panel

TAG = "discharge-flow"
GRID = 24
SOURCE, SOURCE_UID = "Prometheus", "discharge-flow-prometheus"
"""As deploy/grafana/provisioning has it."""


def render(board: Board) -> str:
    """The JSON that Grafana loads."""
    built = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.answers)
        .tags([TAG])
        .timezone("Europe/London")
        .time(f"now-{board.since}", "now")
        .refresh("30s")
        .editable()
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .link(_others())
        .with_variable(_datasource())
    )
    for item in _placed(board):
        if isinstance(item, dashboard.Row):
            built.with_row(item)
        else:
            panel, number, place = item
            built.with_panel(
                build(panel, number, place).description(described(panel, note(board, panel)))
            )
    built.with_variable(_runbook())
    names = offered(board)
    for name in names:
        built.with_variable(_variable(name, names))
    return json.dumps(built.build(), cls=JSONEncoder, indent=2, sort_keys=True) + "\n"


def _placed(board: Board) -> Iterator[dashboard.Row | tuple[Panel, int, models.GridPos]]:
    """Headings and panels from left to right, each line as high as its highest panel."""
    number = y = 0
    for row in board.rows:
        number += 1
        place = models.GridPos(h=1, w=GRID, x=0, y=y)
        yield dashboard.Row(heading(board, row)).id(number).grid_pos(place)
        y += 1
        x = line_height = 0
        for panel in row.panels:
            assert 0 < panel.width <= GRID
            if x + panel.width > GRID:
                x, y, line_height = 0, y + line_height, 0
            number += 1
            yield panel, number, models.GridPos(h=panel.height, w=panel.width, x=x, y=y)
            x += panel.width
            line_height = max(line_height, panel.height)
        y += line_height


def _others() -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink("discharge-flow")
        .type(models.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .icon("external link")
        .tooltip("The other dashboards, with the same filters and time")
        .include_vars(True)
        .keep_time(True)
    )


def _datasource() -> dashboard.DatasourceVariable:
    """With a choice: Grafana would take the first by name, whichever is its default."""
    return (
        dashboard.DatasourceVariable("datasource")
        .label("Data source")
        .description("The Prometheus that scrapes the workers")
        .type("prometheus")
        .current(models.VariableOption(selected=True, text=SOURCE, value=SOURCE_UID))
    )


def _runbook() -> dashboard.ConstantVariable:
    """Hidden; whoever has the page elsewhere changes it in the dashboard's settings or file."""
    return (
        dashboard.ConstantVariable(RUNBOOK)
        .label("Address of the runbook")
        .description("The page that links of panels lead to")
        .value(runbook_url())
    )


def _variable(name: str, others: tuple[str, ...]) -> dashboard.QueryVariable:
    its = FILTERS[name]
    return (
        dashboard.QueryVariable(name)
        .label(its.heading)
        .description(its.says)
        .datasource(DATASOURCE)
        .query(
            {
                "query": values_asked(name, others),
                "refId": "PrometheusVariableQueryEditor-VariableQuery",
            }
        )
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .allow_custom_value(False)
        .current(models.VariableOption(selected=True, text=["All"], value=["$__all"]))
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )
