"""What the pages written by hand claim: links, commands, make targets, settings, tests, output.

`python -m tests.docs.pages` writes the output of checked blocks anew: a block of `console` after
the line `<!-- checked -->` whose commands give the same output everywhere.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/dashboards.md",
    "docs/design.md",
    "docs/guarantees.md",
    "docs/journey.md",
    "docs/mutants.md",
    "docs/operating.md",
)
"""Written by hand, or with words that were; others are generated or have tests of their own."""

_FENCED = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
_CHECKED = re.compile(r"^<!-- checked -->\n```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACEHOLDERS = re.compile(r"\[?\b[A-Z][A-Z_|]+\b\]?|…")
"""In a command line: `flow person REF`. It stands for something that people put there."""


@dataclass(frozen=True)
class Page:
    """One page; `prose` is its text without fenced blocks."""

    name: str
    text: str

    @property
    def prose(self) -> str:
        return _FENCED.sub("", self.text)

    @property
    def folder(self) -> Path:
        return (ROOT / self.name).parent

    def links(self) -> list[str]:
        """Targets of links that do not lead out of the repository."""
        return [link for link in _LINK.findall(self.prose) if "://" not in link]

    def inline_code(self) -> list[str]:
        return _CODE.findall(self.prose)

    def commands(self) -> Iterator[list[str]]:
        """Every `flow …` that is shown, split into words, placeholders left out."""
        for text in (*self._shown_lines(), *self.inline_code()):
            for words in _simple_commands(text):
                while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                    del words[0]
                if words and words[0] == "flow":
                    yield [word for word in words[1:] if not PLACEHOLDERS.fullmatch(word)]

    def _shown_lines(self) -> Iterator[str]:
        for kind, block in _FENCED.findall(self.text):
            for line in block.splitlines():
                if kind == "sh":
                    yield line
                elif kind == "console" and line.startswith("$ "):
                    yield line.removeprefix("$ ")

    def make_targets(self) -> set[str]:
        shown = [*self._shown_lines(), *self.inline_code()]
        return {target for text in shown for target in _TARGET.findall(text)}

    def settings(self) -> set[str]:
        return set(re.findall(r"\bFLOW_[A-Z_]*[A-Z]\b", self.text))


def _simple_commands(line: str) -> Iterator[list[str]]:
    """The words of each command of a pipeline; none where it is no shell (code of another kind)."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|;&")
    lexer.whitespace_split = True
    words: list[str] = []
    try:
        for word in lexer:
            if set(word) <= set("|;&"):
                yield words
                words = []
            else:
                words.append(word)
    except ValueError:  # a quotation without its end
        return
    yield words


def page(name: str) -> Page:
    return Page(name, (ROOT / name).read_text(encoding="utf-8"))


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", _FENCED.sub("", text), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
        found.add(plain.strip().replace(" ", "-"))
    return found


def checked_blocks(text: str) -> list[str]:
    """The content of each checked block, commands and output."""
    return _CHECKED.findall(text)


def fresh_block(block: str) -> str:
    """The same commands with the output that they have now."""
    lines = []
    for line in block.splitlines():
        if line.startswith("$ "):
            lines += [line, *_output(line.removeprefix("$ ")).splitlines()]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _output(command: str) -> str:
    """What a command line writes to stdout, with the `flow` of this interpreter."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {name for name in os.environ if name.startswith("FLOW_")}
    environment = {name: text for name, text in os.environ.items() if name not in settings}
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env={**environment, "PATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.stdout


def write() -> None:
    """Put fresh output into every checked block."""
    for name in PAGES:
        text = page(name).text
        fresh = _CHECKED.sub(lambda found: found[0].replace(found[1], fresh_block(found[1])), text)
        if fresh != text:
            (ROOT / name).write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    write()
