"""How a record's questions are written: header, columns, values, who and when; knows no widgets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from desktop.domain import labels
from desktop.domain.choosing import CREATED, DELETED
from desktop.domain.views import ConflictView, OtherProposal
from desktop.system.i18n import Translator
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.choice.board import (
    Joined,
    RecordChoice,
    Settled,
    Titles,
    is_creation,
    is_deletion,
    is_either_or,
)
from desktop.ui.choice.picks import OTHER, THEIRS, Picks
from desktop.ui.choice.text_block import Span, added_spans
from sync.contract.fields import FieldType, Merge, Value


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell says: ``note`` stands below in small, ``added`` are the passages that are new."""

    text: str
    note: str = ""
    quiet: bool = False
    added: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of the table. ``question`` is empty for a field that was joined by itself.

    ``only_theirs`` is one more value for the question of the row above.
    """

    question: str
    label: str
    before: CellText
    yours: CellText
    theirs: CellText
    result: CellText
    column: str = ""
    can_type: bool = False
    spoken: str = ""
    only_theirs: bool = False


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """Title of a column, and the quiet words below it."""

    title: str
    note: str


def other_row(question: str, place: int) -> str:
    """Name the row of one more colleague's value."""
    return f"{question}|{place}"


class ChoiceSentences:
    """Writes choices in the user's language."""

    def __init__(self, texts: Translator, words: RecordWords) -> None:
        self._texts = texts
        self._words = words

    def list_second(self, record: RecordChoice) -> str:
        """Write the second line of the list: "Customer · 3 fields, also changed by Daniel Ho"."""
        kind = self._type_name(record.type)
        count = self._texts.t("choice.list.fields", count=len(record.questions))
        if not record.asked:
            return self._say("choice.list.between", type=kind, fields=count, names=self._names(record))
        return self._say("choice.list.second", type=kind, fields=count, names=self._names(record))

    def when(self, instant: str) -> str:
        """Write a moment: today only the time."""
        if not instant:
            return ""
        local = self._words.local(instant)
        return f"{local:%H:%M}" if local.date() == self._words.now().date() else self._words.moment(instant)

    def settled_second(self, settled: Settled) -> str:
        """Write who settled what."""
        field = self.label(settled.type, settled.field)
        if settled.by_you:
            return self._texts.t("choice.list.settled_by_you", field=field)
        return self._texts.t("choice.list.settled_by", field=field, name=settled.by_name)

    def headline(self, record: RecordChoice) -> str:
        """Say what happened to the record."""
        kind = self.type_in_sentence(record.type)
        if any(is_deletion(view) for view in record.questions):
            view = next(view for view in record.questions if is_deletion(view))
            if view.mine is None:
                return self._say("choice.headline.deleted_others", type=kind, names=self._names(record))
            key = "deleted_yours" if view.yours.get(DELETED) else "deleted_theirs"
            return self._say(f"choice.headline.{key}", type=kind, name=self._names(record))
        if any(is_creation(view) for view in record.questions):
            view = next(view for view in record.questions if is_creation(view))
            return self._say("choice.headline.created", type=kind, name=self._apart(view.proposed_by_name))
        said = self._texts.t("choice.headline.differ", count=len(record.questions))
        if record.joined:
            said = self._texts.t(
                "choice.headline.joined",
                differ=said,
                joined=self._texts.t("choice.headline.joined_fields", count=len(record.joined)),
            )
        key = "edited" if any(view.mine is not None for view in record.questions) else "edited_others"
        return self._say(f"choice.headline.{key}", name=self._names(record), type=kind, what=said)

    def heads(self, record: RecordChoice) -> Mapping[str, ColumnHead]:
        """Write the heads of the columns before, yours, theirs and result."""
        t = self._texts.t
        first = record.questions[0]
        if first.mine is None:
            yours = ColumnHead(first.current_by_name or t("choice.head.theirs"), self.when(first.current_at or ""))
            theirs = ColumnHead(first.proposed_by_name or t("choice.head.theirs"), self.when(first.proposed_at or ""))
        else:
            mine_at = first.proposed_at if first.theirs_at == first.current_at else first.current_at
            yours = ColumnHead(t("choice.head.yours"), t("choice.head.you_at", when=self.when(mine_at or "")))
            note = t("choice.head.by_at", name=first.theirs_by_name, when=self.when(first.theirs_at or ""))
            theirs = ColumnHead(t("choice.head.theirs"), note)
        return {
            "before": ColumnHead(t("choice.head.before"), t("choice.head.before_note")),
            "yours": yours,
            "theirs": theirs,
            "result": ColumnHead(t("choice.head.result"), t("choice.head.result_note")),
        }

    def rows(self, record: RecordChoice, picks: Picks) -> list[TableRow]:
        """Write the questions, then what was joined."""
        asked = [row for view in record.questions for row in self._rows_of(record, view, picks)]
        return [*asked, *(self._joined(record, each) for each in record.joined)]

    def label(self, record_type: str, group: str) -> str:
        """Name what a question is about."""
        if group == DELETED:
            return self._texts.t("choice.deleted.label", type=self.type_in_sentence(record_type))
        if group == CREATED:
            return self._texts.t("choice.created.label", type=self.type_in_sentence(record_type))
        if record_type not in self._words.catalogue:
            return group
        return labels.group_label(self._texts, self._words.catalogue[record_type], group)

    def typed_names(self, record_type: str, view: ConflictView) -> list[str]:
        """List the fields that a result of one's own would be typed into; none where only a side can be picked."""
        if is_either_or(view) or record_type not in self._words.catalogue:
            return []
        fields = self._words.catalogue[record_type].fields
        names = self._shown_names(record_type, view)
        closed = {FieldType.REFERENCE, FieldType.JSON}
        return names if all(name in fields and fields[name].type not in closed for name in names) else []

    def type_in_sentence(self, record_type: str) -> str:
        """Name a record type inside a sentence, where English writes it small."""
        return self._type_name(record_type).lower()

    def _rows_of(self, record: RecordChoice, view: ConflictView, picks: Picks) -> list[TableRow]:
        first = self._question(record, view, picks)
        more = [self._other(record, view, place, picks) for place in range(len(view.others))]
        return [first, *more]

    def _other(self, record: RecordChoice, view: ConflictView, place: int, picks: Picks) -> TableRow:
        other, pick = view.others[place], picks.of(view.id)
        cell = self._cell(record, view, other.values)
        note = self._texts.t("choice.head.by_at", name=other.by_name, when=self.when(other.at or ""))
        taken = pick is not None and pick.column == OTHER and dict(pick.values) == dict(other.values)
        return TableRow(
            question=other_row(view.id, place),
            label=self._texts.t("choice.also"),
            before=CellText(""),
            yours=CellText(""),
            theirs=replace(cell, note=note),
            result=CellText(""),
            column=THEIRS if taken else "" if pick is None else OTHER,
            spoken=self._spoken_other(record, view, other, cell.text),
            only_theirs=True,
        )

    def _spoken_other(self, record: RecordChoice, view: ConflictView, other: OtherProposal, text: str) -> str:
        label = self.label(record.type, view.field)
        return self._texts.t("choice.spoken_other", field=label, name=other.by_name, value=text)

    def _question(self, record: RecordChoice, view: ConflictView, picks: Picks) -> TableRow:
        pick = picks.of(view.id)
        values = picks.values(view.id)
        label = self.label(record.type, view.field)
        before = replace(self._cell(record, view, view.before), quiet=True)
        if is_deletion(view):
            before = CellText(self._texts.t("choice.deleted.before"), quiet=True)
        if is_creation(view):
            before = CellText(self._texts.t("choice.created.before"), quiet=True)
        yours = self._cell(record, view, view.yours, added_to=before.text)
        theirs = replace(self._cell(record, view, view.theirs, added_to=before.text), note=self._note(record, view))
        if values is None:
            can_type = bool(self.typed_names(record.type, view))
            hint = "choice.result.pick_or_type" if can_type else "choice.result.pick"
            result = CellText(self._texts.t(hint), quiet=True)
        else:
            result = self._cell(record, view, values)
        return TableRow(
            question=view.id,
            label=label,
            before=before,
            yours=yours,
            theirs=theirs,
            result=result,
            column=pick.column if pick else "",
            can_type=bool(self.typed_names(record.type, view)),
            spoken=self._texts.t(
                "choice.spoken",
                field=label,
                before=before.text,
                yours=yours.text,
                theirs=theirs.text,
                result=result.text,
            ),
        )

    def _joined(self, record: RecordChoice, joined: Joined) -> TableRow:
        titles = record.titles
        before = self._value(record.type, joined.field, joined.before, titles)
        yours = self._value(record.type, joined.field, joined.yours, titles)
        theirs = self._value(record.type, joined.field, joined.theirs, titles)
        unchanged = CellText(self._texts.t("choice.joined.unchanged"), quiet=True)
        if joined.by_you and joined.by_them:
            note = self._texts.t("choice.joined.same" if joined.yours == joined.theirs else "choice.joined.both")
        elif joined.by_you:
            note = self._texts.t("choice.joined.only_you")
        else:
            note = self._texts.t("choice.joined.only_them", name=self._names(record)).strip()
        return TableRow(
            question="",
            label=self._words.label(record.type, joined.field),
            before=CellText(before, quiet=True),
            yours=CellText(yours) if joined.by_you else unchanged,
            theirs=CellText(theirs) if joined.by_them else unchanged,
            result=CellText(self._value(record.type, joined.field, joined.now, titles), note),
        )

    def _cell(
        self,
        record: RecordChoice,
        view: ConflictView,
        values: Mapping[str, Value],
        *,
        added_to: str = "",
    ) -> CellText:
        if is_deletion(view):
            key = "choice.deleted.remove" if values.get(DELETED) else "choice.deleted.keep"
            return CellText(self._texts.t(key))
        if is_creation(view) and not values:
            return CellText(self._texts.t("choice.created.leave"))
        names = self._shown_names(record.type, view)
        lines = [(name, self._value(record.type, name, values.get(name), record.titles)) for name in names]
        if len(lines) == 1:
            text = lines[0][1]
        else:
            text = "\n".join(f"{self._words.label(record.type, name)}: {value}" for name, value in lines)
        added = added_spans(added_to, text) if self._is_written(record.type, names) else ()
        return CellText(text, added=added)

    def _value(self, record_type: str, name: str, value: Value, titles: Titles) -> str:
        if value is None or value in ("", []):
            return self._texts.t("choice.empty")
        if name not in self._words.catalogue[record_type].fields:
            return str(value)
        title = titles.get((name, str(value)))
        return self._words.value(record_type, name, value, {name: title} if title else None) or str(value)

    def _shown_names(self, record_type: str, view: ConflictView) -> list[str]:
        """List the fields of a question that differ anywhere, in the catalogue's order."""
        sides = (view.before, view.current, view.proposed)
        present = {name for side in sides for name in side}
        known = [name for name in self._words.catalogue[record_type].fields if name in present]
        names = known or sorted(present) or [view.field]
        differing = [name for name in names if len({repr(side.get(name)) for side in sides}) > 1]
        return differing or names

    def _is_written(self, record_type: str, names: Iterable[str]) -> bool:
        fields = self._words.catalogue[record_type].fields
        return all(name in fields and fields[name].merge is Merge.TEXT for name in names)

    def _note(self, record: RecordChoice, view: ConflictView) -> str:
        """Say who wrote a value where not all questions are about the same edit."""
        sides = {(each.theirs_by, each.theirs_at) for each in record.questions}
        if len(sides) == 1:
            return ""
        return self._texts.t("choice.head.by_at", name=view.theirs_by_name, when=self.when(view.theirs_at or ""))

    def _names(self, record: RecordChoice) -> str:
        names: dict[str, None] = {}
        for view in record.questions:
            if view.mine is None:
                names.update(dict.fromkeys((view.current_by_name, view.proposed_by_name)))
            else:
                names[view.theirs_by_name] = None
        known = [name for name in names if name]
        known = [self._apart(name) for name in known]
        return self._texts.t("choice.names.join").join(known) or self._texts.t("choice.names.colleague")

    def _say(self, key: str, **values: object) -> str:
        """Write a sentence that may begin with a name, or name somebody after a comma."""
        return self._texts.t(key, **values).replace("， ", "，").strip()

    def _apart(self, name: str) -> str:
        """Set a Latin name a little apart from the Chinese around it."""
        if self._texts.language == "en" or not name.isascii():
            return name
        return f" {name} "

    def _type_name(self, record_type: str) -> str:
        if record_type not in self._words.catalogue:
            return record_type
        return self._words.type_name(record_type)
