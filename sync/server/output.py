"""The one place where roundsman-server prints: results to stdout, refusals to stderr."""

import json
import sys
from collections.abc import Sequence
from typing import Any


def say(text: str) -> None:
    """Print one line of a result at once, so that a waiting program sees it."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print one line of a refusal as a sentence; what is raised inside the program is written as a part of one."""
    begun = text[:1].upper() + text[1:]
    print(begun if begun.endswith((".", "!", "?")) else f"{begun}.", file=sys.stderr, flush=True)


def show_json(document: Any) -> None:  # noqa: ANN401 - any JSON document
    """Print one JSON document."""
    print(json.dumps(document, ensure_ascii=False, indent=2), flush=True)


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns under their headings."""
    lines = [headings, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(headings))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip(), flush=True)
