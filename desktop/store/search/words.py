"""Turns texts and queries into words of the index. Pure.

Chinese has no spaces, so every character is a word and a query of several characters is a phrase. Latin words are
found by their beginnings, phone numbers by their digits.
"""

import re
import unicodedata

_CJK = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_RUN = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_DIGITS = re.compile(r"\d+")
_PHONE_LIKE = re.compile(r"\+?[\d\s().\-/]{5,}")
_COUNTRY_CODES = ("86", "852", "853", "886", "65", "81", "82", "44", "49", "33", "1")
_LAST_DIGITS = 4
_MIN_LOCAL_DIGITS = 7
_MAX_QUERY = 200
_MAX_WORDS = 16


def indexable(text: str) -> str:
    """Write a text so that the tokenizer sees every Chinese character as a word of its own."""
    if text.isascii():
        return text
    return _CJK_RUN.sub(lambda run: f" {' '.join(run.group())} ", unicodedata.normalize("NFKC", text))


def phone_words(text: str) -> list[str]:
    """Give the words by which a phone number is found: its digits, those without a prefix, and the last four."""
    groups = _DIGITS.findall(unicodedata.normalize("NFKC", text))
    whole = "".join(groups)
    if not whole:
        return []
    found = {"".join(groups[index:]) for index in range(len(groups))}
    if text.lstrip().startswith(("+", "\uff0b", "00")):
        national = whole.removeprefix("00") if whole.startswith("00") else whole
        found.add(national)
        found |= {national.removeprefix(code) for code in _COUNTRY_CODES if national.startswith(code)}
    kept = {each for each in found if len(each) >= _MIN_LOCAL_DIGITS}
    return sorted({whole, whole[-_LAST_DIGITS:], *kept})


def match_expression(text: str) -> str | None:
    """Write the FTS5 expression for what a person typed; ``None`` where it holds no word at all.

    All words must occur. Whatever the text holds is quoted, so nothing in it is taken for an operator.
    """
    text = unicodedata.normalize("NFKC", text.replace("\x00", " "))[:_MAX_QUERY].strip()
    if _PHONE_LIKE.fullmatch(text):
        return f'"{"".join(_DIGITS.findall(text))}" *' if _DIGITS.search(text) else None
    parts = [part for word in text.split() for part in _RUN.findall(word) if _has_word(part)]
    if len(parts) == 1 and len(parts[0]) == 1 and not _IS_CJK.match(parts[0]):
        # One Latin letter begins words of nearly every record; in titles it still says something.
        return f"{{title}} : ({_phrase(parts[0])})"
    return " AND ".join(_phrase(part) for part in parts[:_MAX_WORDS]) or None


def plain_words(text: str) -> list[str]:
    """Give the folded pieces of a query, for showing where they were found."""
    text = unicodedata.normalize("NFKC", text)[:_MAX_QUERY]
    return [part.casefold() for word in text.split() for part in _RUN.findall(word) if _has_word(part)]


def _phrase(part: str) -> str:
    if _IS_CJK.match(part):
        return f'"{" ".join(part)}"'
    quoted = part.replace('"', " ")
    return f'"{quoted}" *'


def _has_word(part: str) -> bool:
    # The tokenizer keeps letters, numbers and private-use characters; a phrase of anything else would match nothing.
    return any(unicodedata.category(each)[0] in "LN" or unicodedata.category(each) == "Co" for each in part)
