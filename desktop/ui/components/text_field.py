"""One-line text fields that never lose what was typed: a wrong value is marked, not cleared."""

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from desktop.ui.components.field_box import TONES, paint_field_box
from desktop.ui.components.icon_button import IconButton
from desktop.ui.design.fonts import text_language
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import RIGHT, Glyph, draw_icon, draw_text, text_width

_PAD = 10
_ICON = 16
_ICON_GAP = 8
_LEAST_WIDTH = 80


class TextField(QLineEdit):
    """A line edit in the design's box.

    ``committed`` gives the text when the field is left or Enter is pressed, if it changed since the last
    time.
    """

    committed = Signal(str)

    def __init__(self, kit: UiKit, text: str = "", placeholder: str = "", icon: str = "") -> None:
        super().__init__(text)
        self._kit = kit
        self._icon = icon
        self._tone = ""
        self._echo = ""
        self._last = text
        self.setPlaceholderText(placeholder)
        self.setFrame(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(self._commit)
        self.textChanged.connect(self._adapt_font)
        kit.follow(self)

    @property
    def tone(self) -> str:
        """How the box is marked: ``""``, ``"check"`` or ``"error"``."""
        return self._tone

    def set_tone(self, tone: str) -> None:
        """Mark the box: ``"check"`` may go on, ``"error"`` is kept as a draft, ``""`` neither."""
        if tone not in TONES:
            raise ValueError(f"{tone} is no tone of a field")
        self._tone = tone
        self.update()

    def set_echo(self, text: str) -> None:
        """Say at the right how the text was understood: "next Tue" is 24 Nov."""
        self._echo = text
        self._set_margins()
        self.update()

    def set_committed(self, text: str) -> None:
        """Show a value that came from outside, without announcing it."""
        self._last = text
        if text != self.text():
            self.setText(text)

    def revert(self) -> None:
        """Go back to the text that was committed last."""
        self.setText(self._last)

    def setReadOnly(self, read_only: bool) -> None:  # noqa: FBT001 - Qt's signature
        """Sink the field and show a lock."""
        super().setReadOnly(read_only)
        self._set_margins()
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Take font, colours and height from the theme."""
        theme = self._kit.theme
        palette = QPalette(theme.palette())
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(palette)
        self._adapt_font()
        self._set_margins()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Be as high as a control."""
        return QSize(max(super().sizeHint().width(), _LEAST_WIDTH), self._kit.theme.control)

    def minimumSizeHint(self) -> QSize:
        """Keep the height, shrink to a few letters."""
        return QSize(_LEAST_WIDTH, self._kit.theme.control)

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+K to the window: on Linux and macOS Qt would cut the rest of the line with it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.DeleteEndOfLine)
        ):
            event.ignore()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, then Qt's text, then icon and echo."""
        theme = self._kit.theme
        painter = QPainter(self)
        paint_field_box(painter, theme, self, self._tone)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self)
        middle = self.height() / 2
        if self._icon:
            draw_icon(painter, theme, QPointF(_PAD + theme.grown(_ICON) / 2, middle), Glyph(self._icon, "muted", _ICON))
        if self.isReadOnly():
            draw_icon(
                painter, theme, QPointF(self.width() - _PAD - theme.grown(_ICON) / 2, middle), Glyph("lock", "muted")
            )
        elif self._echo:
            painter.setFont(theme.font("small", tnum=True))
            area = QRect(0, 0, self.width() - _PAD, self.height())
            draw_text(painter, area, self._echo, theme.color("muted"), align=RIGHT)

    @Slot()
    def _commit(self) -> None:
        if self.text() != self._last and not self.isReadOnly():
            self._last = self.text()
            self.committed.emit(self._last)

    @Slot()
    def _adapt_font(self) -> None:
        font = self._kit.theme.font("body", lang=text_language(self.text()))
        if font != self.font():
            self.setFont(font)

    def _set_margins(self) -> None:
        side = self._kit.theme.grown(_ICON)
        left = _PAD + (side + _ICON_GAP if self._icon else 0)
        right = _PAD
        if self.isReadOnly():
            right += side + _ICON_GAP
        elif self._echo:
            right += text_width(self._kit.theme.font("small", tnum=True), self._echo) + _ICON_GAP
        # Qt adds 2 px of its own on each side of the text.
        self.setTextMargins(left - 2, 0, right - 2, 0)


class PasswordField(TextField):
    """A field whose text is hidden, with a button that shows it."""

    def __init__(self, kit: UiKit, show_name: str, placeholder: str = "") -> None:
        super().__init__(kit, "", placeholder, "key-round")
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = IconButton(kit, "eye", show_name)
        self.eye.setParent(self)
        self.eye.setCheckable(True)
        self.eye.setCursor(Qt.CursorShape.ArrowCursor)
        self.eye.toggled.connect(self._show_text)
        self._set_margins()

    def _set_margins(self) -> None:
        side = self._kit.theme.grown(_ICON)
        self.setTextMargins(_PAD + side + _ICON_GAP - 2, 0, _PAD + side + _ICON_GAP, 0)

    def resizeEvent(self, event: object) -> None:
        """Keep the button at the right end."""
        side = self.eye.sizeHint()
        self.eye.setGeometry(self.width() - side.width() - 2, (self.height() - side.height()) // 2, *side.toTuple())
        super().resizeEvent(event)  # type: ignore[arg-type]

    @Slot(bool)
    def _show_text(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
