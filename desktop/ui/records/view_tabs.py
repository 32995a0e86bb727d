"""The views of a list as tabs: those that it comes with, this user's own, and the team's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.commands.records import AddRecord, DeleteRecord, SetFields
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Done
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.button import Button
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import column
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.components.tab_strip import Tab, TabStrip
from desktop.ui.components.toast import Toast
from desktop.ui.records.asking import query_reader, read_question
from desktop.ui.records.filter_bar import FILTER
from desktop.ui.records.filters import Filters
from desktop.ui.records.list_pane import ListPane
from desktop.ui.records.name_box import NameBox
from desktop.ui.records.view_state import ViewState, kept_columns, kept_sort, kept_values
from sync.contract.errors import AppError
from sync.contract.fields import Value
from sync.contract.rules import may_write

OWN, TEAM = "saved_view", "team_view"
_LEFT, _RIGHT = -1, 1
_NAME = "view-name"
"""Begins the name of the draft of a view's name; the type of its list, or the view, follows."""


@dataclass(frozen=True, slots=True)
class FixedView:
    """A view that a list comes with. ``question`` gives what always holds on it, and its order; ``said`` is the former.

    A view that is saved from it begins with those words.
    """

    key: str
    title: str
    question: Callable[[], Listing]
    said: str = ""


@dataclass(frozen=True, slots=True)
class KeptView:
    """A view that somebody saved; ``problem`` is why its question cannot be read."""

    key: str
    type: str
    name: str
    state: ViewState
    position: float
    problem: AppError | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    views: tuple[KeptView, ...]
    counts: dict[str, int]


