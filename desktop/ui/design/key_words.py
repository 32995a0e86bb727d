"""How a key is named inside a sentence."""

from desktop.ui.design.key_caps import key_signs
from desktop.ui.design.kit import UiKit

_SPOKEN = {"⇧": "Shift", "↵": "Enter"}


def key_in_words(kit: UiKit, shortcut: str) -> str:
    """Write a shortcut as one reads it in a sentence ("Ctrl+Shift+S", "←"); says so where there is none."""
    if not shortcut:
        return kit.t("shell.keys.none")
    signs = ({"Space": kit.t("shell.keys.space"), **_SPOKEN}.get(sign, sign) for sign in key_signs(shortcut))
    return "+".join(signs)
