"""Labels: plain text in a role of the type scale and a tone of the palette."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from desktop.ui.components.plain_tooltip import plain_tooltip
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import one_line
from desktop.ui.design.text_block import break_lines, draw_lines

_LEAST_CHARACTERS = 3


class Label(QLabel):
    """Text that is never read as markup, elided at its end when it does not fit, whole in the tooltip.

    ``tone`` is the token of a text colour. With ``wrap`` it breaks into lines instead of eliding.
    """

    def __init__(
        self, kit: UiKit, text: str = "", role: str = "body", tone: str = "text", *, wrap: bool = False
    ) -> None:
        super().__init__()
        self._kit = kit
        self._role = role
        self._tone = tone
        self._tnum = False
        self._weight = 0
        self._elide = Qt.TextElideMode.ElideRight
        self._broken: tuple[tuple[str, str, int], list[str]] = (("", "", 0), [])
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if not wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)
        kit.follow(self)

    def set_tone(self, tone: str) -> None:
        """Change the colour to another text token."""
        self._tone = tone
        self.restyle()

    def set_role(self, role: str) -> None:
        """Change the step of the type scale."""
        self._role = role
        self.restyle()

    def set_figures(self) -> "Label":
        """Use figures of equal width, for numbers that change or stand below each other; gives itself back."""
        self._tnum = True
        self.restyle()
        return self

    def set_weight(self, weight: int) -> "Label":
        """Use another weight than the role's; gives itself back."""
        self._weight = weight
        self.restyle()
        return self

    def set_elide(self, mode: Qt.TextElideMode) -> None:
        """Elide in the middle for addresses and ids, or not at all."""
        self._elide = mode
        self.updateGeometry()

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Take font and colour from the theme."""
        theme = self._kit.theme
        lang = text_language(self.text())
        self.setFont(theme.font(self._role, tnum=self._tnum, lang=lang, weight=self._weight))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme.color(self._tone))
        self.setPalette(palette)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Give one line the height of its role, the same for Latin and Chinese."""
        if self.wordWrap():
            width = super().sizeHint().width()
            return QSize(width, self.heightForWidth(width))
        width = self.fontMetrics().horizontalAdvance(one_line(self.text())) + 1
        return QSize(width, self._kit.theme.line(self._role))

    def minimumSizeHint(self) -> QSize:
        """Let an eliding label shrink to a few letters."""
        if self.wordWrap():
            return QSize(super().minimumSizeHint().width(), self._kit.theme.line(self._role))
        if self._elide == Qt.TextElideMode.ElideNone:
            return self.sizeHint()
        least = self.fontMetrics().averageCharWidth() * _LEAST_CHARACTERS
        hint = self.sizeHint()
        return QSize(min(least, hint.width()), hint.height())

    def heightForWidth(self, width: int) -> int:
        """Give each line of wrapped text the height of its role."""
        if not self.wordWrap():
            return super().heightForWidth(width)
        margins = self.contentsMargins()
        lines = self._lines(width - margins.left() - margins.right())
        return len(lines) * self._kit.theme.line(self._role) + margins.top() + margins.bottom()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw one elided line, or the lines of wrapped text; what can be selected is drawn by Qt, plain as well."""
        if self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        color = self.palette().color(self.foregroundRole())
        painter.setPen(color)
        area, high = self.contentsRect(), self._kit.theme.line(self._role)
        lines = self._lines(area.width()) if self.wordWrap() else [self._shown()]
        high = high if self.wordWrap() else area.height()
        spare = max(0, area.height() - len(lines) * high)
        top = area.top() + (spare // 2 if self.alignment() & Qt.AlignmentFlag.AlignVCenter else 0)
        for place, line in enumerate(lines):
            at = QPoint(area.left() + self._indent(line), top + place * high)
            draw_lines(painter, at, [line], high, color)

    def event(self, event: QEvent) -> bool:
        """Show the whole text as tooltip when it is elided and has no other tooltip."""
        if event.type() == QEvent.Type.ToolTip and not self.toolTip() and isinstance(event, QHelpEvent):
            if self._shown() != one_line(self.text()):
                QToolTip.showText(event.globalPos(), plain_tooltip(self.text()), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _lines(self, width: int) -> list[str]:
        key = (self.text(), self.font().key(), width)
        if self._broken[0] != key:
            self._broken = key, [line.rstrip() for line in break_lines(self.text(), self.font(), width)]
        return self._broken[1]

    def _indent(self, line: str) -> int:
        """Tell how far a line is moved in to be in the middle or at the right."""
        spare = self.contentsRect().width() - self.fontMetrics().horizontalAdvance(line)
        if self.alignment() & Qt.AlignmentFlag.AlignRight:
            return spare
        return spare // 2 if self.alignment() & Qt.AlignmentFlag.AlignHCenter else 0

    def _shown(self) -> str:
        text = one_line(self.text())
        width = self.contentsRect().width()
        metrics = self.fontMetrics()
        if self._elide == Qt.TextElideMode.ElideNone or metrics.horizontalAdvance(text) <= width:
            return text
        return metrics.elidedText(text, self._elide, width)


def title(kit: UiKit, text: str = "") -> Label:
    """Make the name of a record or a day: 20 px."""
    return Label(kit, text, "title")


def heading(kit: UiKit, text: str = "") -> Label:
    """Make the title of a page or dialog: 15 px."""
    return Label(kit, text, "heading")


def section(kit: UiKit, text: str = "") -> Label:
    """Make the title of a card or pane: 13 px, strong."""
    return Label(kit, text, "section")


def body(kit: UiKit, text: str = "", *, wrap: bool = False) -> Label:
    """Make running text: 13 px."""
    return Label(kit, text, wrap=wrap)


def small(kit: UiKit, text: str = "", tone: str = "text_secondary", *, wrap: bool = False) -> Label:
    """Make a second line: 12 px."""
    return Label(kit, text, "small", tone, wrap=wrap)


def muted(kit: UiKit, text: str = "", *, wrap: bool = False) -> Label:
    """Make a quiet note: 12 px, muted."""
    return Label(kit, text, "small", "muted", wrap=wrap)


def hairline(kit: UiKit) -> QWidget:
    """Make a horizontal line of 1 px."""
    return _Hairline(kit)


class _Hairline(QWidget):
    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self.setFixedHeight(1)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._kit.theme.color("border"))
