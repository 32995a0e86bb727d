"""The one place that decides where a refusal is shown: beside what was typed, as a toast, a banner or a dialog."""

import logging
import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from desktop.services.refusals import known
from desktop.ui.bridge.record_words import RecordWords
from sync.contract.errors import AppError, Code

log = logging.getLogger(__name__)


class Place(StrEnum):
    """Where a refusal is shown."""

    INLINE = "inline"
    TOAST = "toast"
    BANNER = "banner"
    DIALOG = "dialog"


class Notices(Protocol):
    """The places of the window that can say something."""

    def say(self, place: Place, text: str) -> None:
        """Show a sentence; ``INLINE`` without a field to stand beside is shown as a toast."""
        ...


_INLINE = frozenset(
    {
        Code.VALUE_REQUIRED,
        Code.VALUE_TOO_LONG,
        Code.VALUE_UNREADABLE,
        Code.VALUE_OUT_OF_RANGE,
        Code.VALUE_NOT_A_CHOICE,
        Code.FIELD_READ_ONLY,
        Code.REFERENCE_NOT_FOUND,
    }
)
# What stays true until somebody does something about it.
_BANNER = frozenset(
    {
        Code.DISK_FULL,
        Code.DISK_UNUSABLE,
        Code.DATABASE_UNUSABLE,
        Code.CLIENT_TOO_OLD,
        Code.SIGN_IN_ENDED,
        Code.WRONG_USER,
    }
)
# What cannot be worked around in this window.
_DIALOG = frozenset({Code.KEY_WRONG, Code.KEY_MISSING, Code.DATABASE_NEWER})


def place_of(code: Code) -> Place:
    """Tell where a refusal of this code belongs."""
    if code in _INLINE:
        return Place.INLINE
    if code in _BANNER:
        return Place.BANNER
    return Place.DIALOG if code in _DIALOG else Place.TOAST


class ErrorPresenter:
    """Turns errors into sentences in the user's language and puts each where it belongs."""

    def __init__(self, words: RecordWords, notices: Notices) -> None:
        self._words = words
        self._notices = notices

    def present(self, error: BaseException, inline: Callable[[str], None] | None = None) -> None:
        """Show an error. ``inline`` puts a sentence beside the field it is about, where there is one."""
        refused = known(error)
        if refused is None:
            self._unknown(error)
            return
        place = place_of(refused.code)
        text = self.sentence(refused)
        if place is Place.INLINE and inline is not None:
            inline(text)
            return
        self._notices.say(place, text)

    def sentence(self, error: AppError) -> str:
        """Write an error as a person reads it: names of fields and types as the screens call them."""
        return self._words.refusal(error)

    def _unknown(self, error: BaseException) -> None:
        error_id = secrets.token_hex(4)
        log.error("unexpected error %s", error_id, exc_info=error)
        text = self._words.refusal(AppError(Code.INTERNAL, error_id=error_id))
        self._notices.say(Place.TOAST, text)
