"""The changes of a record as rows: which field, from what to what, by whom and when."""

from collections.abc import Sequence

from desktop.domain.views import HistoryEntry
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.record_words import UNKNOWN
from desktop.ui.components.list_rows import ListRow
from sync.contract.fields import STAMPS, Value
from sync.contract.wire import Op

_MOST = 200
_VERBS = {Op.CREATE: "created", Op.DELETE: "deleted", Op.RESTORE: "restored"}


def history_rows(context: ScreenContext, record_type: str, history: Sequence[HistoryEntry]) -> Sequence[ListRow]:
    """Write the latest changes, each field of an edit on a row of its own."""
    rows = [row for entry in history[:_MOST] for row in _rows(context, record_type, entry)]
    return rows[:_MOST]


def _rows(context: ScreenContext, record_type: str, entry: HistoryEntry) -> Sequence[ListRow]:
    words, t = context.words, context.t
    who = t("account.you") if entry.by == context.session.user else entry.by_name or UNKNOWN
    when = words.moment(entry.at)
    waits = entry.origin == "local" and entry.outcome is None
    if entry.op in _VERBS:
        said = t(f"customer.history.{_VERBS[entry.op]}")
        return [ListRow(str(entry.n), said, second=who, right=when, unsent=waits, mark="history")]
    return [
        ListRow(
            f"{entry.n} {name}",
            words.label(record_type, name) if name in words.catalogue[record_type].fields else name,
            second=t(
                "customer.history.from_to",
                old=_said(context, record_type, name, old),
                new=_said(context, record_type, name, new),
            ),
            right=f"{who}, {when}",
            unsent=waits,
            mark="pencil",
        )
        for name, (old, new) in entry.fields.items()
        if name not in STAMPS
    ]


def _said(context: ScreenContext, record_type: str, name: str, value: Value) -> str:
    if value is None or name not in context.catalogue[record_type].fields:
        return UNKNOWN
    field = context.words.field(record_type, name)
    if field.target is not None:
        return str(value)[-6:]
    return context.words.value(record_type, name, value)
