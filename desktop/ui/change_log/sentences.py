"""How acts and changes are written; knows no widgets."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.domain.changes import ActKind
from desktop.domain.views import ActChange, ActView, AttentionView
from desktop.system.i18n import Translator
from desktop.ui.bridge.record_words import UNKNOWN, RecordWords
from desktop.ui.components.list_rows import ListRow
from sync.contract.errors import AppError, Code
from sync.contract.fields import Value
from sync.contract.wire import ATTENTION, Op, Outcome

_JOINED = frozenset({Outcome.MERGED})
_OP_ICONS = {
    Op.CREATE: "plus",
    Op.PATCH: "pencil",
    Op.DELETE: "trash-2",
    Op.RESTORE: "undo-2",
    Op.MOVE_OUT: "arrow-right",
}


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One changed field: old and new value, written out."""

    label: str
    old: str
    new: str


class LogSentences:
    """Writes the change log in the user's language."""

    def __init__(self, texts: Translator, words: RecordWords) -> None:
        self._texts = texts
        self._words = words

    def act(self, act: ActView) -> str:
        """Say what was done, and that it was an undo or redo where it was one."""
        if act.label:
            done = self.done(act)
            match act.kind:
                case ActKind.UNDO:
                    return self._texts.t("commands.undone_act", act=done)
                case ActKind.REDO:
                    return self._texts.t("commands.redone_act", act=done)
                case _:
                    return done
        change = act.changes[0]
        name = change.title or self.type_name(change.type)
        return self._texts.t(f"change_log.arrived.{change.op.value}", title=name)

    def done(self, act: ActView) -> str:
        """Say what an own act, or the one that it took back, did."""
        return self._texts.t(act.label, **act.label_values)

    def second(self, act: ActView) -> str:
        """Say what kind of record, which fields, by whom."""
        change = act.changes[0]
        parts = [self.type_name(change.type)]
        if change.title and change.title not in self.act(act):
            parts.append(change.title)
        if act.records > 1:
            parts.append(self._texts.t("change_log.more", count=act.records - 1))
        elif change.op is Op.PATCH and change.fields:
            labels = [self._label(change.type, name) for name in change.fields]
            parts.append(self._texts.t("change_log.join").join(labels))
        if not act.mine:
            parts.append(act.by_name or self._texts.t("change_log.office"))
        return " · ".join(part for part in parts if part)

    def state(self, act: ActView) -> str:
        """Say what became of an act: waiting, not accepted, taken back; nothing where all is as usual."""
        if not act.mine:
            return ""
        outcomes = {change.outcome for change in act.changes}
        states = {
            "refused": bool(outcomes & ATTENTION),
            "undone": act.undone,
            "late": Outcome.LATE in outcomes,
            "waiting": None in outcomes,
            "choice": Outcome.CONFLICT in outcomes,
            "joined": bool(outcomes & _JOINED),
        }
        state = next((name for name, is_so in states.items() if is_so), "")
        return self._texts.t(f"change_log.state.{state}") if state else ""

    def act_row(self, act: ActView) -> ListRow:
        """Prepare an act as a row."""
        outcomes = {change.outcome for change in act.changes}
        state = self.state(act)
        return ListRow(
            act.id,
            self.act(act),
            second=self.second(act),
            right=self.clock(act.at),
            tone="muted",
            mark=self._icon(act),
            beside=state,
            is_done=act.undone,
            unsent=act.mine and None in outcomes and not act.undone,
            spoken=f"{self.clock(act.at)}, {self.act(act)}, {self.second(act)}, {state}",
        )

    def refused_row(self, refused: AttentionView) -> ListRow:
        """Prepare what was not accepted as a row; what goes with it is counted beside it."""
        return ListRow(
            refused.id,
            self.refused_title(refused),
            second=self.reason(refused),
            right=self._words.relative_alone(refused.at),
            tone="muted",
            mark="trash-2" if refused.is_held else "circle-alert",
            mark_tone="text_secondary" if refused.is_held else "danger",
        )

    def refused_title(self, refused: AttentionView) -> str:
        """Name what was not accepted, with how many others go with it."""
        title = refused.title or self.type_name(refused.type)
        if not refused.together:
            return title
        return self._texts.t("change_log.refused.with", title=title, count=refused.together)

    def refused_operation(self, refused: AttentionView) -> str:
        """Say what was to happen to the record."""
        return self._texts.t(f"change_log.op.{refused.op.value}", type=self.type_name(refused.type))

    def reason(self, refused: AttentionView) -> str:
        """Say why something was not accepted."""
        known = {code.value for code in Code}
        if refused.code not in known:
            return self._texts.t("change_log.refused.unknown")
        error = AppError(Code(refused.code))
        error.data.update({"type": refused.type, **refused.data})
        return self._words.refusal(error, at_office=True)

    def day(self, at: str) -> str:
        """Name the day of an act: Today, Yesterday, Friday 20 November."""
        day = self._words.local(at).date()
        distance = (self._words.now().date() - day).days
        if distance in {0, 1}:
            return self._words.relative_alone(at)
        return self._texts.long_date(day)

    def clock(self, at: str) -> str:
        """Write the time of day."""
        return f"{self._words.local(at):%H:%M}"

    def moment(self, at: str) -> str:
        """Write day and time."""
        return self._words.moment(at)

    def field_lines(self, change: ActChange) -> list[FieldLine]:
        """Write what an act changed of one record, field by field."""
        return [
            FieldLine(
                self._label(change.type, name),
                self._value(change.type, name, old, change.titles),
                self._value(change.type, name, new, change.titles),
            )
            for name, (old, new) in change.fields.items()
        ]

    def refused_lines(self, refused: AttentionView) -> list[FieldLine]:
        """Write the values that were not accepted, each below the one that it was to replace."""
        return [
            FieldLine(
                self._label(refused.type, name),
                self._value(refused.type, name, refused.before[name], refused.titles) if name in refused.before else "",
                self._value(refused.type, name, value, refused.titles),
            )
            for name, value in refused.values.items()
        ]

    def change_title(self, change: ActChange) -> str:
        """Name the record of a change."""
        return change.title or self.type_name(change.type)

    def operation(self, change: ActChange) -> str:
        """Say what happened to one record."""
        return self._texts.t(f"change_log.op.{change.op.value}", type=self.type_name(change.type))

    def type_name(self, record_type: str) -> str:
        """Name a record type."""
        return self._words.type_name(record_type) if record_type in self._words.catalogue else record_type

    def _icon(self, act: ActView) -> str:
        if not act.mine:
            return "user"
        return "undo-2" if act.kind is ActKind.UNDO else _OP_ICONS[act.changes[0].op]

    def _label(self, record_type: str, name: str) -> str:
        known = record_type in self._words.catalogue and name in self._words.catalogue[record_type].fields
        return self._words.label(record_type, name) if known else name

    def _value(self, record_type: str, name: str, value: Value, titles: Mapping[str, str]) -> str:
        if value is None or value in ("", []):
            return UNKNOWN
        known = record_type in self._words.catalogue and name in self._words.catalogue[record_type].fields
        if not known:
            return str(value)
        title = titles.get(str(value)) if isinstance(value, str) else None
        return self._words.value(record_type, name, value, {name: title} if title else None) or str(value)
