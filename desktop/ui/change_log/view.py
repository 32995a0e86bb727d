"""The change log page: tabs over a list, what one entry changed beside it, undo and redo in the top bar."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.commands.attention import Discard, Resend
from desktop.domain.views import ActView
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.pane_sizes import PaneSizes
from desktop.ui.bridge.ports import Done
from desktop.ui.bridge.taking_back import TakingBack
from desktop.ui.bridge.writer import Reaction
from desktop.ui.change_log.detail import LogDetail
from desktop.ui.change_log.entries import ALL, REFUSED, TABS, ChangeLog, Ways, read_log
from desktop.ui.change_log.sentences import LogSentences
from desktop.ui.components.button import Button
from desktop.ui.components.choice import Choice
from desktop.ui.components.empty_state import EmptyState
from desktop.ui.components.layouts import column
from desktop.ui.components.list_rows import ListRow
from desktop.ui.components.option import Option
from desktop.ui.components.splitter import Splitter
from desktop.ui.components.surface import Surface
from desktop.ui.components.tab_strip import Tab, TabStrip
from desktop.ui.components.text_field import TextField
from desktop.ui.components.two_line_list import TwoLineList
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Hint, Page, PageState

_TYPES = ("account", "contact", "opportunity", "activity", "task")
_JOURNAL = "journal"
"""Stands in a change for "entries were added, sent or answered"."""
_DETAIL_PX = 380
_FIND_PX = 220


class ChangeLogPage(Page):
    """Everything that changed; both values of every choice stay here too."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        self._words = LogSentences(self.kit.texts, context.words)
        self._back = TakingBack(context)
        self._log = ChangeLog()
        self._make_controls()
        self._make_lists()
        self._lay_out()
        types = frozenset({_JOURNAL, *(record.name for record in context.catalogue)})
        self._watch = context.feed.watch(self, types, self._read, self._take)

    @property
    def can_redo(self) -> bool:
        """Whether something taken back can be done again."""
        return self._log.redoable is not None

    def title(self) -> str:
        """Name the page."""
        return self.kit.t("change_log.title")

    def controls(self) -> Sequence[QWidget]:
        """Offer undo and redo."""
        return [self._undo, self._redo]

    def page_actions(self) -> Sequence[Action]:
        """Offer what may be done about what was not accepted, and the tabs by number."""
        tabs = [
            Action(
                f"change_log.tab.{tab}", f"change_log.tab.{tab}", partial(self.tabs.set_current, tab), "", str(place)
            )
            for place, tab in enumerate(TABS, start=1)
        ]
        if self.tabs.current() == REFUSED:
            return [*tabs, *self._refused_actions()]
        return [*tabs, *self._undo_actions()]

    def hints(self) -> Sequence[Hint]:
        """Explain moving."""
        return [
            Hint("J K", self.kit.t("change_log.hint.move")),
            Hint("Return", self.kit.t("change_log.hint.open")),
            Hint("1–4", self.kit.t("change_log.hint.tabs")),
        ]

    def show_route(self, args: Mapping[str, str]) -> None:
        """Open the tab of a route."""
        if args.get("tab") in TABS:
            self.tabs.set_current(args["tab"])

    def activate(self) -> None:
        """Ask anew: what was not accepted and what was sent changes without a record changing."""
        self._watch.refresh()

    def save_state(self) -> PageState:
        """Keep tab, filter and current entry."""
        return {"tab": self.tabs.current(), "type": self.types.value(), "entry": self.list.current_id()}

    def restore_state(self, state: PageState) -> None:
        """Look the same again."""
        self.types.set_value(str(state.get("type", "")))
        self.tabs.set_current(str(state.get("tab", ALL)))
        self._wanted = str(state.get("entry", ""))
        self._watch.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back once for a key that is held."""
        if event.isAutoRepeat() and event.key() == Qt.Key.Key_U:
            event.accept()
            return
        super().keyPressEvent(event)

    def focus_main(self) -> None:
        """Start in the list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def undo(self) -> None:
        """Take the last act back."""
        self._back.undo()

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back last."""
        self._back.redo()

    def _undo_actions(self) -> list[Action]:
        detail, icon = self.detail, "undo-2"
        can_back, can_back_to, can_again = detail.can_take_back, detail.can_take_back_to, detail.can_do_again
        back, back_to, again = detail.take_back, detail.take_back_to, detail.do_again
        hints = "change_log.hint.take_back", "change_log.hint.back_to", "change_log.hint.redo"
        return [
            Action("change_log.take_back", "change_log.take_back", back, icon, "U", (), can_back, "", hints[0]),
            Action("change_log.back_to", "change_log.back_to", back_to, icon, "Shift+U", (), can_back_to, "", hints[1]),
            Action("change_log.again", "change_log.redo", again, "", "R", (), can_again, "", hints[2]),
        ]

    def _refused_actions(self) -> list[Action]:
        detail = self.detail
        return [
            Action(
                "change_log.resend",
                "change_log.resend",
                detail.resend,
                icon="refresh-cw",
                shortcut="R",
                enabled_when=detail.can_decide,
                hint_key="change_log.hint.resend",
            ),
            Action(
                "change_log.mend",
                "change_log.mend",
                detail.mend,
                icon="pencil",
                shortcut="E",
                enabled_when=detail.can_mend,
                hint_key="change_log.hint.mend",
            ),
            Action(
                "change_log.discard",
                "change_log.discard",
                detail.discard,
                icon="x",
                shortcut="Delete",
                enabled_when=detail.can_decide,
                hint_key="change_log.hint.discard",
            ),
        ]

    def _make_controls(self) -> None:
        kit = self.kit
        self._undo = Button(kit, kit.t("change_log.undo"), icon="undo-2", key="Ctrl+Z")
        self._undo.clicked.connect(self.undo)
        self._redo = Button(kit, kit.t("change_log.redo"), key="Ctrl+Shift+Z")
        self._redo.clicked.connect(self.redo)
        for button in (self._undo, self._redo):
            button.setParent(self)
            button.hide()
        self.tabs = TabStrip(kit, [Tab(tab, kit.t(f"change_log.tab.{tab}")) for tab in TABS], ALL, self.title())
        self.tabs.changed.connect(self._render)
        options = [Option("", kit.t("change_log.types.all"))]
        options += [Option(name, self._context.words.types_name(name)) for name in _TYPES]
        self.types = Choice(kit, options, "", kit.t("change_log.types.name"))
        self.types.changed.connect(self._ask_again)
        self.find_field = TextField(kit, placeholder=kit.t("change_log.find"), icon="search")
        self.find_field.setAccessibleName(kit.t("change_log.find"))
        self.find_field.setFixedWidth(_FIND_PX)
        self.find_field.textChanged.connect(self._render)
        self.tabs.add_trailing(self.types)
        self.tabs.add_trailing(self.find_field)

    def _make_lists(self) -> None:
        kit = self.kit
        self._wanted = ""
        self.list = TwoLineList(kit, self.title(), pad=24)
        self.list.current_changed.connect(self._show)
        self.list.opened.connect(self._open)
        self.detail = LogDetail(self._context, self._words)
        self.detail.resend_wanted.connect(self._resend)
        self.detail.discard_wanted.connect(self._discard)
        self.detail.take_back_wanted.connect(self._take_act_back)
        self.detail.back_to_wanted.connect(self._take_back_to)
        self.detail.again_wanted.connect(self._do_again)
        self.detail.mended.connect(self._decided)
        self._empty = EmptyState(kit, "history", kit.t("change_log.none"), kit.t("change_log.none_hint"))

    def _lay_out(self) -> None:
        left = QWidget()
        self._pages = QStackedLayout(left)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        pane = Surface(self.kit, "surface")
        column(self.detail, gap=0, into=pane)
        split = Splitter(self.kit)
        split.addWidget(left)
        split.addWidget(pane)
        split.setStretchFactor(0, 1)
        PaneSizes(split, self._context.memory, "changes", [2 * _DETAIL_PX, _DETAIL_PX])
        head = Surface(self.kit, "bg")
        column(self.tabs, gap=0, into=head)
        whole = column(head, split, gap=0, into=self)
        whole.setStretch(1, 1)

    def _read(self) -> ChangeLog:
        return read_log(self._context.reads, self.types.value())

    def _take(self, log: ChangeLog) -> None:
        self._log = log
        number = self.kit.texts.number
        self.tabs.set_count(REFUSED, number(len(log.refused)) if log.refused else "")
        for button, act in ((self._undo, log.undoable), (self._redo, log.redoable)):
            button.setEnabled(act is not None)
            button.set_reason(self.kit.t(act.label, **act.label_values) if act else self.kit.t("change_log.nothing"))
        self._render()

    @Slot()
    def _render(self) -> None:
        rows = self._rows()
        self.list.set_rows(rows)
        self._pages.setCurrentIndex(0 if rows else 1)
        self._say_empty()
        if self._wanted and self.list.set_current(self._wanted):
            self._wanted = ""
        if rows and not self.list.has_current():
            self.list.step(0)
        self._show(self.list.current_id())

    def _rows(self) -> list[ListRow]:
        if self.tabs.current() == REFUSED:
            decisions = self._log.decisions(self.types.value())
            return [row for row in map(self._words.refused_row, decisions) if self._is_found(row)]
        rows: list[ListRow] = []
        day = ""
        for act in self._log.of_tab(self.tabs.current()):
            row = self._words.act_row(act)
            if not self._is_found(row):
                continue
            if self._words.day(act.at) != day:
                day = self._words.day(act.at)
                rows.append(ListRow(f"day:{act.at}", day, is_heading=True))
            rows.append(row)
        return rows

    def _is_found(self, row: ListRow) -> bool:
        wanted = self.find_field.text().strip().casefold()
        return not wanted or wanted in row.sentence().casefold()

    def _say_empty(self) -> None:
        if self.find_field.text().strip() or self.types.value():
            self._empty.set_text(self.kit.t("change_log.no_match"), self.kit.t("change_log.no_match_hint"))
        elif self.tabs.current() == REFUSED:
            self._empty.set_text(self.kit.t("change_log.refused.none"), self.kit.t("change_log.refused.none_hint"))
        else:
            self._empty.set_text(self.kit.t("change_log.none"), self.kit.t("change_log.none_hint"))

    @Slot(str)
    def _show(self, entry: str) -> None:
        act = self._log.act(entry) if self.tabs.current() != REFUSED else None
        refused = self._log.refusal(entry) if self.tabs.current() == REFUSED else None
        if act is not None:
            self.detail.show_act(act, self._ways(act))
        elif refused is not None:
            self.detail.show_refused(refused, self._log.with_it(refused.id))
        else:
            self.detail.clear()
        self.changed.emit()

    @Slot(str)
    def _open(self, entry: str) -> None:
        act, refused = self._log.act(entry), self._log.refusal(entry)
        if act is not None:
            self._context.open_record(act.changes[0].type, act.changes[0].record)
        elif refused is not None:
            self._context.open_record(refused.type, refused.record)

    @Slot()
    def _ask_again(self) -> None:
        self._watch.refresh()

    @Slot(str)
    def _take_act_back(self, entry: str) -> None:
        act = self._log.act(entry)
        if act is not None:
            self._back.undo_act(act.id, self._words.act(act))

    def _ways(self, act: ActView) -> Ways:
        ways = self._log.ways(act)
        # Nobody takes back what the words in the field keep from sight.
        is_narrowed = bool(self.find_field.text().strip())
        return replace(ways, back=ways.back[-1:]) if is_narrowed else ways

    @Slot(str)
    def _take_back_to(self, entry: str) -> None:
        act = self._log.act(entry)
        if act is not None:
            self._back.undo_acts(self._ways(act).back)

    @Slot(str)
    def _do_again(self, entry: str) -> None:
        act = self._log.act(entry)
        if act is not None:
            self._back.redo_act(self._log.ways(act).again, self._words.done(act))

    @Slot(str)
    def _resend(self, mutation: str) -> None:
        self._context.writer.run(Resend(mutation), Reaction(done=self._decided))

    @Slot(str)
    def _discard(self, mutation: str) -> None:
        self._context.writer.run(Discard(mutation), Reaction(done=self._decided))

    @Slot(object)
    def _decided(self, _done: Done) -> None:
        self._watch.refresh()
