"""The one place where the theme changes while running; widgets hear of it through ``changed``."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop.ui.design.desk_style import DeskStyle
from desktop.ui.design.fonts import load_fonts
from desktop.ui.design.icons import IconStore
from desktop.ui.design.qss import style_sheet
from desktop.ui.design.theme import Theme, ThemeChoice
from desktop.ui.design.tokens import DENSITIES, MODES, load_tokens

SYSTEM_MODE = "system"
TEXT_SCALES = (0.9, 1.0, 1.1, 1.25, 1.5)


class ThemeHub(QObject):
    """Holds the theme in force, applies it to the application and announces each change once.

    With mode ``"system"`` it follows the operating system between light and dark.
    """

    changed = Signal()

    def __init__(self, resources: Path, choice: ThemeChoice | None = None, parent: QObject | None = None) -> None:
        """Read tokens, icons and fonts below ``resources``; the theme is not applied before ``apply()``."""
        super().__init__(parent)
        self._tokens = load_tokens(resources / "themes" / "tokens.json")
        self._icons = IconStore(resources / "icons", self._tokens.icon_stroke)
        self._fonts_folder = resources / "fonts"
        self._choice = choice or ThemeChoice()
        self._is_applied = False
        load_fonts(self._fonts_folder)
        # The chained wrappers must be kept, else PySide6 forgets the senders of the connections.
        self._hints = QApplication.styleHints()
        self._accessibility = self._hints.accessibility()
        self._theme = self._make_theme()
        self._hints.colorSchemeChanged.connect(self._follow_system)
        self._accessibility.contrastPreferenceChanged.connect(self._rebuild)

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    @property
    def choice(self) -> ThemeChoice:
        """What was chosen; its mode may be ``"system"``, unlike that of ``theme.choice``."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Put another choice in force, usually ``replace(hub.choice, mode="dark")``.

        Raises:
            ValueError: A mode or density that the design does not have.
        """
        if choice.mode not in (*MODES, SYSTEM_MODE):
            raise ValueError(f"{choice.mode} is no theme")
        if choice.density not in DENSITIES:
            raise ValueError(f"{choice.density} is no density")
        if choice == self._choice:
            return
        self._choice = choice
        self._rebuild()

    def apply(self) -> None:
        """Give the application style, palette, font and style sheet; before the first window shows."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise TypeError("a theme needs a running QApplication")
        if not self._is_applied:
            app.setStyle(DeskStyle(self._theme.motion.tooltip_delay))
            self._is_applied = True
        app.setPalette(self._theme.palette())
        app.setFont(self._theme.font("body"))
        app.setStyleSheet(style_sheet(self._theme))

    @Slot()
    def _follow_system(self) -> None:
        if self._choice.mode == SYSTEM_MODE:
            self._rebuild()

    @Slot()
    def _rebuild(self) -> None:
        self._icons.forget()
        self._theme = self._make_theme()
        if self._is_applied:
            self.apply()
        self.changed.emit()

    def _make_theme(self) -> Theme:
        mode = self._choice.mode
        if mode == SYSTEM_MODE:
            scheme = QApplication.styleHints().colorScheme()
            mode = "dark" if scheme == Qt.ColorScheme.Dark else "light"
        contrast = self._choice.high_contrast or self._system_wants_contrast()
        return Theme(self._tokens, self._icons, replace(self._choice, mode=mode, high_contrast=contrast))

    def _system_wants_contrast(self) -> bool:
        return self._accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast
