"""All facts of a record, made from the catalogue, edited where they stand and saved when they are left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.commands.records import SetFields
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.domain.views import RecordView
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Reads
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.button import Button
from desktop.ui.components.fact_grid import FactGrid
from desktop.ui.components.facts import Fact
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.option import Option
from desktop.ui.components.toast import Toast
from desktop.ui.records.editors import choice_options
from desktop.ui.records.fact_groups import fact_groups
from sync.contract.errors import AppError
from sync.contract.fields import Field, FieldType, Value
from sync.contract.rules import writable_fields

_MOST_OPTIONS = 200
_LABEL_WIDTH = 112
_LISTED_TARGETS = frozenset({"user", "product", "territory", "team"})


@dataclass(frozen=True, slots=True)
class FactsData:
    """A record, and what its reference fields may name: field to options."""

    view: RecordView
    options: Mapping[str, Sequence[Option]] = field(default_factory=dict)


def read_facts(reads: Reads, view: RecordView, words: RecordWords) -> FactsData:
    """Read what the reference fields of a record may name; on the read lane."""
    return FactsData(view, reference_options(reads, view, words))


def reference_options(reads: Reads, view: RecordView, words: RecordWords) -> Mapping[str, Sequence[Option]]:
    """List what may be chosen in the reference fields of a record, where that is a short list."""
    found: dict[str, Sequence[Option]] = {}
    for each in reads.catalogue[view.type].fields.values():
        listing = _listing(each, view)
        if listing is None:
            continue
        rows = reads.rows(listing.type, reads.ids(listing))
        if each.choices_from:
            found[each.name] = [Option(str(stage["key"]), words.stage(stage)) for stage in rows]
        else:
            found[each.name] = [Option(str(record["id"]), str(record.get("name") or "")) for record in rows]
    return found


def _listing(each: Field, view: RecordView) -> Listing | None:
    if each.choices_from:
        return Listing(each.choices_from, sort=(Sort("position"),))
    if each.target in _LISTED_TARGETS:
        return Listing(str(each.target), sort=(Sort("name"),), limit=_MOST_OPTIONS)
    account = view.values.get("account")
    if each.target == "contact" and account:
        of_account = Condition("account", Test.EQ, account)
        return Listing("contact", (of_account,), (Sort("name"),), limit=_MOST_OPTIONS)
    return None


def named_ids(reads: Reads, target: str, text: str) -> Sequence[str]:
    """List at most two records that are called so, else two whose name contains the text; on the read lane."""
    title = reads.catalogue[target].title[0]
    exact = reads.ids(Listing(target, (Condition(title, Test.EQ, text),), limit=2))
    return exact or reads.ids(Listing(target, (Condition(title, Test.CONTAINS, text),), limit=2))


class RecordFacts(QWidget):
    """Groups of facts below each other; empty ones show on demand."""

    def __init__(
        self,
        context: ScreenContext,
        record_type: str,
        *,
        essential: Sequence[str] = (),
        label_width: int = _LABEL_WIDTH,
    ) -> None:
        """``essential`` fields are shown even while they are empty."""
        super().__init__()
        self._context = context
        self._type = record_type
        self._essential = frozenset(essential)
        self._data: FactsData | None = None
        self._waiting: dict[str, Value] = {}
        self._shows_empty = False
        self._grids: dict[str, FactGrid] = {}
        self._sections: dict[str, QWidget] = {}
        kit = context.kit
        record = context.catalogue[record_type]
        self.setAccessibleName(kit.t("lists.facts.about"))
        for group in fact_groups(record):
            self._grids[group] = FactGrid(kit, kit.t(f"lists.facts.{group}"), label_width=label_width)
            self._grids[group].committed.connect(self._commit)
            self._grids[group].typing.connect(self._keep_typed)
            self._grids[group].dropped.connect(self._drop_typed)
            self._sections[group] = QWidget()
            title = Label(kit, kit.t(f"lists.facts.{group}"), "section")
            column(title, self._grids[group], gap=4, into=self._sections[group])
        self.more_button = Button(kit, "", "link")
        self.more_button.clicked.connect(self._toggle_empty)
        more = row(self.more_button, STRETCH)
        column(*self._sections.values(), more, gap=16, into=self)
        self.more_button.hide()

    def set_facts(self, data: FactsData) -> None:
        """Show a record; an editor that is open keeps its text and caret unless it is about another record."""
        is_other = self._data is None or self._data.view.id != data.view.id
        if is_other:
            self._waiting.clear()
            for grid in self._grids.values():
                grid.shut()
        self._data = data
        # What was committed is shown at once and forgotten when the store says the same.
        for name in [name for name, value in self._waiting.items() if data.view.values.get(name) == value]:
            del self._waiting[name]
        self._show()
        if is_other:
            self._reopen()

    @property
    def data(self) -> FactsData | None:
        """What is shown."""
        return self._data

    def edit(self, name: str) -> None:
        """Open the editor of a field."""
        grid = self._grid_of(name)
        if grid is not None:
            grid.edit(name)

    def edit_first(self) -> None:
        """Open the editor of the first field."""
        next(iter(self._grids.values())).edit_first()

    def is_editing(self) -> bool:
        """Tell whether an editor is open."""
        return any(grid.is_editing() for grid in self._grids.values())

    def grid(self, group: str) -> FactGrid:
        """Give one group's facts; ``KeyError`` when there is none."""
        return self._grids[group]

    @Slot()
    def _toggle_empty(self) -> None:
        self._shows_empty = not self._shows_empty
        self._show()

    def _show(self) -> None:
        if self._data is None:
            return
        empty = 0
        for group, fields in fact_groups(self._context.catalogue[self._type]).items():
            if group not in self._grids:
                continue
            facts = [self._fact(each) for each in fields]
            shown = [fact for fact in facts if self._is_shown(fact)]
            empty += sum(1 for fact in facts if not fact.value and fact.key not in self._essential)
            self._grids[group].set_facts(shown)
            self._sections[group].setVisible(bool(shown))
        key = "lists.facts.hide_empty" if self._shows_empty else "lists.facts.show_empty"
        self.more_button.set_text(self._context.t(key, count=empty))
        self.more_button.setVisible(bool(empty))

    def _is_shown(self, fact: Fact) -> bool:
        return bool(fact.value) or fact.key in self._essential or self._shows_empty

    def _fact(self, each: Field) -> Fact:
        assert self._data is not None  # noqa: S101 - the callers have looked
        view, words = self._data.view, self._context.words
        value = self._waiting.get(each.name, view.values.get(each.name))
        fact = Fact(
            each.name,
            words.label(self._type, each.name),
            self._shown(each, value),
            words.editable(self._type, each.name, value),
            editable=self._is_editable(each),
            unsent=each.name in view.pending,
        )
        if each.name in self._data.options:
            options = [Option("", self._context.t("lists.none")), *self._data.options[each.name]]
            return replace(fact, kind="choice", options=options, raw=str(value or ""))
        if each.type is FieldType.REFERENCE:
            return replace(fact, raw=fact.value)
        if each.type in {FieldType.CHOICE, FieldType.BOOLEAN}:
            return replace(fact, kind="choice", options=choice_options(self._context, self._type, each))
        return replace(fact, kind="lines") if each.multiline else fact

    def _shown(self, each: Field, value: Value) -> str:
        assert self._data is not None  # noqa: S101 - as above
        view = self._data.view
        if value is not None and each.name in self._data.options:
            options = {option.value: option.text for option in self._data.options[each.name]}
            return options.get(str(value)) or view.titles.get(each.name, str(value))
        return self._context.words.value(self._type, each.name, value, view.titles)

    def _is_editable(self, each: Field) -> bool:
        assert self._data is not None  # noqa: S101 - as above
        view = self._data.view
        if view.frozen or view.deleted:
            return False
        return each in writable_fields(self._context.catalogue[self._type], self._context.session.role)

    def _draft(self) -> str:
        return self._draft_of(self._data.view.id) if self._data is not None else ""

    def _draft_of(self, record_id: str) -> str:
        return f"fact {self._type} {record_id}"

    @Slot(str, str)
    def _keep_typed(self, name: str, text: str) -> None:
        drafts = self._context.drafts
        drafts.keep(self._draft(), {**drafts.get(self._draft()), name: text})

    @Slot(str)
    def _drop_typed(self, name: str) -> None:
        self._saved(self._draft(), name)

    def _reopen(self) -> None:
        """Open the editors again in which somebody was typing when the program was killed."""
        for name, text in self._context.drafts.get(self._draft()).items():
            grid = self._grid_of(name)
            if grid is not None and not grid.reopen(name, text):
                self._shows_empty = True
                self._show()
                grid.reopen(name, text)

    @Slot(str, str)
    def _commit(self, name: str, text: str) -> None:
        if self._data is None:
            return
        words = self._context.words
        if words.field(self._type, name).target is not None and name not in self._data.options and text.strip():
            self._find_named(name, text.strip())
            return
        try:
            value = self._read(name, text)
        except AppError as error:
            self._set_error(name, self._context.errors.sentence(error))
            return
        if value is None and words.field(self._type, name).required:
            self._set_error(name, self._context.t("lists.form.needed"))
            return
        self._save(self._data.view.id, name, value)

    def _save(self, record_id: str, name: str, value: Value) -> None:
        """Save a field of the record for which it was typed; another one may be shown by now."""
        if self._is_shown_now(record_id):
            self._waiting[name] = value
            self._show()
        reaction = Reaction(
            done=lambda _done: self._saved(self._draft_of(record_id), name),
            inline=partial(self._refuse, record_id, name),
            failed=lambda _error: self._forget(record_id, name),
        )
        self._context.writer.run(SetFields(self._type, record_id, {name: value}), reaction)

    def _refuse(self, record_id: str, name: str, sentence: str) -> None:
        """Say it beside the field; what was typed about a record that is not shown any more waits there as a draft."""
        if self._is_shown_now(record_id):
            self._set_error(name, sentence)
        else:
            self._context.shell.toast(Toast(sentence, "problem"))

    def _is_shown_now(self, record_id: str) -> bool:
        return self._data is not None and self._data.view.id == record_id

    def _saved(self, draft: str, name: str) -> None:
        # Only now is it on the disk; the record shown may be another one by now.
        kept = self._context.drafts.get(draft)
        if name in kept:
            self._context.drafts.keep(draft, {each: text for each, text in kept.items() if each != name})

    def _find_named(self, name: str, text: str) -> None:
        """Look up the record that was named, for the one that is shown now."""
        shown = self._data.view.id if self._data is not None else ""
        target = str(self._context.words.field(self._type, name).target)
        reads = self._context.reads

        def take(found: Sequence[str]) -> None:
            if len(found) == 1:
                self._save(shown, name, found[0])
            else:
                key = "lists.form.ambiguous" if found else "lists.form.nobody"
                self._refuse(shown, name, self._context.t(key, text=text))

        self._context.feed.read(self, lambda: named_ids(reads, target, text), take)

    def _read(self, name: str, text: str) -> Value:
        if self._data is not None and name in self._data.options:
            return text or None
        return self._context.words.read(self._type, name, text, currency=self._context.currency)

    def _forget(self, record_id: str, name: str) -> None:
        if not self._is_shown_now(record_id):
            return
        self._waiting.pop(name, None)
        grid = self._grid_of(name)
        # A refused value stays in its editor, with the words below it.
        if grid is None or grid.row(name).editor is None:
            self._show()

    def _set_error(self, name: str, sentence: str) -> None:
        grid = self._grid_of(name)
        if grid is not None:
            grid.set_error(name, sentence)

    def _grid_of(self, name: str) -> FactGrid | None:
        for group, fields in fact_groups(self._context.catalogue[self._type]).items():
            if group in self._grids and name in {each.name for each in fields}:
                return self._grids[group]
        return None
