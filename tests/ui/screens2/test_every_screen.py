"""Every screen and form that the tour walks: no name takes effect as markup, and everything is large enough to hit."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtGui import QImage, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QWidget
from shiboken6 import isValid

from desktop.commands.mass_edit import EditMany
from desktop.commands.records import SetFields
from desktop.system.settings import DENSITY, TEXT_SCALE
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.label import Label
from desktop.ui.components.popover import Popover
from desktop.ui.shell.page import Page
from desktop.ui.stops import Stop, close_forms, forms, stops
from desktop.ui.tour import go
from sync.contract.fields import Field, FieldType, RecordType, Role
from sync.contract.rules import writable_fields
from tests.ui.screens2.laptop import SampleLaptop
from tests.ui.screens2.seat import Seat

SHOUT = b"\xff\x00\xff"
HOSTILE = '<b style="background:#ff00ff;color:#ff00ff">X</b>'
_TYPES = ("account", "contact", "opportunity", "task", "activity")
_LEFT_OUT = frozenset({"external_id", "external_source"})
_MOST_COLUMNS = 12
_LEAST = {"compact": 28, "touch": 44}
"""Rows of chips and small buttons lie 4 px apart, which makes 28 of 24."""


def free_text(record: RecordType) -> list[Field]:
    """List the fields into which anybody may write anything."""
    return [
        each
        for each in writable_fields(record, Role.REP)
        if each.type is FieldType.TEXT and not each.choices_from and each.name not in _LEFT_OUT
    ]


@pytest.fixture
def hostile(laptop: SampleLaptop) -> SampleLaptop:
    """Give everything on the laptop a name that would be seen from afar."""
    catalogue = laptop.app.reads.catalogue
    for name in _TYPES:
        values = {each.name: HOSTILE[: each.max_length or None] for each in free_text(catalogue[name])}
        laptop.run(EditMany(name, laptop.ids(name), values))
    laptop.run(SetFields("account", laptop.undisputed()[0], {"tags": [HOSTILE]}))
    account = laptop.undisputed()[0]
    laptop.ask("account", account, "payment_terms", before=HOSTILE, mine=f"{HOSTILE} 1", theirs=f"{HOSTILE} 2")
    return laptop


def walked(seat: Seat) -> Iterator[Stop]:
    for stop in stops():
        go(seat.laptop.app, seat.workplace, stop)
        yield stop


def shown(seat: Seat, kind: type[QWidget]) -> list[QWidget]:
    return [each for each in seat.window.findChildren(kind) if each.isVisible()]


def shouts(image: QImage) -> bool:
    """Tell whether the colour that only markup could bring is anywhere."""
    drawn = bytes(image.convertToFormat(QImage.Format.Format_RGB888).constBits())
    place = drawn.find(SHOUT)
    while place >= 0 and place % len(SHOUT):
        place = drawn.find(SHOUT, place + 1)
    return place >= 0


def reads_as_markup(widget: QWidget) -> bool:
    """Tell whether a widget would read a record's name as markup, in its text or its tooltip."""
    is_open = isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText
    tip = widget.toolTip()
    return is_open or (Qt.mightBeRichText(tip) and HOSTILE[:20] in tip)


def test_hostile_names_are_drawn_as_they_are_written_on_every_screen(hostile: SampleLaptop, seat: Seat) -> None:
    account = hostile.undisputed()[0]
    wrong: list[str] = []
    seen = 0
    for stop in walked(seat):
        # What was done is told on top of every screen.
        seat.workplace.context.writer.run(SetFields("account", account, {"website": stop.name}))
        seat.until(lambda: any("<b style" in each for each in seat.toasts))
        if shouts(seat.window.grab().toImage()):
            wrong.append(f"{stop.name}: drawn")
        wrong += [f"{stop.name}: {type(each).__name__}" for each in shown(seat, QWidget) if reads_as_markup(each)]
        seen += sum("<b style" in label.text() for label in shown(seat, QLabel) if isinstance(label, QLabel))

    assert not wrong
    assert seen > len(stops())


def test_markup_would_be_seen(seat: Seat) -> None:
    label = QLabel(HOSTILE, seat.window)
    label.resize(60, 30)
    label.show()

    assert shouts(seat.window.grab().toImage())


@pytest.mark.parametrize("density", list(_LEAST))
def test_everything_on_every_screen_is_large_enough_to_hit(seat: Seat, density: str) -> None:
    seat.laptop.app.settings.set(DENSITY, density)
    seat.until(lambda: seat.workplace.kit.theme.choice.density == density)

    small = {
        f"{stop.name}: {type(each).__name__} {each.accessibleName()} {each.width()} x {each.height()}"
        for stop in walked(seat)
        for each in shown(seat, QWidget)
        if isinstance(each, QAbstractButton | QLineEdit) and min(each.width(), each.height()) < _LEAST[density]
    }

    assert not sorted(small)


