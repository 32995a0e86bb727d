"""The one place that writes to the terminal: JSON documents, plain tables, sentences."""

import json
import unicodedata
from collections.abc import Sequence
from typing import TextIO

MAX_CELL = 48
"""Columns of a table cell; longer texts end in an ellipsis. JSON has them whole."""


class UnwrittenError(Exception):
    """What was asked for is done, and its result could not be written; the cause is the error of the file."""


class Output:
    """Results go to ``out``, sentences about what went wrong to ``err``."""

    def __init__(self, out: TextIO, err: TextIO, *, as_json: bool = False) -> None:
        """With ``as_json`` tables and sentences about success stay silent, so that one document is all there is."""
        self._out = out
        self._err = err
        self.as_json = as_json

    def document(self, document: object) -> None:
        """Write the JSON document of this call, if JSON was asked for."""
        if self.as_json:
            self._line(json.dumps(document, ensure_ascii=False, indent=2))

    def say(self, sentence: str) -> None:
        """Write a sentence for a person."""
        if not self.as_json:
            self._line(sentence)

    def plain(self, text: str) -> None:
        """Write text that is the result itself, such as an id."""
        self._line(text)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write rows as aligned columns, if no JSON was asked for."""
        if self.as_json:
            return
        cells = [list(map(_cell, row)) for row in ((head, *rows) if any(head) else rows)]
        widths = [max(_width(row[column]) for row in cells) for column in range(len(head))]
        for row in cells:
            padded = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
            self._line("  ".join(padded).rstrip())

    def complain(self, sentence: str) -> None:
        """Write a sentence about what was refused or went wrong."""
        print(sentence, file=self._err, flush=True)

    def _line(self, text: str) -> None:
        try:
            print(text, file=self._out, flush=True)
        except BrokenPipeError:
            raise
        except OSError as failed:
            raise UnwrittenError from failed


def _cell(text: str) -> str:
    line = " ".join(text.split())
    if _width(line) <= MAX_CELL:
        return line
    while _width(line) >= MAX_CELL:
        line = line[:-1]
    return line + "…"


def _width(text: str) -> int:
    """Count the columns that a text takes: Chinese characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )
