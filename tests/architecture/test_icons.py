"""Every icon that the code names by a literal lies in resources/icons."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import ROOT, all_sources, called_name

# Where an icon's name stands among the positional arguments, by what is called.
_POSITION = {"icon": 0, "pixmap": 0, "IconButton": 1, "EmptyState": 1, "PageSpec": 2}


def _icons(call: ast.Call) -> Iterator[ast.expr]:
    position = _POSITION.get(called_name(call))
    if position is not None and len(call.args) > position:
        yield call.args[position]
    for keyword in call.keywords:
        if keyword.arg == "icon":
            yield keyword.value


def test_icon_named_by_a_literal_exists() -> None:
    known = {file.stem for file in (ROOT / "resources" / "icons").glob("*.svg")}

    missing = [
        f"{source.at(node)} {name.value}"
        for source in all_sources(("desktop",))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        for name in _icons(node)
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value and name.value not in known
    ]

    assert not missing