def test_nothing_is_cut_in_the_smallest_window_with_the_largest_text(seat: Seat) -> None:
    seat.laptop.app.settings.set(TEXT_SCALE, 150)
    seat.until(lambda: seat.workplace.kit.theme.choice.text_scale == 1.5)
    seat.window.resize(1100, 680)

    outside: set[str] = set()
    low: set[str] = set()
    for stop in walked(seat):
        buttons = [each for each in shown(seat, QAbstractButton) if is_cut(each)]
        outside |= {f"{stop.name}: {type(each).__name__} {each.accessibleName()}" for each in buttons}
        low |= {f"{stop.name}: {each.text()}" for each in seat.window.findChildren(Label) if is_low(each)}

    assert seat.window.width() == 1100
    assert not sorted(outside)
    assert not sorted(low)


def is_low(label: Label) -> bool:
    """Tell whether a label is lower than its text, so that letters are cut."""
    needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
    return label.isVisible() and bool(label.text()) and label.height() < needed


def is_cut(widget: QWidget) -> bool:
    """Tell whether a part of a widget can never be seen: no scroll area is around it, and it leaves the window."""
    parent = widget.parentWidget()
    while parent is not None:
        if parent.inherits("QAbstractScrollArea"):
            return False
        parent = parent.parentWidget()
    window = widget.window()
    corner = widget.mapTo(window, widget.rect().bottomRight())
    return corner.x() > window.width() or corner.y() > window.height()


def test_everything_that_takes_the_focus_on_every_screen_says_what_it_is(seat: Seat) -> None:
    nameless: set[str] = set()
    mute: set[str] = set()
    for stop in walked(seat):
        takers = [each for each in shown(seat, QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
        nameless |= {f"{stop.name}: {type(each).__name__}" for each in takers if not each.accessibleName()}
        lists = [each for each in takers if isinstance(each, QAbstractItemView) and each.model().rowCount()]
        mute |= {f"{stop.name}: {type(each).__name__}" for each in lists if not sentence(each)}

    assert not sorted(nameless)
    assert not sorted(mute)


def sentence(view: QAbstractItemView) -> str:
    """Give what a screen reader says of the first row."""
    cells = (view.model().index(0, column) for column in range(_MOST_COLUMNS))
    return "".join(str(each.data(Qt.ItemDataRole.AccessibleTextRole) or "") for each in cells)


def test_tab_goes_through_every_screen_in_reading_order(seat: Seat) -> None:
    backwards = [
        f"{stop.name}: {before.accessibleName()} > {after.accessibleName()}"
        for stop in walked(seat)
        for before, after in pairwise(tab_stops(seat))
        if before.parentWidget() is after.parentWidget() and is_before(after, before)
    ]

    assert not backwards


def on_top(seat: Seat) -> QWidget:
    """Give the form that lies over the page, or the page."""
    over = [each for each in seat.window.findChildren(QWidget) if isinstance(each, Overlay | Popover)]
    top: list[QWidget | None] = [each for each in over if each.isVisible()]
    found = [*top, seat.window.page][0]
    assert found is not None
    return found


def test_every_form_lies_over_its_page_and_is_gone_without_a_trace(seat: Seat) -> None:
    gone: list[QWidget] = []
    for stop in forms():
        go(seat.laptop.app, seat.workplace, stop)
        gone.append(on_top(seat))
        close_forms(seat.window)
    pages = {"own-acts", "question-in-words"}

    lying = {stop.name for stop, top in zip(forms(), gone, strict=True) if isinstance(top, Overlay | Popover)}
    seat.until(lambda: not any(isValid(each) for each in gone if not isinstance(each, Page)))

    assert lying == {stop.name for stop in forms()} - pages


def tab_stops(seat: Seat) -> list[QWidget]:
    """List what Tab stops at on the page, or in what lies over it, in the order of the chain."""
    page = on_top(seat)
    found: list[QWidget] = []
    each = page.nextInFocusChain()
    while each is not None and each is not page:
        if page.isAncestorOf(each) and each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(each)
        each = each.nextInFocusChain()
    return found


def is_before(one: QWidget, other: QWidget) -> bool:
    """Tell whether one is read before the other: it ends above it, or stands left of it on the same line."""
    first, second = one.geometry(), other.geometry()
    is_same_line = first.top() < second.bottom() and second.top() < first.bottom()
    return first.right() <= second.left() if is_same_line else first.bottom() <= second.top()
