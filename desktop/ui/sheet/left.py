"""Samples of buttons, fields, choices, progress and marks."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.checkbox import Checkbox, Radio
from desktop.ui.components.choice import Choice
from desktop.ui.components.field import Field
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.key_caps import KeyCaps
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, row, set_pad
from desktop.ui.components.marks import CompanyMark, PersonMark, SealMark
from desktop.ui.components.option import Option
from desktop.ui.components.progress import Progress
from desktop.ui.components.segmented import Segmented
from desktop.ui.components.share_bar import COLOURS, ShareBar
from desktop.ui.components.sign import IconSign
from desktop.ui.components.slider import Slider
from desktop.ui.components.switch import Switch
from desktop.ui.components.text_area import TextArea
from desktop.ui.components.text_field import PasswordField, TextField
from desktop.ui.design.kit import UiKit
from desktop.ui.sheet.cards import SkeletonSample
from desktop.ui.sheet.lists import card_sample, fact_samples
from desktop.ui.sheet.sample import FocusedField, Ringed, said, titled

_KINDS = (("Log visit", "primary"), ("Re-plan", "normal"), ("Later", "ghost"), ("Remove", "danger"))
_STATES = (
    ("Rest", "rest"),
    ("Hover", "hover"),
    ("Pressed", "pressed"),
    ("Focus", ""),
    ("Off", "off"),
    ("Busy", "busy"),
)
_STEPS = ("up to 1 MB", "up to 5 MB", "up to 10 MB", "any size")


def left_samples(kit: UiKit) -> list[QWidget]:
    """Make the left column."""
    return [
        titled(kit, "Button", _buttons(kit)),
        titled(kit, "Icon button", _icon_buttons(kit)),
        titled(kit, "Field", *_fields(kit)),
        titled(kit, "Choice", _choices(kit), _choices_that_are_off(kit), _segments(kit), _sliders(kit)),
        titled(kit, "Progress and skeleton", *_progress(kit)),
        titled(kit, "People marks", _marks(kit), _signs(kit)),
        titled(kit, "Facts", fact_samples(kit)),
        titled(kit, "Card", card_sample(kit)),
    ]


def _buttons(kit: UiKit) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    set_pad(grid, 0)
    grid.setVerticalSpacing(0)
    grid.setHorizontalSpacing(4)
    for line, (name, state) in enumerate(_STATES):
        grid.addWidget(said(kit, name), line, 0)
        for place, (text, kind) in enumerate(_KINDS):
            button = Button(kit, text, kind)
            button.setEnabled(state != "off")
            button.show_state("rest" if state == "busy" else state)
            button.set_busy(state == "busy")
            if state:
                padded = QWidget()
                row(button, pad=4, into=padded)
                grid.addWidget(padded, line, place + 1)
            else:
                grid.addWidget(Ringed(kit, button), line, place + 1)
    return box


def _icon_buttons(kit: UiKit) -> QWidget:
    box = QWidget()
    rest, hover, off = (IconButton(kit, "ellipsis", name) for name in ("Rest", "Hover", "Off"))
    hover.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    off.setEnabled(False)
    named = [
        ("Rest", rest),
        ("Hover", hover),
        ("Focus", Ringed(kit, IconButton(kit, "ellipsis", "Focus"))),
        ("Off", off),
    ]
    row(*(each for name, button in named for each in (said(kit, name, 40), button)), STRETCH, gap=4, into=box)
    return box


def _fields(kit: UiKit) -> list[QWidget]:
    check = Field(kit, "Check", TextField(kit, "永泰冻肉"), beside=True)
    check.set_check("Looks like 永泰凍肉有限公司", "Open it")
    error = Field(kit, "Error", TextField(kit, "0755 88"), beside=True)
    error.set_error("Number looks too short. Saved as a draft.")
    locked = TextField(kit, "C-001284")
    locked.setReadOnly(True)
    off = TextField(kit, "Needs a network")
    off.setEnabled(False)
    date = TextField(kit, "next Tue 15:00", icon="calendar-days")
    date.set_echo("24 Nov 15:00")
    return [
        Field(kit, "Rest", TextField(kit, placeholder="Name or number"), beside=True),
        Field(kit, "Focus", FocusedField(kit, "¥180,000"), beside=True),
        check,
        error,
        Field(kit, "Read only", locked, beside=True),
        Field(kit, "Off", off, beside=True),
        Field(kit, "Date", date, beside=True),
        Field(kit, "Choice", Choice(kit, [Option("a", "Tier A")], "a", "Tier"), beside=True),
        Field(kit, "Password", PasswordField(kit, "Show"), beside=True),
        Field(kit, "Lines", TextArea(kit, "Two lines\nof a note", lines=2), beside=True),
    ]


def _choices(kit: UiKit) -> QWidget:
    box = QWidget()
    on, some, chosen = Checkbox(kit, "On"), Checkbox(kit, "Some"), Radio(kit, name="On")
    on.setChecked(True)
    some.setTristate(True)
    some.setCheckState(Qt.CheckState.PartiallyChecked)
    chosen.setChecked(True)
    row(
        Checkbox(kit, "Off"),
        on,
        some,
        Ringed(kit, Checkbox(kit, "Focus")),
        Radio(kit, name="Off"),
        chosen,
        Switch(kit, "Off", named=False),
        Switch(kit, "On", on=True, named=False),
        STRETCH,
        gap=4,
        into=box,
    )
    return box


def _choices_that_are_off(kit: UiKit) -> QWidget:
    box = QWidget()
    on, chosen = Checkbox(kit, "On"), Radio(kit, name="On")
    on.setChecked(True)
    chosen.setChecked(True)
    off = [Checkbox(kit, "Off"), on, Radio(kit, name="Off"), chosen, Switch(kit, "Off", on=True, named=False)]
    for each in off:
        each.setEnabled(False)
    row(*off, STRETCH, gap=4, into=box)
    return box


def _segments(kit: UiKit) -> QWidget:
    box = QWidget()
    options = [Option("compact", "Compact", "rows-3"), Option("comfortable", "Comfortable", "rows-2")]
    row(Segmented(kit, options, "compact", "Rows"), STRETCH, into=box)
    return box


def _sliders(kit: UiKit) -> QWidget:
    box = QWidget()
    off = Slider(kit, "Off", _STEPS, 2)
    off.setEnabled(False)
    row(Slider(kit, "Size", _STEPS, 1), off, STRETCH, gap=16, into=box)
    return box


def _progress(kit: UiKit) -> list[QWidget]:
    known, unknown, paused, done = (Progress(kit, name) for name in ("Known", "Unknown", "Paused", "Done"))
    known.set_value(0.62)
    unknown.set_unknown()
    paused.set_value(0.4)
    paused.set_tone("neutral")
    done.set_value(1)
    done.set_tone("success")
    lines = []
    words_of = {known: "62%, 2 min", unknown: "Finding the server", paused: "Paused at 40%", done: "All here"}
    for bar, words in words_of.items():
        name = bar.accessibleName()
        box = QWidget()
        bar.setFixedWidth(150)
        row(said(kit, name, 62), bar, Label(kit, words, "small"), STRETCH, into=box)
        lines.append(box)
    places = QWidget()
    row(
        said(kit, "Skeleton", 62),
        SkeletonSample(kit),
        Label(kit, "after 150 ms only", "small", "muted"),
        STRETCH,
        into=places,
    )
    parts = QWidget()
    shares = ShareBar(kit, "Shares")
    shares.setFixedWidth(150)
    shares.set_parts(list(zip(COLOURS, (38, 176, 310, 114), strict=False)), "")
    row(said(kit, "Shares", 62), shares, Label(kit, "638 MB of 92 GB free", "small"), STRETCH, into=parts)
    return [*lines, parts, places]


def _marks(kit: UiKit) -> QWidget:
    box = QWidget()
    row(
        PersonMark(kit, "张三"),
        PersonMark(kit, "Gareth Wynne"),
        CompanyMark(kit, "澜川冷链物流", 28),
        Label(kit, "round is a person, square is a company", "small", "text_secondary"),
        STRETCH,
        into=box,
    )
    return box


def _signs(kit: UiKit) -> QWidget:
    box = QWidget()
    row(SealMark(kit), IconSign(kit, "lock"), Label(kit, "Encrypted"), KeyCaps(kit, "Ctrl+K"), STRETCH, into=box)
    return box
