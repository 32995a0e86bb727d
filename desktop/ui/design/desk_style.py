"""Qt's Fusion style, which is the same on every system, with the one thing that a style sheet cannot say."""

from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget


class DeskStyle(QProxyStyle):
    """Tooltips come after the time of the design instead of Qt's 700 ms."""

    def __init__(self, tooltip_ms: int) -> None:
        super().__init__("Fusion")
        self._tooltip_ms = tooltip_ms

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        """Answer for the tooltip; everything else is Fusion's."""
        if hint == QStyle.StyleHint.SH_ToolTip_WakeUpDelay:
            return self._tooltip_ms
        return super().styleHint(hint, option, widget, returned)
