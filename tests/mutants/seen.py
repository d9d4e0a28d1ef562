"""Makes a module tell which of its statements are entered."""

import ast

TELLS = "__entered__"
"""What the module calls with its name and the line of the statement."""


def telling(tree: ast.Module, module: str) -> ast.Module:
    """The same module, whose functions tell of each statement, and of each lambda, that begins."""
    _Telling(module).visit(tree)
    return ast.fix_missing_locations(tree)


class _Telling(ast.NodeTransformer):
    def __init__(self, module: str) -> None:
        self._module = module
        self._depth = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        node.body.insert(0, self._statement(node))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        self.generic_visit(node)
        node.body = ast.BoolOp(ast.Or(), [self._call(node), node.body])
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            held = getattr(node, name, None)
            if self._depth and isinstance(held, list):
                told = [part for each in held for part in (self._statement(each), each)]
                setattr(node, name, told)
        return node

    def _statement(self, node: ast.stmt) -> ast.stmt:
        return ast.copy_location(ast.Expr(self._call(node)), node)

    def _call(self, node: ast.stmt | ast.Lambda) -> ast.Call:
        where: list[ast.expr] = [
            ast.Tuple([ast.Constant(self._module), ast.Constant(node.lineno)], ast.Load())
        ]
        return ast.Call(ast.Name(TELLS, ast.Load()), where, [])
