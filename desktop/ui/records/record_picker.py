"""A field that names another record: type a few letters, choose with the arrow keys and Enter."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Reads, Row
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.components.text_field import TextField
from desktop.ui.records.found_box import FoundBox
from desktop.ui.records.found_rows import FoundRow, Matches
from sync.contract.values import fold

_MOST = 8
_MARKS = {"account": "company", "contact": "person", "user": "person"}
_SECONDS = {"account": ("segment", "city"), "contact": ("job_title",), "opportunity": ("stage",)}
_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})


class RecordPicker(TextField):
    """Holds the id of a record of one type; ``picked`` gives it, empty when the field was cleared.

    ``within`` limits what is offered, for instance to the people of one customer.
    """

    picked = Signal(str)

    def __init__(self, context: ScreenContext, target: str, within: Sequence[Condition] = ()) -> None:
        super().__init__(context.kit, icon="search")
        self._context = context
        self._target = target
        self._within = tuple(within)
        self._id = ""
        self._title = ""
        self._offered: tuple[str, Sequence[FoundRow]] = ("", ())
        self.box = FoundBox(context.kit, context.shell.host, self)
        self.box.chosen.connect(self._take)
        self._read = context.feed.latest(self, self._offer)
        self.textEdited.connect(self._search)

    def picked_id(self) -> str:
        """Give the id of the named record, empty for none, and while something else is typed."""
        return self._id if self.text() == self._title else ""

    @property
    def typed(self) -> str:
        """What was typed and names nobody yet, empty when a record is named or nothing is."""
        return "" if self.text() == self._title else self.text().strip()

    def set_picked(self, record_id: str, title: str) -> None:
        """Name a record without announcing it."""
        self._id, self._title = record_id, title
        self.set_committed(title)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move through what is offered, choose with Enter, close with Esc."""
        key = Qt.Key(event.key())
        if key in _MOVES:
            if self.box.is_open:
                self.box.move_by_key(int(key))
            else:
                self._search(self.text())
        elif self.box.is_open and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.box.rows.choose()
        elif self.box.is_open and key == Qt.Key.Key_Escape:
            self.box.close_now()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take a cleared field as "none", and a whole name as whoever alone is called so; other text stays."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason or self.text() == self._title:
            return
        if self.text().strip():
            self._take_named()
        elif self._id:
            self.set_picked("", "")
            self.picked.emit("")

    @Slot(str)
    def _search(self, text: str) -> None:
        reads, words = self._context.reads, self._context.words
        target, within, wanted = self._target, self._within, text.strip()
        self._read.ask(lambda: (wanted, _offers(reads, words, target, within, wanted)))

    def _offer(self, answer: tuple[str, Sequence[FoundRow]]) -> None:
        self._offered, rows = answer, answer[1]
        if self.hasFocus():
            self.box.show_rows(rows, self.text(), "" if rows else self._context.t("find.nothing", text=self.text()))
        elif self.typed:
            self._take_named()

    def _take_named(self) -> None:
        text, rows = self._offered
        called = [row for row in rows if fold(row.title) == fold(self.typed)]
        if text == self.typed and len(called) == 1:
            self._take(called[0])

    @Slot(object)
    def _take(self, row: FoundRow) -> None:
        self.set_picked(row.id, row.title)
        self.picked.emit(row.id)


def _offers(
    reads: Reads, words: RecordWords, target: str, within: tuple[Condition, ...], wanted: str
) -> Sequence[FoundRow]:
    title = words.catalogue[target].title[0]
    # Search knows sounds and both scripts, but nothing of what only some may be chosen from.
    found = reads.search(wanted, types=(target,), limit=_MOST) if wanted and not within else ()
    matches: dict[str, Matches | None] = {each.id: each.title_marks for each in found}
    if not found:
        named = (*within, Condition(title, Test.CONTAINS, wanted)) if wanted else within
        matches = dict.fromkeys(reads.ids(Listing(target, named, (Sort(title),), limit=_MOST)))
    return [_row(words, target, each, matches[str(each["id"])]) for each in reads.rows(target, list(matches))]


def _row(words: RecordWords, target: str, record: Row, matches: Matches | None) -> FoundRow:
    title = words.catalogue[target].title[0]
    titles = record["titles"]
    parts = [words.value(target, name, record.get(name)) for name in _SECONDS.get(target, ())]
    second = ", ".join(part for part in (*parts, titles.get("account")) if part)
    mark, name = _MARKS.get(target, "file-text"), str(record.get(title, ""))
    return FoundRow(target, str(record["id"]), name, second, mark=mark, matches=matches)
