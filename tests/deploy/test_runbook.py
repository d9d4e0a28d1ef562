"""docs/runbook.md: an entry for every alert, which says all that it must, of what there is.

That its commands run is shown on the stack: test_stack.py.
"""

import re

import pytest

from tests.deploy.runbook import entries, queries
from tests.prometheus.promql import selectors
from tests.prometheus.rules import alerts, labels_of


def test_every_alert_has_an_entry_and_no_other_has_one() -> None:
    assert set(entries()) - {"Where to begin"} == set(alerts())


@pytest.mark.parametrize("name", [name for name in entries() if name != "Where to begin"])
def test_an_entry_says_what_it_means_whom_it_concerns_and_what_to_do(name: str) -> None:
    said = re.findall(r"(?m)^\*\*(.+?)\.\*\*", entries()[name])

    assert said in (["Means", "Affected", "Look", "Do"], ["Means", "Affected, look", "Do"])
    assert "```sh" in entries()[name]


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_a_query_names_figures_and_labels_that_exist(query: str) -> None:
    asked = selectors(query)
    assert asked
    for selector in asked:
        if selector.metric.startswith("process_"):
            continue  # of the client library
        named = {matcher.label for matcher in selector.matchers}
        assert named <= labels_of(selector.metric), selector
