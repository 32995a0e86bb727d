"""Samples of tabs, facts, cards, lists of two lines, timelines and the ways to reach somebody."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.card import Card
from desktop.ui.components.entries import Entry
from desktop.ui.components.fact_grid import FactGrid
from desktop.ui.components.facts import Fact
from desktop.ui.components.keyed_list import KeyedList
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.list_rows import ListRow
from desktop.ui.components.share_bar import COLOURS, ShareBar, ShareKey
from desktop.ui.components.tab_strip import Tab, TabStrip
from desktop.ui.components.timeline import Timeline
from desktop.ui.components.two_line_list import TwoLineList
from desktop.ui.design.kit import UiKit
from desktop.ui.design.route_line import DONE, HERE, NEXT, SUGGESTED
from desktop.ui.records.brief_lines import Brief, BriefLines, Channel
from desktop.ui.sheet.framed import Framed

_ROWS = (
    ListRow("rest", "Send the revised quote", "Kestrel Foods · Gareth Wynne", "Thu 15:00", is_checkable=True),
    ListRow("selected", "给黎婉宁打电话谈门封", "澜坪水产批发", "11:30", is_checkable=True),
    ListRow("late", "Chase the purchase order", "Osierbank Hotel", "Yesterday", "danger", is_checkable=True),
    ListRow("done", "Confirm the heater order", "霁川冷链物流", "09:41", is_checkable=True, is_done=True, unsent=True),
)
_ENTRIES = (
    Entry("done", "09:05", "map-pin", "Visit, 45 min", "you and 邱敏", "7,800 yuan, invoice on Monday.", state=DONE),
    Entry("here", "10:12", "phone", "Call", "you", state=HERE, badge="Here"),
    Entry("next", "11:30", "list-checks", "Task", "给黎婉宁打电话谈门封", state=NEXT),
    Entry("maybe", "13:00", "route", "Visit", "Kestrel Foods, last seen 74 days ago", state=SUGGESTED),
)
_WAYS = ("phone", "message-circle", "mail")
_PEOPLE = (("Ivy Leung", "preferred"), ("吴恒志", "open"), ("Owen Tallis", "missing"))


_FACTS = (
    Fact("city", "City", "深圳", note="was 东莞"),
    Fact("terms", "Payment terms", "Net 45", unsent=True),
    Fact("limit", "Credit limit", "lots"),
    Fact("segment", "Segment"),
    Fact("since", "Customer since", "2019", editable=False),
)


def fact_samples(kit: UiKit) -> QWidget:
    """Show facts: changed elsewhere, not sent, in error, missing, and one that cannot be changed."""
    facts = FactGrid(kit, "Facts", label_width=110)
    facts.set_facts(_FACTS)
    facts.set_error("limit", "Needs an amount. What was there stays.")
    return facts


def card_sample(kit: UiKit) -> QWidget:
    """Show a card as dashboards have it, with the share of each colour in words."""
    card, bar = Card(kit, "This week", "Mon 16 – Fri 20"), ShareBar(kit, "Visits")
    bar.set_parts([(COLOURS[0], 5), (COLOURS[2], 3)], "5 visits, 3 calls")
    keys = [ShareKey(kit, COLOURS[0], "Visits"), ShareKey(kit, COLOURS[2], "Calls")]
    for key, amount in zip(keys, ("5", "3"), strict=True):
        key.set_amount(amount)
    card.body.addLayout(column(bar, row(*keys, STRETCH, gap=16), gap=8, pad=16))
    return card


def tab_samples(kit: UiKit) -> QWidget:
    """Show a strip with the open tab, one under the mouse, and what appears when a view was changed."""
    strip = TabStrip(kit, [Tab("all", "All", "51"), Tab("mine", "Mine", "29")], "all", inset=8)
    for button in strip.findChildren(QWidget):
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, button.accessibleName().startswith("Mine"))
    for text in ("Save", "Reset"):
        strip.add_trailing(Button(kit, text, "ghost").set_small())
    return strip


def channel_samples(kit: UiKit) -> list[QWidget]:
    """Show who is reached how: the filled way is preferred, the faint one has no number."""
    lines, others = BriefLines(kit, "People", can_open=False), tuple(map(Channel, _WAYS[1:]))
    reached = [(name, state, (Channel(_WAYS[0], state), *others)) for name, state in _PEOPLE]
    lines.set_lines([Brief(name, name, second=state, mark="person", channels=ways) for name, state, ways in reached])
    return [lines, Label(kit, "filled is preferred, faint has no number", "small", "text_secondary")]


def row_samples(kit: UiKit) -> QWidget:
    """Show rows of two lines: at rest, chosen, late and done."""
    rows = TwoLineList(kit, "Tasks")
    rows.set_rows(_ROWS)
    rows.set_current("selected")
    return _framed(kit, rows)


def timeline_samples(kit: UiKit) -> QWidget:
    """Show a stop of each kind: done, here, next and suggested."""
    timeline = Timeline(kit, "Day")
    timeline.set_entries(_ENTRIES)
    return _framed(kit, timeline)


def _framed(kit: UiKit, rows: KeyedList) -> QWidget:
    # As high as what is in it: a sample does not scroll.
    rows.setFixedWidth(600)
    rows.setFixedHeight(sum(rows.sizeHintForRow(place) for place in range(rows.model().rowCount())))
    frame = Framed(kit, "surface", "border", "md")
    column(rows, gap=0, pad=2, into=frame)
    return frame
