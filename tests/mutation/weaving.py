"""Weaves every change of a module into one piece of code, each behind a switch, so that it is compiled only once.

``weave`` gives the woven module and the list of changes. Not changed: what runs while a module is imported (defaults,
decorators, classes, ``__all__``) but for its constants, texts for the log, patterns of ``match``, annotations and
f-strings.
"""

import ast
import copy
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from tests.mutation import changes

SWITCH = "_mutation_switch_"
_MUCH = 60
_AROUND = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One small change. ``name`` says where and what, and stays as long as the code around it does.

    ``constant`` is the module's constant that gets another value while the change is on, ``value`` is that value.
    """

    number: int
    name: str
    line: int
    constant: str = ""
    value: ast.Expression | None = None


@dataclass(slots=True)
class Woven:
    """A module with all changes in it; ``readers`` has, for each name, the changes of the functions that read it."""

    tree: ast.Module
    changes: list[Change] = field(default_factory=list)
    readers: dict[str, set[int]] = field(default_factory=dict)


def weave(file: Path) -> Woven:
    """Read a module and weave all changes into it."""
    weaver = _Weaver(ast.parse(file.read_text()))
    return weaver.weave()


class _Weaver(ast.NodeTransformer):
    def __init__(self, tree: ast.Module) -> None:
        self._woven = Woven(tree)
        self._names: Counter[str] = Counter()
        self._place: list[str] = []
        self._inside = False

    def weave(self) -> Woven:
        tree = self._woven.tree
        for node in tree.body:
            self._weave_constant(node)
        tree.body = [cast(ast.stmt, self.visit(each)) for each in tree.body]
        ast.fix_missing_locations(tree)
        return self._woven

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and self._inside:
            return self._expression(node)
        if isinstance(node, ast.stmt) and self._inside and not isinstance(node, ast.FunctionDef):
            return self._statement(node)
        return self._structure(node)

    # ------------------------------------------------------------------------------------------ what is left alone

    def _structure(self, node: ast.AST) -> ast.AST:
        match node:
            case ast.FunctionDef():
                return self._function(node)
            case ast.ClassDef():
                self._place.append(node.name)
                node.body = [
                    cast(ast.stmt, self.visit(each)) if isinstance(each, ast.FunctionDef) else each
                    for each in node.body
                ]
                self._place.pop()
                return node
            case ast.match_case():
                node.guard = None if node.guard is None else self._visited(node.guard)
                node.body = [self._statement(each) for each in node.body]
                return node
            case ast.stmt():
                return node
            case _:
                return super().generic_visit(node)

    def _function(self, node: ast.FunctionDef) -> ast.AST:
        self._place.append(node.name)
        outside, self._inside = self._inside, True
        first = len(self._woven.changes)
        docstring = node.body[:1] if ast.get_docstring(node) is not None else []
        node.body = [*docstring, *(self._statement(each) for each in node.body[len(docstring) :])]
        mine = {each.number for each in self._woven.changes[first:]}
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                self._woven.readers.setdefault(each.id, set()).update(mine)
        self._inside = outside
        self._place.pop()
        return node

    # ------------------------------------------------------------------------------------------ what is changed

    def _weave_constant(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                return
        if name == "__all__":
            return
        self._place.append(name)
        for other in changes.of_constant(value):
            changed = ast.Expression(ast.copy_location(other, value))
            ast.fix_missing_locations(changed)
            self._add(value, other, constant=name, changed=changed)
        self._place.pop()

    def _expression(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.JoinedStr | ast.Slice | ast.Starred) or _is_stored(node) or _says_something(node):
            return node if isinstance(node, ast.JoinedStr) or _says_something(node) else self._visited_inside(node)
        untouched = copy.deepcopy(node)
        woven: ast.expr = self._refusal(node) if _is_refusal(node) else self._visited_inside(node)
        for other in changes.of_expression(untouched):
            woven = ast.IfExp(self._switch(untouched, other), other, woven)
        return ast.copy_location(woven, untouched)

    def _statement(self, node: ast.stmt) -> ast.stmt:
        if isinstance(node, ast.FunctionDef):
            return node
        untouched = copy.deepcopy(node)
        if isinstance(node, ast.AnnAssign):
            node.value = None if node.value is None else self._visited(node.value)
            woven: ast.stmt = node
        else:
            visited = super().generic_visit(node)
            assert isinstance(visited, ast.stmt)
            woven = visited
        if _says_something(getattr(node, "value", None)):
            return untouched
        for others in changes.of_statement(untouched):
            woven = ast.If(self._switch(untouched, others[0]), others, [woven])
        return ast.copy_location(woven, untouched)

    def _refusal(self, node: ast.expr) -> ast.expr:
        """Leave out what a refusal says to programmers; its code and its data are for people."""
        assert isinstance(node, ast.Call)
        said, node.args = node.args[1:], node.args[:1]
        visited = self._visited_inside(node)
        node.args += said
        return visited

    def _visited(self, node: ast.expr) -> ast.expr:
        visited = self.visit(node)
        assert isinstance(visited, ast.expr)
        return visited

    def _visited_inside(self, node: ast.expr) -> ast.expr:
        visited = super().generic_visit(node)
        assert isinstance(visited, ast.expr)
        return visited

    def _switch(self, node: ast.AST, other: ast.AST) -> ast.expr:
        number = self._add(node, other)
        return ast.Call(ast.Name(SWITCH, ast.Load()), [ast.Constant(number)], [])

    def _add(self, node: ast.AST, other: ast.AST, *, constant: str = "", changed: ast.Expression | None = None) -> int:
        ast.fix_missing_locations(other)
        name = f"{'.'.join(self._place)}: {_told(_text(node), _text(other))}"
        self._names[name] += 1
        if self._names[name] > 1:
            name += f" #{self._names[name]}"
        number = len(self._woven.changes)
        self._woven.changes.append(Change(number, name, getattr(node, "lineno", 0), constant, changed))
        return number


def _is_stored(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _is_refusal(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "AppError"


def _says_something(node: ast.AST | None) -> bool:
    """Tell whether this only writes into the program's log."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    )


def _told(before: str, after: str) -> str:
    """Tell what becomes of a text; of a long one only where the two differ."""
    start = _alike(before, after)
    if start > _MUCH:
        start -= _AROUND
        end = _alike(before[start:][::-1], after[start:][::-1])
        before, after = (f"...{each[start : len(each) - max(end - _AROUND, 0)]}" for each in (before, after))
    return f"{before} -> {after}"


def _alike(one: str, other: str) -> int:
    """Count the characters with which both begin."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Pass):
        return "nothing"
    return " ".join(ast.unparse(node).split())
