"""The four quarters of the panel, each a small widget that is filled anew."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.progress import Progress
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_dot, draw_icon, text_width
from desktop.ui.sync_details.sentences import Happening, HistoryLine

_BAR_PX = 108
_NAME_PX = 92
_ICON_PX = 16


class Quarter(QWidget):
    """A titled part with quiet words at the right of the title; ``fill`` replaces its lines."""

    def __init__(self, kit: UiKit, title: str) -> None:
        super().__init__()
        self._kit = kit
        self._note = Label(kit, "", "small", "text_secondary").set_figures()
        self._lines: QVBoxLayout = column(gap=6)
        head = row(Label(kit, title, "small", "text_secondary").set_weight(500), STRETCH, self._note, gap=8)
        column(head, 4, self._lines, STRETCH, gap=4, pad=(16, 12), into=self)

    def set_note(self, note: str) -> None:
        """Change the quiet words."""
        self._note.setText(note)

    def fill(self, lines: Sequence[QWidget]) -> None:
        """Show other lines."""
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            self._lines.addWidget(line)


class Sign(QWidget):
    """A small sign: an icon, a filled dot, or the ring of something that waited."""

    def __init__(self, kit: UiKit, sign: str, tone: str = "text_secondary") -> None:
        super().__init__()
        self._kit = kit
        self._sign = sign
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be as large as an icon."""
        return QSize(_ICON_PX, _ICON_PX) * self._kit.theme.choice.text_scale

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sign."""
        theme = self._kit.theme
        painter = QPainter(self)
        center = QPointF(self.width() / 2, self.height() / 2)
        if self._sign == "dot":
            draw_dot(painter, theme, center, self._tone)
        elif self._sign == "ring":
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color(self._tone), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(center, 3.5, 3.5)
        else:
            draw_icon(painter, theme, center, Glyph(self._sign, self._tone))


def waiting_line(kit: UiKit, icon: str, name: str, count: str) -> QWidget:
    """Make a line of what waits."""
    line = QWidget()
    row(Sign(kit, icon), Label(kit, name), STRETCH, Label(kit, count, "medium").set_figures(), gap=8, into=line)
    line.setAccessibleName(f"{name}: {count}")
    return line


def figure_line(kit: UiKit, name: str, share: float | None, count: str) -> QWidget:
    """Make a line of what is on this laptop, with how complete it is."""
    line = QWidget()
    label = Label(kit, name)
    label.setMinimumWidth(round(_NAME_PX * kit.theme.choice.text_scale))
    bar = Progress(kit, name, height=4)
    bar.setFixedWidth(_BAR_PX)
    if share is None:
        bar.set_unknown()
    else:
        bar.set_value(share)
        bar.set_tone("success" if share >= 1 else "neutral")
    row(label, bar, STRETCH, Label(kit, count, "body", "text_secondary").set_figures(), gap=8, into=line)
    line.setAccessibleName(f"{name}: {count}")
    return line


def widest(kit: UiKit, role: str, texts: Iterable[str]) -> int:
    """Measure the widest of some texts in a role, in px: the room of a column."""
    font = kit.theme.font(role, tnum=True)
    return max((text_width(font, text) for text in texts), default=0)


def history_line(kit: UiKit, told: HistoryLine, room: int) -> QWidget:
    """Make a line of the history; times take ``room`` px."""
    signs = {"success": Sign(kit, "dot", "success_solid"), "waited": Sign(kit, "ring", "sync_offline")}
    sign = signs.get(told.tone) or Sign(kit, "dot", "warning_solid")
    line = QWidget()
    when = Label(kit, told.when).set_figures()
    when.setFixedWidth(room)
    took = Label(kit, told.took, "small", "text_secondary").set_figures()
    layout = row(sign, when, Label(kit, told.text, "body", "text_secondary", wrap=True), took, gap=8, into=line)
    layout.setStretch(2, 1)
    line.setAccessibleName(f"{told.when}, {told.text}, {told.took}")
    return line


class HappeningLine(QWidget):
    """A line of what happened, with a link where something can be done; ``followed`` names it."""

    followed = Signal(str)

    def __init__(self, kit: UiKit, happening: Happening, link: str, room: int) -> None:
        super().__init__()
        self._link = happening.link
        when = Label(kit, happening.when, "small", "muted").set_figures()
        when.setFixedWidth(room)
        said = Label(kit, happening.text, "small", "text", wrap=True)
        right = column(said, gap=2)
        if link:
            button = Button(kit, link, "link")
            button.clicked.connect(self._follow)
            right.addLayout(row(button, STRETCH, gap=0))
        layout = row(when, right, gap=12, into=self)
        layout.setAlignment(when, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(1, 1)
        self.setAccessibleName(f"{happening.when} {happening.text}")

    @Slot()
    def _follow(self) -> None:
        self.followed.emit(self._link)
