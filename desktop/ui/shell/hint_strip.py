"""The hint strip: the keys of the page at the left, its quiet status at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Slot
from PySide6.QtGui import QPainter, QPaintEvent

from desktop.ui.components.surface import Surface
from desktop.ui.design.key_caps import caps_size, key_signs, paint_caps
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import RIGHT, draw_text, text_width
from desktop.ui.shell.page import Hint

_WORD_GAP = 6
_HINT_GAP = 16
_STATUS_GAP = 24


class HintStrip(Surface):
    """Painted in one widget. The last hint ("all keys") always shows; others go from the right when room is short."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__(kit, "bg", "t")
        self._kit = kit
        self._hints: tuple[Hint, ...] = ()
        self._status = ""
        self.restyle()

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The hints from left to right."""
        return self._hints

    @property
    def status(self) -> str:
        """The words at the right."""
        return self._status

    def set_hints(self, hints: Sequence[Hint]) -> None:
        """Explain these keys."""
        self._hints = tuple(hints)
        self._describe()

    def set_status(self, text: str) -> None:
        """Say something quiet about the page."""
        self._status = text
        self._describe()

    @Slot()
    def restyle(self) -> None:
        """Take the height from the theme."""
        self.setFixedHeight(max(self._kit.theme.layout.hint_strip, self._kit.theme.line("small") + 12))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw caps, words and status."""
        super().paintEvent(event)
        theme = self._kit.theme
        painter = QPainter(self)
        margin = theme.layout.page_margin
        right = self.width() - margin
        if self._status:
            font = theme.font("small", tnum=True)
            painter.setFont(font)
            width = min(text_width(font, self._status), self.width() // 2)
            area = QRect(right - width, 1, width, self.height() - 1)
            draw_text(painter, area, self._status, theme.color("text_secondary"), align=RIGHT)
            right -= width + _STATUS_GAP
        left = margin
        for hint in self._fitting(right - left):
            left = self._paint_hint(painter, hint, left)

    def _paint_hint(self, painter: QPainter, hint: Hint, left: int) -> int:
        theme = self._kit.theme
        signs = _signs(hint)
        caps = caps_size(theme, signs)
        paint_caps(painter, theme, QRect(left, 1, caps.width(), self.height() - 1), signs)
        left += caps.width() + _WORD_GAP
        font = theme.font("small")
        painter.setFont(font)
        width = text_width(font, hint.text)
        draw_text(painter, QRect(left, 1, width, self.height() - 1), hint.text, theme.color("text_secondary"))
        return left + width + _HINT_GAP

    def _fitting(self, room: int) -> list[Hint]:
        if not self._hints:
            return []
        last = self._hints[-1]
        room -= self._width(last)
        shown: list[Hint] = []
        for hint in self._hints[:-1]:
            room -= self._width(hint)
            if room < 0:
                break
            shown.append(hint)
        return [*shown, last]

    def _width(self, hint: Hint) -> int:
        theme = self._kit.theme
        return (
            caps_size(theme, _signs(hint)).width() + _WORD_GAP + text_width(theme.font("small"), hint.text) + _HINT_GAP
        )

    def _describe(self) -> None:
        words = [f"{' '.join(_signs(hint))}: {hint.text}" for hint in self._hints]
        self.setAccessibleName("; ".join(words))
        self.setAccessibleDescription(self._status)
        self.update()


def _signs(hint: Hint) -> tuple[str, ...]:
    """Give the caps of all keys of a hint; a modifier that they share stands once, at the front."""
    found: list[str] = []
    for shortcut in hint.keys.split():
        *modifiers, key = key_signs(shortcut)
        found += [sign for sign in modifiers if sign not in found]
        found.append(key)
    return tuple(found)
