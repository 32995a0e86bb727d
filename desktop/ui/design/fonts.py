"""Which faces text is set in: the shipped Inter, then the system's Chinese faces, the language's own first.

Han unification makes the order matter: 直, 骨 and 令 differ between the Simplified and the Traditional face.
"""

import sys
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontDatabase

from desktop.ui.design.tokens import Faces, Tokens

_LOADED = "roundsman_fonts_loaded"


def load_fonts(folder: Path) -> None:
    """Register every font file below ``folder`` with the running application, once."""
    app = QCoreApplication.instance()
    if app is None or app.property(_LOADED):
        return
    for path in sorted(folder.rglob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))
    app.setProperty(_LOADED, True)


def platform_faces(tokens: Tokens) -> Faces:
    """Choose the family lists of this operating system."""
    name = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    return tokens.faces[name]


def families(faces: Faces, language: str) -> list[str]:
    """List families for text in ``language``: Latin, the language's own Chinese face, then the other one."""
    own, other = (faces.zh_hant, faces.zh_hans) if language == "zh_TW" else (faces.zh_hans, faces.zh_hant)
    return [faces.latin, *own, *other, faces.sans_fallback]


@lru_cache(4096)
def text_language(text: str) -> str:
    """Name the language whose face text out of a record needs, ``""`` when it makes no difference.

    GB 2312 holds the characters of Simplified and Big5 those of Traditional writing: what only one of them can encode
    is written that way. 永泰凍肉 is Traditional, 永泰冻肉 Simplified, 王小明 either.
    """
    if text.isascii():
        return ""
    chinese = "".join(letter for letter in text if "\u3400" <= letter <= "\u9fff")
    simplified, traditional = _can_encode(chinese, "gb2312"), _can_encode(chinese, "big5")
    if simplified == traditional:
        return ""
    return "zh_CN" if simplified else "zh_TW"


def has_chinese(text: str) -> bool:
    """Tell whether there is a Chinese character in the text."""
    return not text.isascii() and any("\u3400" <= letter <= "\u9fff" for letter in text)


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
