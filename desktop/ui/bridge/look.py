"""How its user wants things to look: what was chosen in the settings, and whether the system keeps things still."""

from desktop.system.i18n import Translator
from desktop.system.motion import wants_stillness
from desktop.system.settings import DENSITY, TEXT_SCALE, THEME, Settings
from desktop.ui.design.theme import ThemeChoice


def theme_choice(settings: Settings, texts: Translator) -> ThemeChoice:
    """Read it anew for every window, and after each change."""
    return ThemeChoice(
        mode=settings.get(THEME),
        density=settings.get(DENSITY),
        text_scale=settings.get(TEXT_SCALE) / 100,
        language=texts.language,
        motion=not wants_stillness(),
    )
