"""What may be changed about one expression or statement, so that a test ought to notice.

Each function gives alternatives for a node. An alternative is made of untouched parts: only one change is on at a time.
"""

import ast
import copy
import re
from collections.abc import Iterator

_OPPOSITE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_TWINS = {"any": "all", "all": "any", "min": "max", "max": "min"}
_CHAINED = frozenset({"where", "order_by", "limit", "with_for_update", "distinct", "desc"})
_PLAIN = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.NamedExpr)
_SQL_CHANGES = (
    (r"\bAND\b", "OR"),
    (r"\bOR\b", "AND"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r" > ", " >= "),
    (r" = ", " <> "),
    (r" \+ ", " - "),
    (r" ORDER BY [\w.]+", ""),
    (r"CROSS JOIN", "LEFT JOIN"),
    (r"DO UPDATE SET .*", "DO NOTHING"),
)


def of_expression(node: ast.expr) -> Iterator[ast.expr]:
    """Give alternatives for an expression."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _without_operands(node)
        case ast.UnaryOp(op=ast.Not()):
            yield copy.deepcopy(node.operand)
        case ast.UnaryOp(op=ast.USub()):
            yield copy.deepcopy(node.operand)
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield ast.BinOp(copy.deepcopy(node.left), _ARITHMETIC[type(node.op)](), copy.deepcopy(node.right))
        case ast.Constant():
            yield from _constants(node)
        case ast.Call():
            yield from _calls(node)
        case ast.IfExp(test=test) if isinstance(test, _PLAIN):
            yield ast.IfExp(_not(test), copy.deepcopy(node.body), copy.deepcopy(node.orelse))
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            yield from _filters(node)
        case _:
            return


def of_statement(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Give alternatives for a statement."""
    match node:
        case ast.If(test=test) if isinstance(test, _PLAIN):
            yield [ast.If(_not(test), copy.deepcopy(node.body), copy.deepcopy(node.orelse))]
        case ast.Expr(value=ast.Call()):
            yield [ast.Pass()]
        case ast.Raise() | ast.AugAssign():
            yield [ast.Pass()]
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield [ast.Pass()]
        case ast.Return(value=None):
            yield [ast.Pass()]
        case ast.Return(value=value) if isinstance(value, ast.Call | ast.Name | ast.Attribute | ast.Subscript):
            yield [ast.Return(ast.Constant(None))]
        case ast.Continue():
            yield [ast.Break()]
        case ast.Break():
            yield [ast.Continue()]
        case _:
            return


def of_constant(node: ast.expr) -> Iterator[ast.expr]:
    """Give alternatives for the value of a module's constant: each of its parts changed, or left out."""
    for number, part in enumerate(ast.walk(node)):
        for other in _of_part(part):
            changed = copy.deepcopy(node)
            yield _put(changed, number, other)


def _of_part(part: ast.AST) -> Iterator[ast.AST]:
    match part:
        case ast.Constant(value=str(text)) if " " in text:
            for old, new in _SQL_CHANGES:
                for found in re.finditer(old, text):
                    yield ast.Constant(text[: found.start()] + new + text[found.end() :])
        case ast.Set() if len(part.elts) > 1:
            for at in range(len(part.elts)):
                yield ast.Set(copy.deepcopy([*part.elts[:at], *part.elts[at + 1 :]]))
        case ast.Dict():
            for at in range(len(part.keys)):
                keys, values = list(part.keys), list(part.values)
                del keys[at], values[at]
                yield ast.Dict(copy.deepcopy(keys), copy.deepcopy(values))
        case ast.expr():
            yield from of_expression(part)


def _put(root: ast.expr, number: int, part: ast.AST) -> ast.expr:
    """Put a part in the place of the part with this number, as ``ast.walk`` counts them."""
    if number == 0:
        assert isinstance(part, ast.expr)
        return part
    old = list(ast.walk(root))[number]
    for parent in ast.walk(root):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, part)
            elif isinstance(value, list) and any(each is old for each in value):
                value[:] = [part if each is old else each for each in value]
    return root


def _comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    for at, op in enumerate(node.ops):
        for other in _OPPOSITE[type(op)]:
            changed = copy.deepcopy(node)
            changed.ops[at] = other()
            yield changed


def _without_operands(node: ast.BoolOp) -> Iterator[ast.expr]:
    for at in range(len(node.values)):
        rest = copy.deepcopy([*node.values[:at], *node.values[at + 1 :]])
        yield rest[0] if len(rest) == 1 else ast.BoolOp(copy.copy(node.op), rest)


def _constants(node: ast.Constant) -> Iterator[ast.expr]:
    match node.value:
        case bool(value):
            yield ast.Constant(not value)
        case int(value):
            yield ast.Constant(value + 1)
        case str(value):
            yield ast.Constant(value + "?")
        case _:
            return


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    if isinstance(node.func, ast.Name) and node.func.id in _TWINS:
        changed = copy.deepcopy(node)
        changed.func = ast.Name(_TWINS[node.func.id], ast.Load())
        yield changed
    if isinstance(node.func, ast.Attribute) and node.func.attr in _CHAINED:
        yield copy.deepcopy(node.func.value)
    for at, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            changed = copy.deepcopy(node)
            del changed.keywords[at]
            yield changed


def _filters(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Iterator[ast.expr]:
    for at, one in enumerate(node.generators):
        for which in range(len(one.ifs)):
            changed = copy.deepcopy(node)
            del changed.generators[at].ifs[which]
            yield changed


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), copy.deepcopy(test))
