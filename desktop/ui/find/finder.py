"""Opens the palette, answers what is typed into it, and does or shows what is chosen there."""

import threading
from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.live_feed import LatestRead
from desktop.ui.components.toast import Toast
from desktop.ui.find.commands import commands_of
from desktop.ui.find.palette import Palette
from desktop.ui.find.recent import Recent
from desktop.ui.find.row_acts import CALL, ROW_ACT, RowActs
from desktop.ui.find.rows import ACTION, SUM, Findings, Looking, Place
from desktop.ui.find.wanted import Kind, read_wanted
from desktop.ui.records.found_rows import FoundRow
from desktop.ui.shell.window import ShellWindow


class Finder(QObject):
    """Finding, going and doing from one line. Letters that an input method is still composing are looked for by sound.

    A search ends as soon as another letter is typed.
    """

    def __init__(self, context: ScreenContext, window: ShellWindow) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._recent = Recent(context.memory)
        self._superseded = threading.Event()
        self._wanted = ""
        self._takes_first = False
        self._palette: Palette | None = None
        self._looking: Looking | None = None
        self._read: LatestRead[Findings] | None = None
        self._acts_of: FoundRow | None = None
        self._found: Findings | None = None
        self.acts = RowActs(context)
        window.find_wanted.connect(self.open)
        window.page_changed.connect(self._note_place)

    @property
    def palette(self) -> Palette | None:
        """The palette while it is open."""
        return self._palette

    @Slot(str)
    def open(self, text: str = "") -> None:
        """Open the palette over the page, with a first letter if there is one."""
        if self._palette is not None:
            return
        context = self._context
        place = Place(commands_of(context.kit, self._window.active_actions()), self._recent.keys())
        self._looking = Looking(context.reads, context.words, place, context.t)
        palette = self._palette = Palette(context.kit, context.shell.host)
        self._read = context.feed.latest(palette, self._show)
        palette.typed.connect(self._search)
        palette.chosen.connect(self._choose)
        palette.second_chosen.connect(self._choose_second)
        palette.acts_wanted.connect(self._show_acts)
        palette.acts_left.connect(self._leave_acts)
        palette.submitted_early.connect(self._take_first)
        palette.closed.connect(self._forget)
        palette.open()
        palette.field.setText(text)
        if not text:
            self._search("")

    @Slot(str)
    def _search(self, text: str) -> None:
        self._superseded.set()
        looking, read = self._looking, self._read
        if looking is None or read is None:
            return
        self._wanted, self._takes_first, self._acts_of = text, False, None
        self._superseded = threading.Event()
        wanted, stopped = read_wanted(text), self._superseded.is_set
        read.ask(lambda: looking.look(text, wanted, stopped))

    def _show(self, findings: Findings) -> None:
        palette = self._palette
        if palette is None or self._acts_of is not None or findings.text != self._wanted:
            return
        self._show_found(palette, findings)
        if self._takes_first:
            self._takes_first = False
            palette.rows.choose()

    def _show_found(self, palette: Palette, findings: Findings, back_to: FoundRow | None = None) -> None:
        self._found = findings
        rows = [replace(row, hints=self.acts.hints()) if row.opens is not None else row for row in findings.rows]
        palette.show_rows(rows, read_wanted(findings.text).text, self._note(findings), back_to)

    def _note(self, findings: Findings) -> str:
        t, wanted = self._context.t, read_wanted(findings.text)
        if findings.share < 100:  # noqa: PLR2004 - per cent
            return t("find.still_indexing", share=findings.share)
        if not wanted.text or wanted.kind is Kind.SUM:
            return ""
        return t("find.found", count=len(findings.rows)) if findings.rows else t("find.nothing")

    @Slot()
    def _take_first(self) -> None:
        """Enter was faster than the search: take what comes first."""
        self._takes_first = bool(self._wanted.strip())

    @Slot()
    def _show_acts(self) -> None:
        """Show all that can be done with the current row; where it is no record, all that can be done."""
        palette = self._palette
        if palette is None or self._acts_of is not None or not palette.is_answered:
            return
        row = palette.rows.current
        acts = self.acts.rows(row) if row is not None else ()
        if row is None or not acts:
            palette.field.setText(Kind.ACTIONS.value)
            return
        # An answer that is still under way must not take their place.
        self._superseded.set()
        self._acts_of, self._takes_first = row, False
        palette.show_acts(acts)

    @Slot()
    def _leave_acts(self) -> None:
        """Show again what was found, with the same record current; at once, so that Enter opens it."""
        left = self._acts_of
        if left is not None and self._found is not None and self._palette is not None:
            self._acts_of = None
            self._show_found(self._palette, self._found, left)

    @Slot(object)
    def _choose_second(self, row: FoundRow) -> None:
        # Among the acts of a record the key stands beside calling, whichever of them is current.
        about = self._acts_of if row.type == ROW_ACT else row
        if about is not None and about.opens is not None:
            self.acts.do(CALL, about)
        else:
            self._choose(row)

    @Slot(object)
    def _choose(self, row: FoundRow) -> None:
        if row.type == ROW_ACT and self._acts_of is not None:
            self.acts.do(row.id, self._acts_of)
        elif row.type == ACTION:
            self._window.run_action(row.id)
        elif row.type == SUM:
            QGuiApplication.clipboard().setText(row.id.replace(",", ""))
            self._context.shell.toast(Toast(self._context.t("find.copied", value=row.id)))
        elif row.opens is not None:
            self._context.open_record(*row.opens)

    @Slot()
    def _forget(self) -> None:
        self._superseded.set()
        self._palette = self._looking = self._read = self._found = None

    @Slot()
    def _note_place(self) -> None:
        if self._window.route is not None:
            self._recent.note(self._window.route)