class ViewTabs(QWidget):
    """One tab is open. What is changed on it stays until it is saved or reset, also while other tabs are looked at.

    Where somebody saved the view meanwhile, that is said beside Save and Reset. A view whose question cannot be read
    is never saved over.

    ``further`` gives what else the menu offers.
    """

    opened = Signal(str)

    def __init__(self, context: ScreenContext, pane: ListPane, fixed: Sequence[FixedView]) -> None:
        super().__init__()
        self._context = context
        self._pane = pane
        self._type = pane.record_type
        self._fixed = {each.key: each for each in fixed}
        self._kept: dict[str, KeptView] = {}
        self._drafts: dict[str, ViewState] = {}
        self._saved_anew: set[str] = set()
        self._open = fixed[0].key
        self._wanted = ""
        self._just_saved = ""
        self._begun = ""
        self._shown: list[tuple[str, str]] = []
        self.further: Callable[[], Sequence[MenuItem]] = tuple
        self.menu: Menu | None = None
        self.box: NameBox | None = None
        kit = context.kit
        self.strip = TabStrip(kit, self._tabs({}), self._open, kit.t("customers.view.name"))
        self.add_button = IconButton(kit, "plus", kit.t("lists.view.add"))
        self.more_button = IconButton(kit, "ellipsis", kit.t("lists.view.more"))
        self._note = Label(kit, kit.t("lists.view.changed"), "small", "muted")
        self.save_button = Button(kit, kit.t("lists.view.save"), "ghost").set_small()
        self.reset_button = Button(kit, kit.t("lists.view.reset"), "ghost").set_small()
        self.strip.add_after_tabs(self.add_button)
        for each in (self._note, self.save_button, self.reset_button, self.more_button):
            self.strip.add_trailing(each)
        column(self.strip, gap=0, into=self)
        self.add_button.clicked.connect(self.save_as)
        self.more_button.clicked.connect(self.show_menu)
        self.save_button.clicked.connect(self.save)
        self.reset_button.clicked.connect(self.reset)
        self.strip.changed.connect(self._on_tab)
        pane.question_changed.connect(self._show_changed)
        context.feed.watch(self, {OWN, TEAM, self._type, "user"}, self._read, self._show)
        self._show_changed()

    def current(self) -> str:
        """Give the key of the open view."""
        return self._open

    def title(self) -> str:
        """Give the name of the open view."""
        return self._title(self._open)

    def view_keys(self) -> list[str]:
        """Give the keys of all views in their order."""
        return [*self._fixed, *self._kept]

    def set_current(self, key: str) -> None:
        """Open a view, now or when it is here."""
        if key in self._fixed or key in self._kept:
            self._wanted = ""
            self.strip.set_current(key)
        else:
            self._wanted = key

    def open_number(self, number: int) -> None:
        """Open a view by its place, from 1; nothing happens where there is none."""
        keys = self.view_keys()
        if 0 < number <= len(keys):
            self.set_current(keys[number - 1])

    def has_number(self, number: int) -> bool:
        """Tell whether there are so many views; fits ``Action.enabled_when``."""
        return number <= len(self._fixed) + len(self._kept)

    def ask_again(self) -> None:
        """Ask the open view's question anew, for instance because another day has begun."""
        self._pane.show_view(self._base(), self._pane.view_state())

    def save_state(self) -> dict[str, Any]:
        """Give which view is open, and how it is looked at, as JSON values."""
        return {"view": self._open, **self._pane.save_state()}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Look as it did; a view that somebody saved opens when it is here."""
        key, sort = str(state.get("view", "")), state.get("sort") or ()
        if key and "filters" in state:
            filters = Filters.of_plain(state["filters"])
            order = tuple(Sort(name, descending) for name, descending in sort)
            self._drafts[key] = ViewState(filters, order, tuple(state.get("columns") or ()))
        if key == self._open:
            self._pane.show_view(self._base(), self._drafts.get(key, self._saved()))
            self._show_changed()
        else:
            self.set_current(key)
        self._pane.select(str(state.get("current") or ""))

    def reopen(self, form: str) -> bool:
        """Go on, once the view is here, with the name or filter that was being typed; tells whether it is one."""
        is_own = form.partition(" ")[0] in {_NAME, FILTER}
        if is_own:
            self._begun = form
            # What stands beside a tab or chip finds its place when the window has been laid out.
            QTimer.singleShot(0, self, self._go_on)
        return is_own

    @property
    def note(self) -> str:
        """What stands before Save and Reset, empty while nothing is changed."""
        return self._note.text() if not self._note.isHidden() else ""

    @property
    def is_changed(self) -> bool:
        """Whether the open view is looked at in another way than it was saved."""
        return self._text(self._pane.view_state()) != self._text(self._saved())

    @property
    def has_drafts(self) -> bool:
        """Whether another view than the open one is changed; ``save_state`` does not give those."""
        return any(key in self._drafts for key in self.view_keys() if key != self._open)

    @Slot()
    def save(self) -> None:
        """Keep the present filters, order and columns; a view that comes with the list becomes a new one."""
        kept = self._kept.get(self._open)
        # What a question that cannot be read here means to others must not go with the filters that stand for it.
        is_ours = kept is not None and kept.problem is None
        if kept is None or not is_ours or not may_write(self._context.catalogue[kept.type], self._context.session.role):
            self.save_as()
            return
        values = self._text(self._pane.view_state())
        self._context.writer.run(SetFields(kept.type, kept.key, values), Reaction(done=self._forget_draft))

    @Slot()
    def reset(self) -> None:
        """Look at the open view as it was saved."""
        self._drafts.pop(self._open, None)
        self._pane.show_view(self._base(), self._saved())
        self._show_changed()

    @Slot()
    def save_as(self) -> None:
        """Ask for a name, and keep what is shown as a new view."""
        self._context.drafts.drop(f"{_NAME} {self._type}")
        self._ask_name()

    def _ask_name(self) -> None:
        context = self._context
        can_share = may_write(context.catalogue[TEAM], context.session.role)
        self.box = NameBox(context, context.t("lists.view.add"), f"{_NAME} {self._type}", can_share=can_share)
        self.box.named.connect(self._add)
        self.box.open_at(self.add_button)

    @Slot()
    def show_menu(self) -> None:
        """Offer every view, and what can be done with the open one."""
        context, kept = self._context, self._kept.get(self._open)
        t = context.t
        items = [
            MenuItem(self._title(key), partial(self.set_current, key), checked=key == self._open)
            for key in self.view_keys()
        ]
        items += [MenuItem(), MenuItem(t("lists.view.add"), self.save_as, "plus")]
        if kept is not None and may_write(context.catalogue[kept.type], context.session.role):
            items += [
                MenuItem(t("lists.view.rename"), self.rename, "pencil"),
                MenuItem(t("lists.view.left"), partial(self.shift, _LEFT)),
                MenuItem(t("lists.view.right"), partial(self.shift, _RIGHT)),
                MenuItem(t("lists.view.remove"), self.remove, "trash-2"),
            ]
        further = self.further()
        if further:
            items += [MenuItem(), *further]
        self.menu = Menu(context.kit, context.shell.host, items, t("lists.view.more"))
        self.menu.open_at(self.more_button, at_right=True)

    def rename(self) -> None:
        """Ask for another name of the open view."""
        kept = self._kept.get(self._open)
        if kept is None:
            return
        self._context.drafts.drop(f"{_NAME} {kept.key}")
        self._ask_other_name(kept)

    def _ask_other_name(self, kept: KeptView) -> None:
        draft = f"{_NAME} {kept.key}"
        self.box = NameBox(self._context, self._context.t("lists.view.rename"), draft, kept.name)
        self.box.named.connect(self._rename)
        self.box.open_at(self.more_button, at_right=True)

    def remove(self) -> None:
        """Take the open view away; undo brings it back."""
        kept = self._kept.get(self._open)
        if kept is not None:
            self._context.writer.run(DeleteRecord(kept.type, kept.key))

    def shift(self, by: int) -> None:
        """Move the open view among those of its kind."""
        kept = self._kept.get(self._open)
        if kept is None:
            return
        row = [each for each in self._kept.values() if each.type == kept.type]
        place = row.index(kept) + by
        if not 0 <= place < len(row):
            return
        beyond = row[place + by].position if 0 <= place + by < len(row) else row[place].position + 2 * by
        position = (row[place].position + beyond) / 2
        self._context.writer.run(SetFields(kept.type, kept.key, {"position": position}), Reaction(quiet=True))

    def _read(self) -> _Answer:
        reads, catalogue = self._context.reads, self._context.catalogue
        of_list = Condition("record_type", Test.EQ, self._type)
        mine = Condition("owner", Test.EQ, self._context.session.user)
        order = (Sort("position"), Sort("name"))
        found: list[KeptView] = []
        for each, where in ((OWN, (of_list, mine)), (TEAM, (of_list,))):
            rows = reads.rows(each, reads.ids(Listing(each, where, order)))
            found += [self._kept_view(each, row) for row in rows]
        counts = {key: reads.count(view.question()) for key, view in self._fixed.items()}
        known = catalogue[self._type]
        for view in found:
            if view.problem is None:
                counts[view.key] = reads.count(Listing(known.name, view.state.filters.where))
        return _Answer(tuple(found), counts)

    def _kept_view(self, kind: str, row: dict[str, object]) -> KeptView:
        record = self._context.catalogue[self._type]
        reader = query_reader(self._context)
        filters = read_question(reader, self._type, str(row.get("question") or ""))
        problem = filters if isinstance(filters, AppError) else None
        usable = filters if isinstance(filters, Filters) else Filters()
        state = ViewState(usable, kept_sort(record, row), kept_columns(row))
        position = row.get("position")
        place = float(position) if isinstance(position, int | float) else 0.0
        return KeptView(str(row["id"]), kind, str(row.get("name") or ""), state, place, problem)

    def _show(self, answer: _Answer) -> None:
        before, was_changed = self._kept.get(self._open), self.is_changed
        changed_here = {*self._drafts, *([self._open] if was_changed else [])}
        known, self._kept = self._kept, {each.key: each for each in answer.views}
        self._saved_anew |= {
            key for key in changed_here & known.keys() & self._kept.keys() if known[key].state != self._kept[key].state
        }
        is_gone = self._open not in self._fixed and self._open not in self._kept
        if is_gone:
            self._open = next(iter(self._fixed))
        self._show_tabs(answer.counts)
        now = self._kept.get(self._open)
        is_other = now is not None and before is not None and before.state != now.state
        if is_gone or (is_other and not was_changed):
            self._pane.show_view(self._base(), self._drafts.get(self._open, self._saved()))
        self._show_changed()
        begun = self._begun
        if self._wanted in self._kept:
            self.set_current(self._wanted)
        # What was begun on a view that is no more is not gone on with on another one.
        self._begun = "" if self._wanted else begun
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if not self._begun or self._wanted or not self.isVisible():
            return
        form, self._begun = self._begun, ""
        kind, _, subject = form.partition(" ")
        if kind == FILTER:
            self._pane.filters.reopen(form)
        elif subject == self._type:
            self._ask_name()
        elif subject == self._open and self._open in self._kept:
            self._ask_other_name(self._kept[self._open])

    def _show_tabs(self, counts: dict[str, int]) -> None:
        tabs = self._tabs(counts)
        shown = [(each.key, each.title) for each in tabs]
        if shown != self._shown or self.strip.current() != self._open:
            self._shown = shown
            self.strip.set_tabs(tabs, self._open)
        else:
            for each in tabs:
                self.strip.set_count(each.key, each.count)

    def _text(self, state: ViewState) -> dict[str, Value]:
        return kept_values(self._context.catalogue[self._type], state)

    def _tabs(self, counts: dict[str, int]) -> list[Tab]:
        number = self._context.kit.texts.number
        return [
            Tab(key, self._title(key), number(counts[key]) if key in counts else "")
            for key in (*self._fixed, *self._kept)
        ]

    def _title(self, key: str) -> str:
        return self._fixed[key].title if key in self._fixed else self._kept[key].name

    def _base(self) -> Listing:
        fixed = self._fixed.get(self._open)
        return fixed.question() if fixed is not None else Listing(self._type)

    def _saved(self) -> ViewState:
        kept = self._kept.get(self._open)
        return kept.state if kept is not None else ViewState(sort=self._base().sort)

    @Slot(str)
    def _on_tab(self, key: str) -> None:
        if key == self._open:
            return
        self._begun = ""
        if key == self._just_saved:
            self._drafts.pop(self._open, None)
            self._just_saved = ""
        else:
            self._keep_draft()
        self._open = key
        self._pane.show_view(self._base(), self._drafts.get(key, self._saved()))
        self._show_changed()
        problem = self._kept[key].problem if key in self._kept else None
        if problem is not None:
            self._context.shell.toast(Toast(self._context.errors.sentence(problem), tone="problem"))
        self.opened.emit(key)

    def _keep_draft(self) -> None:
        if self.is_changed:
            self._drafts[self._open] = self._pane.view_state()
        else:
            self._drafts.pop(self._open, None)

    @Slot()
    def _show_changed(self) -> None:
        is_changed = self.is_changed
        if not is_changed:
            self._saved_anew.discard(self._open)
        is_anew = self._open in self._saved_anew
        self._note.setText(self._context.t("lists.view.saved_anew" if is_anew else "lists.view.changed"))
        for each in (self._note, self.save_button, self.reset_button):
            each.setVisible(is_changed)

    def _forget_draft(self, _done: Done) -> None:
        self._drafts.pop(self._open, None)

    @Slot(str, bool)
    def _add(self, name: str, shared: bool) -> None:  # noqa: FBT001 - a slot
        kind = TEAM if shared else OWN
        last = max((each.position for each in self._kept.values() if each.type == kind), default=0.0)
        values = {"name": name, "record_type": self._type, "position": last + 1}
        values |= self._text(self._pane.view_state())
        fixed = self._fixed.get(self._open)
        said = [fixed.said if fixed is not None else "", str(values["question"] or "")]
        values["question"] = " and ".join(part for part in said if part) or None
        given = {key: value for key, value in values.items() if value is not None}
        self._context.writer.run(AddRecord(kind, given), Reaction(done=self._on_added))

    @Slot(object)
    def _on_added(self, done: Done) -> None:
        self._just_saved = str(done.result)
        self.set_current(self._just_saved)

    @Slot(str, bool)
    def _rename(self, name: str, _shared: bool) -> None:  # noqa: FBT001 - a slot
        kept = self._kept.get(self._open)
        if kept is not None and name != kept.name:
            self._context.writer.run(SetFields(kept.type, kept.key, {"name": name}))
