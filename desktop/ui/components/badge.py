"""Badges as widgets; delegates use the painter in ``design/badge.py``."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.badge import BadgeSpec, badge_size, paint_badge
from desktop.ui.design.kit import UiKit


class Badge(QWidget):
    """A word or two in one of the badge tones."""

    def __init__(self, kit: UiKit, text: str, tone: str = "neutral", icon: str = "") -> None:
        super().__init__()
        self._kit = kit
        self._spec = BadgeSpec(text, tone, icon)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @property
    def text(self) -> str:
        """What it says."""
        return self._spec.text

    def set_badge(self, text: str, tone: str = "neutral", icon: str = "") -> None:
        """Say something else."""
        self._spec = BadgeSpec(text, tone, icon)
        self.setAccessibleName(text)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the words."""
        return badge_size(self._kit.theme, self._spec)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the badge."""
        paint_badge(QPainter(self), self._kit.theme, self.rect(), self._spec)
