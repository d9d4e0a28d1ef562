"""Small faults to put into a module, one at a time: each a mutant of its syntax tree.

What cannot change meaning, or would only break loudly, is left alone: docstrings, annotations,
assertions, imports, names, texts.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """`number` counts the mutants of a module, in the order of its text.

    `name` is that of the innermost function that holds the fault, and `entered` the line whose
    entering shows that it may matter (`seen.py`); 0 outside of all functions.
    """

    number: int
    line: int
    entered: int
    name: str
    was: str
    now: str
    made: Callable[[], ast.Module]

    @property
    def tree(self) -> ast.Module:
        """The module with the fault, to be run once."""
        return self.made()

    @property
    def fault(self) -> str:
        """What is wrong, in words that stay the same when lines move."""
        return f"{self.name}: {self.was}  →  {self.now}"

    def __str__(self) -> str:
        return f"{self.line}: {self.fault}"


def mutants(source: str, every: int = 1, phase: int = 0) -> Iterator[Mutant]:
    """Every n-th mutant of a module, those whose number leaves `phase` when divided by n."""
    tree = ast.parse(source)
    inside = _inside_functions(tree)
    places = [node for node in _places(tree) if hasattr(node, "lineno")]
    number = 0
    for place in places:
        for changed in _changes(place):
            number += 1
            if number % every != phase:
                continue
            entered, name = inside.get(id(place), (0, ""))
            yield Mutant(
                number,
                getattr(place, "lineno", 0),
                entered,
                name,
                _text(place),
                _text(changed),
                partial(_replaced, tree, place, changed),
            )


def _inside_functions(tree: ast.AST) -> dict[int, tuple[int, str]]:
    """Of each node in a function: the line of the innermost statement or lambda, and the name."""
    found: dict[int, tuple[int, str]] = {}

    def walk(node: ast.AST, line: int, name: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            line, name = node.lineno, getattr(node, "name", name or "lambda")
        elif name and isinstance(node, ast.stmt):
            line = node.lineno
        if name:
            found[id(node)] = (line, name)
        for child in ast.iter_child_nodes(node):
            walk(child, line, name)

    walk(tree, 0, "")
    return found


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]


def _places(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes in which a fault may be put, in the order of the text."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _left_alone(child):
                continue
            yield child
            yield from _places(child)


def _left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.If) and _text(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.Assign) and _text(node.targets[0]) in ("__slots__", "__all__"):
        return True
    if isinstance(node, ast.Expr) and _text(node).startswith("super().__init__("):
        return True
    if isinstance(node, ast.Assign) and "Literal[" in _text(node.value):
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """The node, each time with one fault."""
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            compared = copy.deepcopy(node)
            compared.ops[index] = COMPARISONS[type(operator)]()
            yield compared
    elif isinstance(node, ast.BoolOp):
        joined = copy.deepcopy(node)
        joined.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield joined
        yield from node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        computed = copy.deepcopy(node)
        computed.op = OPERATORS[type(node.op)]()
        yield computed
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
        value = not node.value if isinstance(node.value, bool) else node.value + 1
        yield ast.copy_location(ast.Constant(value), node)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    else:
        yield from _steps(node)


def _steps(node: ast.AST) -> Iterator[ast.AST]:
    """A step left out, turned round, or another in its place."""
    if isinstance(node, ast.If):
        if isinstance(node.test, ast.Name | ast.Attribute | ast.Call):
            turned = copy.deepcopy(node)
            turned.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
            yield turned
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in CALLS:
            called = copy.deepcopy(node)
            called.func = ast.copy_location(ast.Name(CALLS[node.func.id], ast.Load()), node.func)
            yield called
    elif isinstance(node, ast.Assign) and node.col_offset > 0:
        # What a class was given before, by the module unhurt, it would keep.
        kept = _text(node.targets[0]).endswith(".watches")
        if isinstance(node.targets[0], ast.Attribute | ast.Subscript | ast.Tuple) and not kept:
            yield ast.copy_location(ast.Pass(), node)
    elif isinstance(node, ast.AugAssign | ast.Continue | ast.Break) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield ast.copy_location(ast.Pass(), node)


def _replaced(tree: ast.Module, place: ast.AST, by: ast.AST) -> ast.Module:
    """A copy of the tree with one node replaced."""
    memo: dict[int, object] = {id(place): copy.deepcopy(by)}
    changed = copy.deepcopy(tree, memo)
    ast.fix_missing_locations(changed)
    return changed
