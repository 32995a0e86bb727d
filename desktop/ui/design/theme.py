"""A theme: the tokens as Qt colours, fonts, sizes and icons, for one choice of the user."""

import sys
from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPalette, QPixmap

from desktop.ui.design.fonts import families, platform_faces, text_language
from desktop.ui.design.icons import IconStore
from desktop.ui.design.tokens import Layout, Motion, Tokens

# Room above and below the text of a row, in px; with the tokens' line heights it gives the tokens' row
# heights.
_ROW_PAD = 10
_TWO_LINE_PAD = 12
_CONTROL_PAD = 8
_HEAVY = 600
_CONTROL_MIN = 30
_SMALL_CONTROL_MIN = 26

_PALETTE = (
    (QPalette.ColorRole.Window, "bg"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "surface"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "on_accent"),
    (QPalette.ColorRole.PlaceholderText, "muted"),
    (QPalette.ColorRole.Link, "accent_text"),
    (QPalette.ColorRole.ToolTipBase, "raised"),
    (QPalette.ColorRole.ToolTipText, "text"),
    (QPalette.ColorRole.Accent, "accent"),
)
_PALETTE_TEXT = (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText)


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    """What the user chose; ``mode`` may be ``"system"``, ``text_scale`` runs from 0.9 to 1.5.

    ``high_contrast`` comes from the operating system: lines in the colour of text, no subtle fills.
    """

    mode: str = "light"
    density: str = "compact"
    text_scale: float = 1.0
    language: str = "en"
    motion: bool = True
    high_contrast: bool = False


