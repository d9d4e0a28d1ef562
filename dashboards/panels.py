"""Grafana's panels of what `spec.py` says."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from string import ascii_uppercase

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dashboards.colours import ON_TRACK
from dashboards.names import PLACES
from dashboards.rules import alerts, runbook_url
from dashboards.spec import Bars, Column, Limit, Lines, Names, Panel, Query, Stat, Style, Table

RUNBOOK = "runbook"
"""Variable that holds the address of the runbook."""
DATASOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")

AnyPanel = stat.Panel | timeseries.Panel | bargauge.Panel | table.Panel


def build(panel: Panel, number: int, place: models.GridPos) -> AnyPanel:
    """`number` is the panel's id, unique within its dashboard."""
    match panel:
        case Stat():
            built: AnyPanel = _stat(panel)
        case Lines():
            built = _lines(panel)
        case Bars():
            built = _bars(panel)
        case Table():
            built = _table(panel)
        case _:
            raise AssertionError(f"no way to draw a {type(panel).__name__}")
    return (
        built.id(number)
        .title(panel.title)
        .datasource(DATASOURCE)
        .grid_pos(place)
        .unit(panel.unit)
        .decimals(panel.decimals)
        .no_value(panel.empty)
        .links(list(_links(panel)))
    )


def _links(panel: Panel) -> Iterator[dashboard.DashboardLink]:
    for name in panel.alerts:
        entry = alerts()[name].runbook_url.removeprefix(runbook_url())
        runbook = dashboard.DashboardLink(f"What to do: {name}").url(f"${{{RUNBOOK}:raw}}{entry}")
        rule = dashboard.DashboardLink(f"Alert: {name}").url(
            f"/alerting/${{datasource:text}}/{name}/find"
        )
        for link in (runbook, rule):
            yield link.type(models.DashboardLinkType.LINK).target_blank(True)


def _targets(queries: Sequence[Query], *, instant: bool) -> list[prometheus.Dataquery]:
    return [
        _target(letter, query.expr, instant=instant).legend_format(query.legend or "__auto")
        for letter, query in zip(ascii_uppercase, queries, strict=False)
    ]


def _target(letter: str, expr: str, *, instant: bool) -> prometheus.Dataquery:
    target = prometheus.Dataquery().ref_id(letter).datasource(DATASOURCE).expr(expr)
    return target.instant() if instant else target.range()


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"]).values(False)


def _thresholds(limits: Sequence[Limit], otherwise: str) -> dashboard.ThresholdsConfig:
    steps = [models.Threshold(value=None, color=otherwise)]
    steps += [models.Threshold(value=limit.value, color=limit.colour) for limit in limits]
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _by_value() -> dashboard.FieldColor:
    return dashboard.FieldColor().mode(models.FieldColorModeId.THRESHOLDS)


def _named(names: Names) -> Iterator[tuple[str, list[models.DynamicConfigValue]]]:
    """Overrides that show a code by its name."""
    for code, name in names.items():
        yield code, [models.DynamicConfigValue(id_val="displayName", value=name)]


def _stat(panel: Stat) -> stat.Panel:
    behind = (Query(panel.behind, panel.counted),) if panel.behind else ()
    share = tuple(Query(query.expr, query.legend or "share") for query in panel.queries)
    queries = (*share, *behind) if behind else panel.queries
    built = (
        stat.Panel()
        .targets(list(_targets(queries, instant=True)))
        .reduce_options(_last())
        .graph_mode(common_models.BigValueGraphMode.NONE)
        .color_mode(common_models.BigValueColorMode.VALUE)
        .text_mode(
            common_models.BigValueTextMode.VALUE
            if len(queries) == 1 and not queries[0].legend
            else common_models.BigValueTextMode.VALUE_AND_NAME
        )
        .color_scheme(_by_value())
        .thresholds(_thresholds(panel.limits, ON_TRACK))
    )
    if behind:
        plain = {"unit": "none", "decimals": 0, "color": {"mode": "fixed", "fixedColor": "text"}}
        built.override_by_name(panel.counted, list(_properties(plain)))
    for code, properties in _named(panel.names):
        built.override_by_name(code, properties)
    return built


def _properties(values: Mapping[str, object]) -> Iterator[models.DynamicConfigValue]:
    return (models.DynamicConfigValue(id_val=name, value=value) for name, value in values.items())


def _lines(panel: Lines) -> timeseries.Panel:
    built = (
        timeseries.Panel()
        .targets(list(_targets(panel.queries, instant=False)))
        .min(0)
        .axis_label(panel.axis)
        .fill_opacity(60 if panel.stacked else 0)
        .line_width(1)
        .show_points(common_models.VisibilityMode.AUTO)
        .legend(
            common.VizLegendOptions()
            .display_mode(common_models.LegendDisplayMode.TABLE)
            .placement(common_models.LegendPlacement.RIGHT)
            .show_legend(True)
            .calcs(["lastNotNull", "max"])
        )
        .tooltip(
            common.VizTooltipOptions()
            .mode(common_models.TooltipDisplayMode.MULTI)
            .sort(common_models.SortOrder.DESCENDING)
        )
    )
    if panel.top is not None:
        built.max(panel.top)
    if panel.stacked:
        built.stacking(common.StackingConfig().mode(common_models.StackingMode.NORMAL).group("A"))
    for name, style in panel.styles.items():
        built.override_by_name(name, list(_style(style, panel.names.get(name))))
    for code, properties in _named(
        {code: name for code, name in panel.names.items() if code not in panel.styles}
    ):
        built.override_by_name(code, properties)
    return built


