"""Words and formats in the user's language, from TOML catalogues; knows no Qt and no screens.

A key is ``area.rest``: the first part names the file, the rest the place in it. Catalogues are read when
their area is first asked for, because parsing all of them would cost a tenth of a second at start.
"""

import datetime as dt
import logging
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from desktop.system import formats

log = logging.getLogger(__name__)

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "zh_CN": "简体中文", "zh_TW": "繁體中文"})
"""Language codes the program speaks, each with its own name for itself."""

SYSTEM_LANGUAGE = "system"
"""Setting that stands for "what the operating system says"."""

_TRADITIONAL_REGIONS = ("tw", "hk", "mo", "hant")
_PLURAL_FORMS = frozenset({"one", "other"})


class MissingMessageError(LookupError):
    """A message, a plural form or a placeholder's value does not exist."""


@dataclass(frozen=True, slots=True)
class Plural:
    """One message in the forms a language tells apart by number."""

    one: str
    other: str

    def form(self, language: str, count: int) -> str:
        """Choose the form for ``count``; Chinese has one form for all numbers."""
        if language == "en" and count == 1:
            return self.one
        return self.other


Message = str | Plural


def system_language(environment: Mapping[str, str] | None = None) -> str:
    """Name the supported language nearest to the locale of the environment, English when there is none."""
    env = os.environ if environment is None else environment
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        tag = env.get(variable, "")
        if tag:
            return supported_language(tag)
    return "en"


def supported_language(tag: str) -> str:
    """Map a locale tag in any spelling (``zh-Hant-HK``, ``zh_TW.UTF-8``, ``de``) to a supported language."""
    parts = tag.replace("-", "_").split(".", maxsplit=1)[0].lower().split("_")
    if parts[0] != "zh":
        return "en"
    return "zh_TW" if any(part in _TRADITIONAL_REGIONS for part in parts[1:]) else "zh_CN"


def flatten_messages(table: Mapping[str, object], prefix: str) -> dict[str, Message]:
    """Turn a parsed catalogue into full keys.

    Raises:
        ValueError: A value is neither text, nor a table, nor a plural.
    """
    found: dict[str, Message] = {}
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, str):
            found[key] = value
        elif isinstance(value, Mapping) and "other" in value and set(value) <= _PLURAL_FORMS:
            other = str(value["other"])
            found[key] = Plural(one=str(value.get("one", other)), other=other)
        elif isinstance(value, Mapping):
            found.update(flatten_messages(value, key))
        else:
            msg = f"{key} is neither a text nor a table"
            raise ValueError(msg)
    return found


class Translator:
    """Messages, dates, numbers and money in one language, changeable while running.

    With ``strict`` (tests) anything missing raises ``MissingMessageError``; otherwise it is logged once and
    the key itself is shown, because a screen with one odd word is better than none.
    """

    def __init__(self, folder: Path, language: str, *, strict: bool = False) -> None:
        """Read catalogues below ``folder``; ``language`` is a code of ``LANGUAGES`` or ``"system"``."""
        self._folder = folder
        self._strict = strict
        self._language = "en"
        self._areas: dict[str, dict[str, Message]] = {}
        self._complained: set[str] = set()
        self.set_language(language)

    @property
    def language(self) -> str:
        """The language in force, never ``"system"``."""
        return self._language

    def set_language(self, language: str) -> None:
        """Speak ``language`` from now on.

        Raises:
            ValueError: The language is not supported.
        """
        chosen = system_language() if language == SYSTEM_LANGUAGE else language
        if chosen not in LANGUAGES:
            msg = f"{language} is not one of {', '.join(LANGUAGES)}"
            raise ValueError(msg)
        self._language = chosen
        self._areas.clear()
        self._complained.clear()

    def has(self, key: str) -> bool:
        """Tell whether the language has this message."""
        return key in self._area(key.partition(".")[0])

    def t(self, key: str, /, **values: object) -> str:
        """Give the message with its named placeholders filled; ``count`` also chooses the plural form."""
        message = self._area(key.partition(".")[0]).get(key)
        if message is None:
            return self._missing(key, key)
        text = self._plural_text(key, message, values) if isinstance(message, Plural) else message
        if not values:
            return text
        if isinstance(values.get("count"), int):
            values["count"] = formats.number(values["count"])
        try:
            return text.format_map(values)
        except KeyError as missing:
            return self._missing(f"{key} placeholder {missing}", text)

    def number(self, value: formats.Number | None) -> str:
        """Group thousands; ``None`` (unknown) is an en dash."""
        return formats.number(value)

    def money(self, amount_minor: int | None, currency: str, *, compact: bool = False) -> str:
        """Write an amount given in minor units: ¥486,000, or compact ¥2.41M and ¥241 万."""
        return formats.money(amount_minor, currency, self._language, compact=compact)

    def date(self, day: dt.date, *, today: dt.date | None = None) -> str:
        """Write a day: 20 Nov or 11月20日; the year stays out only when ``today`` lies in the same one."""
        return formats.day_text(self, day, today)

    def long_date(self, day: dt.date) -> str:
        """Write a day with its weekday in full: Friday 20 November, 11月20日 星期五."""
        return formats.long_day_text(self, day)

    def datetime(self, moment: dt.datetime, tz: dt.tzinfo | None, *, today: dt.date | None = None) -> str:
        """Write an aware instant in the given zone (``None``: the machine's): 20 Nov 15:00."""
        local = moment.astimezone(tz)
        return f"{self.date(local.date(), today=today)} {local:%H:%M}"

    def relative(self, when: dt.date | dt.datetime, now: dt.datetime) -> str:
        """Say how far a day is from ``now`` ("in 3 days", "yesterday"); beyond 7 days write it as a date.

        Days are counted in the zone of ``now``.
        """
        return formats.relative_day_text(self, when, now)

    def _area(self, area: str) -> dict[str, Message]:
        messages = self._areas.get(area)
        if messages is None:
            path = self._folder / self._language / f"{area}.toml"
            messages = flatten_messages(tomllib.loads(path.read_text("utf-8")), area) if path.is_file() else {}
            self._areas[area] = messages
        return messages

    def _plural_text(self, key: str, message: Plural, values: Mapping[str, object]) -> str:
        count = values.get("count")
        if not isinstance(count, int):
            return self._missing(f"{key} count", message.other)
        return message.form(self._language, count)

    def _missing(self, what: str, shown: str) -> str:
        if self._strict:
            msg = f"no message for {what} in {self._language}"
            raise MissingMessageError(msg)
        if what not in self._complained:
            self._complained.add(what)
            log.error("no message for %s in %s", what, self._language)
        return shown
