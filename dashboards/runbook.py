"""docs/runbook.md as a page that Prometheus serves, so that at once the links of alerts lead there.

Prometheus serves the files of `--web.console.templates` below `/consoles/`, each read as a template
of Go: https://prometheus.io/docs/visualization/consoles/.
"""

import re
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

RUNBOOK = Path(__file__).parents[1] / "docs" / "runbook.md"

PAGE = """\
<!doctype html>
<html lang="en">
<!-- Made from docs/runbook.md by `make dashboards`; do not edit. -->
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Runbook of discharge-flow</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: auto; padding: 1rem }}
h1 {{ margin-top: 3rem }}
h2 {{ margin-top: 2.5rem; border-top: 1px solid #b1b4b6; padding-top: 1rem }}
h2:target {{ background: #fff3bf }}
pre {{ background: #f3f2f1; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere }}
code {{ font-size: .9rem }}
</style>
</head>
<body>
{body}</body>
</html>
"""


def render() -> str:
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(RUNBOOK.read_text(encoding="utf-8"))
    for opening, heading in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", _anchor(heading.content))
        if heading.children is not None:
            heading.children = _with_links_that_lead(heading.children)
    body = markdown.renderer.render(tokens, markdown.options, {})
    return PAGE.format(body=_for_go(body))


def _anchor(heading: str) -> str:
    """As GitHub names it, so that the page and the file have the same links."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


def _with_links_that_lead(children: list[Token]) -> list[Token]:
    """Prometheus serves no other page of ours: their names stay, in words."""
    kept: list[Token] = []
    elsewhere: str | None = None
    for token in children:
        href = str(token.attrGet("href") or "")
        if token.type == "link_open" and not href.startswith(("#", "http")):
            elsewhere = href
        elif token.type == "link_close" and elsewhere is not None:
            kept.append(Token("text", "", 0, content=f", docs/{elsewhere}"))
            elsewhere = None
        else:
            kept.append(token)
    return kept


def _for_go(body: str) -> str:
    return body.replace("{{", '{{ "{{" }}')
