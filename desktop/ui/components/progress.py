"""Progress bars: how far, in a line; how long is said in words beside it."""

from PySide6.QtCore import QRectF, QSize, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.kit import UiKit
from desktop.ui.design.progress_bar import TONES, paint_progress, paint_unknown_progress

_HEIGHT = 6
_LEAST_WIDTH = 60
_STEP_MS = 100
_STEPS = 14


class Progress(QWidget):
    """A bar that is known (``set_value``) or unknown (a third that moves, still when motion is off)."""

    def __init__(self, kit: UiKit, name: str, *, height: int = _HEIGHT) -> None:
        super().__init__()
        self._kit = kit
        self._name = name
        self._share: float | None = 0.0
        self._tone = "accent"
        self._phase = 0
        self._height = height
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @property
    def value(self) -> float | None:
        """The share that is done, 0 to 1; ``None`` while unknown."""
        return self._share

    @property
    def is_moving(self) -> bool:
        """Whether something moves in it."""
        return self._timer.isActive()

    def set_value(self, share: float) -> None:
        """Show how much is done, 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self._timer.stop()
        self.setAccessibleDescription(f"{self._share:.0%}")
        self.update()

    def set_unknown(self) -> None:
        """Show that it goes on, nobody knows how long."""
        self._share = None
        self.setAccessibleDescription("")
        self._move_if_seen()
        self.update()

    def set_tone(self, tone: str) -> None:
        """Change the colour: accent, success, warning, danger or neutral (paused)."""
        if tone not in TONES:
            raise ValueError(f"{tone} is no tone of a bar")
        self._tone = tone
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def sizeHint(self) -> QSize:
        """Be 6 px high and as wide as there is room."""
        return QSize(_LEAST_WIDTH * 2, self._height)

    def minimumSizeHint(self) -> QSize:
        """Keep enough to read."""
        return QSize(_LEAST_WIDTH, self._height)

    def showEvent(self, event: QShowEvent) -> None:
        """Move only while somebody looks."""
        super().showEvent(event)
        self._move_if_seen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop moving."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar."""
        painter = QPainter(self)
        bar = QRectF(self.rect())
        if self._share is None:
            phase = abs(_STEPS - self._phase) / _STEPS if self._kit.theme.choice.motion else 0.5
            paint_unknown_progress(painter, self._kit.theme, bar, phase)
        else:
            paint_progress(painter, self._kit.theme, bar, self._share, self._tone)

    def _move_if_seen(self) -> None:
        if self._share is None and self.isVisible() and self._kit.theme.choice.motion:
            self._timer.start()

    @Slot()
    def _step(self) -> None:
        self._phase = (self._phase + 1) % (2 * _STEPS)
        self.update()
