"""The one form in which JSON is stored, hashed and compared, and the one in which texts are compared."""

import json
import unicodedata

from sync.contract.fields import Value


def canonical_json(value: Value) -> str:
    """Write JSON in the one form that is stored, hashed and compared: sorted keys, no spaces, real characters."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def fold(text: str) -> str:
    """Give the form under which texts are compared and sorted: NFC, case folded."""
    return unicodedata.normalize("NFC", text).casefold()


def composed(value: Value) -> Value:
    """Give texts, also within lists, in the form under which they are the same value: NFC. Other values stay.

    Keyboards and systems differ in whether they write an accent as part of its letter or after it.
    """
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [composed(each) for each in value]
    return value
