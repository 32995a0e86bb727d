"""Shows what is found while one types in the top bar; Enter opens, Esc goes back to the page."""

import threading

from PySide6.QtCore import QObject, Slot

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.find.rows import Findings, find
from desktop.ui.records.found_box import FoundBox
from desktop.ui.records.found_rows import FoundRow
from desktop.ui.shell.find_field import FindField

_WIDTH = 560


class Finder(QObject):
    """Connects the find field with the search. The text that an input method is still composing is not searched.

    A search ends as soon as another letter is typed.
    """

    def __init__(self, context: ScreenContext, field: FindField) -> None:
        super().__init__(field)
        self._context = context
        self._field = field
        self._wanted = ""
        self._opens_first = False
        self._superseded = threading.Event()
        self.box = FoundBox(context.kit, context.shell.host, field, least_width=_WIDTH)
        self.box.chosen.connect(self._open)
        self._read = context.feed.latest(field, self._show)
        field.textChanged.connect(self._search)
        field.submitted.connect(self._submit)
        field.key_passed_on.connect(self.box.move_by_key)
        field.escaped.connect(self.box.close_now)

    @Slot(str)
    def _search(self, text: str) -> None:
        self._wanted = text.strip()
        self._opens_first = False
        self._superseded.set()
        if not self._wanted:
            self.box.close_now()
            return
        self._superseded = threading.Event()
        context, wanted, stopped = self._context, self._wanted, self._superseded.is_set
        self._read.ask(lambda: find(context.reads, context.words, wanted, stopped))

    def _show(self, findings: Findings) -> None:
        if findings.text != self._wanted or not self._field.hasFocus():
            return
        self.box.show_rows(findings.rows, findings.text, self._note(findings))
        if self._opens_first:
            self._opens_first = False
            self.box.rows.choose()

    def _note(self, findings: Findings) -> str:
        t = self._context.t
        if findings.share < 100:  # noqa: PLR2004 - per cent
            return t("find.still_indexing", share=findings.share)
        if not findings.rows:
            return t("find.nothing", text=findings.text)
        return t("find.found", count=len(findings.rows))

    @Slot(str)
    def _submit(self, text: str) -> None:
        if not text.strip():
            return
        if self.box.is_open:
            self.box.rows.choose()
        else:
            # Enter was faster than the search: open what comes first.
            self._search(text)
            self._opens_first = True

    @Slot(object)
    def _open(self, row: FoundRow) -> None:
        self._field.clear()
        self._context.open_record(row.type, row.id)
