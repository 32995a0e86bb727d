"""Cards: a titled box, for dashboards and Today only; never a card in a card."""

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Outline, draw_box, rounded

_HEADER = 40


class Card(QWidget):
    """A box with a header of 40 px when it has a title; ``body`` is the layout to fill."""

    def __init__(self, kit: UiKit, title: str = "", note: str = "") -> None:
        super().__init__()
        self._kit = kit
        self.body: QVBoxLayout = column(gap=0)
        self._note = Label(kit, note, "small", "muted")
        self._trailing: QHBoxLayout = row(gap=4)
        self._header_box: QWidget | None = None
        if title:
            header = QWidget()
            self._header_box = header
            title_label = Label(kit, title, "section")
            row(title_label, self._note, STRETCH, self._trailing, gap=8, pad=(16, 0, 8, 0), into=header)
            column(header, hairline(kit), self.body, gap=0, pad=0, into=self)
        else:
            self._note.setParent(self)
            self._note.hide()
            column(self.body, gap=0, into=self)
        self._frame = _Frame(kit, self)
        self.setAccessibleName(title)
        kit.follow(self)

    def set_note(self, note: str) -> None:
        """Change the quiet words behind the title."""
        self._note.setText(note)

    def add_trailing(self, widget: QWidget) -> None:
        """Put something at the right end of the header."""
        self._trailing.addWidget(widget)

    @Slot()
    def restyle(self) -> None:
        """Take the height of the header from the theme."""
        if self._header_box is not None:
            self._header_box.setFixedHeight(max(_HEADER, self._kit.theme.line("section") + 20))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the frame around everything."""
        super().resizeEvent(event)
        self._frame.setGeometry(self.rect())

    def showEvent(self, event: QShowEvent) -> None:
        """Keep the frame above what was put in since."""
        super().showEvent(event)
        self._frame.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the fill; the frame draws the rest."""
        theme = self._kit.theme
        draw_box(QPainter(self), self.rect(), theme.color("surface"), theme.radius("lg"))


class _Frame(QWidget):
    """Outline and round corners above the contents: a square child does not clip to the round box it lies in."""

    def __init__(self, kit: UiKit, card: QWidget) -> None:
        super().__init__(card)
        self._kit = kit
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._kit.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corners = QPainterPath()
        corners.addRect(QRectF(self.rect()))
        inside = rounded(QRectF(self.rect()), theme.radius("lg"))
        painter.fillPath(corners.subtracted(inside), theme.color("bg"))
        draw_box(painter, self.rect(), None, theme.radius("lg"), Outline(theme.color("border")))
