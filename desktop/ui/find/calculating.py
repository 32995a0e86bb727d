"""Calculates what is typed behind an equals sign: plus, minus, times, divided by, brackets, per cent. Pure."""

import ast
import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException, localcontext

_LONGEST = 120
_DIGITS = 28
_PER_CENT = re.compile(r"(\d)\s*%")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "，": ",", "、": ","})
_ALLOWED = re.compile(r"[\d\s.+\-*/()]+")
_TWO: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def calculated(text: str) -> Decimal | None:
    """Give the value of a sum; ``None`` while it is not one yet, or has no value."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_SIGNS).replace(",", "")
    plain = _PER_CENT.sub(r"\1*0.01", plain).strip()
    if not _ALLOWED.fullmatch(plain) or "**" in plain or "//" in plain:
        return None
    # Python would read numbers as floats; written as texts they stay what was typed.
    quoted = re.sub(r"\d+(?:\.\d*)?|\.\d+", lambda number: f"'{number.group()}'", plain)
    try:
        with localcontext(prec=_DIGITS):
            return _value(ast.parse(quoted, mode="eval").body)
    except (SyntaxError, ValueError, DecimalException, RecursionError):
        return None


def _value(node: ast.expr) -> Decimal:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Decimal(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _value(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in _TWO:
        return _TWO[type(node.op)](_value(node.left), _value(node.right))
    raise ValueError(ast.dump(node))