def _style(style: Style, name: str | None) -> Iterator[models.DynamicConfigValue]:
    colour = {"mode": "fixed", "fixedColor": style.colour}
    yield models.DynamicConfigValue(id_val="color", value=colour)
    yield models.DynamicConfigValue(id_val="custom.lineWidth", value=style.width)
    if style.dash:
        dash = {"fill": "dash", "dash": list(style.dash)}
        yield models.DynamicConfigValue(id_val="custom.lineStyle", value=dash)
    if name is not None:
        yield models.DynamicConfigValue(id_val="displayName", value=name)


def _bars(panel: Bars) -> bargauge.Panel:
    built = (
        bargauge.Panel()
        .targets(list(_targets(panel.queries, instant=True)))
        .reduce_options(_last())
        .orientation(common_models.VizOrientation.HORIZONTAL)
        .display_mode(common_models.BarGaugeDisplayMode.BASIC)
        .value_mode(common_models.BarGaugeValueMode.TEXT)
        .name_placement(common_models.BarGaugeNamePlacement.LEFT)
        .show_unfilled(True)
        .sizing(common_models.BarGaugeSizing.AUTO)
        .min_viz_height(14)
        .max_viz_height(36)
        .min(0)
        .color_scheme(_by_value())
        .thresholds(_thresholds(panel.limits, panel.colour))
    )
    if panel.top is not None:
        built.max(panel.top)
    for code, properties in _named(panel.names):
        built.override_by_name(code, properties)
    return built


def _table(panel: Table) -> table.Panel:
    queries = [
        _target(letter, column.expr, instant=True).format(PromQueryFormat.TABLE)
        for letter, column in zip(ascii_uppercase, panel.columns, strict=False)
    ]
    built = (
        table.Panel()
        .targets(list(queries))
        .show_header(True)
        .align(common_models.FieldTextAlignment.AUTO)
        .cell_height(common_models.TableCellHeight.SM)
        .sort_by(
            [common.TableSortByFieldState().display_name(panel.sort_by).desc(not panel.ascending)]
        )
        .transformations(list(_one_line_each(panel)))
    )
    for label, heading in panel.keys.items():
        mapping = _mapping(panel.names.get(label, PLACES))
        built.override_by_name(
            heading, list(_properties({"mappings": [mapping], **_wide(panel, heading)}))
        )
    for column in panel.columns:
        cells = [*_cells(column), *_properties(_wide(panel, column.title))]
        built.override_by_name(column.title, cells)
    return built


def _wide(panel: Table, heading: str) -> Mapping[str, int]:
    return {"custom.width": panel.widths[heading]} if heading in panel.widths else {}


def field_names(columns: Sequence[object]) -> list[str]:
    """What Grafana calls the values of several queries in one table; of a single query `Value`."""
    if len(columns) == 1:
        return ["Value"]
    return [f"Value #{letter}" for letter, _ in zip(ascii_uppercase, columns, strict=False)]


def _one_line_each(panel: Table) -> Iterator[models.DataTransformerConfig]:
    """Queries side by side in one line for each value of the labels, with headings in order."""
    yield models.DataTransformerConfig(id_val="merge", options={})
    values = field_names(panel.columns)
    headings = dict(zip(values, (column.title for column in panel.columns), strict=True))
    order = {name: number for number, name in enumerate(chain(panel.keys, values))}
    yield models.DataTransformerConfig(
        id_val="organize",
        options={
            "excludeByName": {"Time": True},
            "indexByName": order,
            "renameByName": {**panel.keys, **headings},
        },
    )


def _mapping(names: Names) -> Mapping[str, object]:
    options = {code: {"text": name, "index": n} for n, (code, name) in enumerate(names.items())}
    return {"type": "value", "options": options}


def _cells(column: Column) -> Iterator[models.DynamicConfigValue]:
    yield models.DynamicConfigValue(id_val="noValue", value="–")
    yield models.DynamicConfigValue(id_val="unit", value=column.unit)
    yield models.DynamicConfigValue(id_val="decimals", value=column.decimals)
    if column.limits:
        steps: list[dict[str, object]] = [{"value": None, "color": "text"}]
        steps += [{"value": limit.value, "color": limit.colour} for limit in column.limits]
        thresholds = {"mode": "absolute", "steps": steps}
        yield models.DynamicConfigValue(id_val="thresholds", value=thresholds)
        yield models.DynamicConfigValue(id_val="color", value={"mode": "thresholds"})
        yield models.DynamicConfigValue(id_val="custom.cellOptions", value={"type": "color-text"})