class Theme:
    """Everything a widget or delegate needs to draw itself. Never changes; a new choice makes a new theme."""

    def __init__(self, tokens: Tokens, icons: IconStore, choice: ThemeChoice) -> None:
        """Bind tokens and icons to a choice whose mode is light or dark."""
        self.tokens = tokens
        self.choice = choice
        self._icons = icons
        self._faces = platform_faces(tokens)
        self._colors = {name: QColor(value) for name, value in tokens.colors[choice.mode].items()}
        self._colors["scrim"].setAlphaF(tokens.scrim_alpha[choice.mode])
        if choice.high_contrast:
            self._raise_contrast()
        self._fonts: dict[tuple[str, bool, str, int], QFont] = {}
        self._metrics: dict[tuple[str, bool, str, int], QFontMetrics] = {}

    @property
    def layout(self) -> Layout:
        """Sizes of the parts of the window."""
        return self.tokens.layout

    @property
    def motion(self) -> Motion:
        """Durations."""
        return self.tokens.motion

    @property
    def is_dark(self) -> bool:
        """Whether this is the dark mode."""
        return self.choice.mode == "dark"

    def color(self, name: str) -> QColor:
        """Give a colour by its token name; an unknown name raises ``KeyError``."""
        return self._colors[name]

    def font(self, role: str = "body", *, tnum: bool = False, lang: str = "", weight: int = 0) -> QFont:
        """Give the font of a role; ``lang`` is the language of the text when it is not the screen's."""
        key = (role, tnum, lang or self.choice.language, weight)
        font = self._fonts.get(key)
        if font is None:
            font = self._make_font(*key)
            self._fonts[key] = font
        return font

    def record_font(self, role: str, text: str, *, weight: int = 0) -> QFont:
        """Give the font for text out of a record, in the face of the script it is written in."""
        return self.font(role, lang=text_language(text), weight=weight)

    def metrics(self, role: str = "body", *, tnum: bool = False, lang: str = "", weight: int = 0) -> QFontMetrics:
        """Give the metrics of ``font`` with the same arguments."""
        key = (role, tnum, lang or self.choice.language, weight)
        metrics = self._metrics.get(key)
        if metrics is None:
            metrics = QFontMetrics(self.font(role, tnum=tnum, lang=lang, weight=weight))
            self._metrics[key] = metrics
        return metrics

    def line(self, role: str) -> int:
        """Give the height in px of one line of a role, the same for Latin and Chinese."""
        return round(self.tokens.type_scale[role].line * self.choice.text_scale)

    def grown(self, px: int) -> int:
        """Grow a size with the text: the room of an icon, a column."""
        return round(px * self.choice.text_scale)

    def radius(self, name: str) -> int:
        """Give a corner radius: xs sm md lg xl."""
        return self.tokens.radii[name]

    @property
    def row(self) -> int:
        """Height of a table row."""
        return max(self.tokens.densities[self.choice.density].row, self.line("body") + _ROW_PAD)

    @property
    def row_two_line(self) -> int:
        """Height of a row with a second line."""
        least = self.line("body") + self.line("small") + _TWO_LINE_PAD
        return max(self.tokens.densities[self.choice.density].row_two_line, least)

    @property
    def header(self) -> int:
        """Height of a table's header."""
        return max(self.tokens.densities[self.choice.density].header, self.line("small") + _TWO_LINE_PAD)

    @property
    def nav_item(self) -> int:
        """Height of an entry of the rail."""
        return max(self.tokens.densities[self.choice.density].nav_item, self.line("body") + _CONTROL_PAD)

    @property
    def control(self) -> int:
        """Height of buttons and fields."""
        least = max(_CONTROL_MIN, self.line("body") + _ROW_PAD)
        return max(self.tokens.densities[self.choice.density].control, least)

    @property
    def target(self) -> int:
        """Least width and height of whatever can be hit, however small it is drawn."""
        return self.tokens.densities[self.choice.density].nav_item

    @property
    def control_small(self) -> int:
        """Height of small buttons inside rows and cards."""
        return max(_SMALL_CONTROL_MIN, self.line("body") + _CONTROL_PAD - 2)

    @property
    def card_pad(self) -> int:
        """Padding inside cards."""
        return self.tokens.densities[self.choice.density].card_pad

    def pixmap(self, name: str, color: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
        """Draw an icon in a token colour; grows with the text scale."""
        side = self.grown(size)
        return self._icons.pixmap(name, self._colors[color].name(), side, ratio)

    def icon(self, name: str, color: str = "text_secondary", size: int = 16) -> QIcon:
        """Make a ``QIcon`` for the few places where Qt itself paints one."""
        icon = QIcon()
        for ratio in (1.0, 2.0):
            icon.addPixmap(self.pixmap(name, color, size, ratio))
        return icon

    def palette(self) -> QPalette:
        """Make the application's palette, so that whatever Qt paints by itself fits in."""
        palette = QPalette()
        for role, name in _PALETTE:
            palette.setColor(role, self._colors[name])
        for role in _PALETTE_TEXT:
            palette.setColor(QPalette.ColorGroup.Disabled, role, self._colors["disabled"])
        return palette

    def _make_font(self, role: str, tnum: bool, lang: str, weight: int) -> QFont:  # noqa: FBT001 - a cache key
        step = self.tokens.type_scale[role]
        font = QFont()
        font.setFamilies(families(self._faces, lang))
        # Qt keeps one fallback order for all fonts that begin with the same family and are alike otherwise; without
        # the hint, whichever script was drawn first would lend its face to both (decision 0155).
        font.setStyleHint(QFont.StyleHint.SansSerif if lang == "zh_TW" else QFont.StyleHint.AnyStyle)
        font.setPixelSize(max(1, round(step.px * self.choice.text_scale)))
        font.setWeight(QFont.Weight(self._seen_weight(weight or step.weight, lang)))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if step.tracking:
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, step.tracking)
        if tnum:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _raise_contrast(self) -> None:
        text, surface = self._colors["text"], self._colors["surface"]
        for name in self._colors:
            if name.endswith("_subtle"):
                self._colors[name] = surface
            elif name.startswith("border") or name in {"muted", "text_secondary"}:
                self._colors[name] = text

    def _seen_weight(self, weight: int, lang: str) -> int:
        # FreeType draws light text on dark without gamma correction, which makes it look one step heavier. The Chinese
        # faces have nothing between regular and bold: there a heading would no longer differ from what is below.
        heavy = weight >= _HEAVY and self.is_dark and sys.platform == "linux" and not lang.startswith("zh")
        return weight - 100 if heavy else weight
