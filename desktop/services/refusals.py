"""Writes a refusal as a sentence for a person; fills what a server of another version may have left out."""

import errno
from collections.abc import Callable, Mapping
from typing import Any

from desktop.domain.labels import Words
from desktop.system.durable import refusal_of
from sync.contract.errors import AppError, Code

UNKNOWN = "\N{EN DASH}"

_PLACEHOLDERS = (
    "type", "field", "id", "value", "expected", "known", "length", "limit", "low", "high", "by", "source", "path",
    "line", "reason", "error_id", "title", "act", "count", "at",
)  # fmt: skip


_DISK = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EROFS, errno.EIO})


def known(error: BaseException) -> AppError | None:
    """Give the refusal that an error stands for: itself, no memory, a disk that fails; ``None`` where it is a bug."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, MemoryError):
        return AppError(Code.MEMORY_FULL)
    return refusal_of(error) if isinstance(error, OSError) and error.errno in _DISK else None


def refusal(words: Words, error: AppError, *, at_office: bool = False) -> str:
    """Give the sentence of ``errors.<code>``: names of types and fields as they are typed.

    ``at_office`` tells that it was given by the office about a change that is kept here.
    """
    said = {name: value for name, value in error.data.items() if value not in ("", None)}
    data = {**dict.fromkeys(_PLACEHOLDERS, UNKNOWN), **told_inside(words, said, lambda each: refusal(words, each))}
    if "id" not in error.data and "record" in error.data:
        data["id"] = error.data["record"]
    expected = f"cli.expected.{data['expected']}"
    if words.has(expected):
        data["expected"] = words.t(expected)
    return words.t(sentence_key(words, error.code, at_office=at_office), **data)


def sentence_key(words: Words, code: Code, *, at_office: bool = False) -> str:
    """Name the sentence of a refusal; what the office says about a kept change is not always true of this laptop."""
    of_office = f"errors.not_accepted.{code.value}"
    return of_office if at_office and words.has(of_office) else f"errors.{code.value}"


def told_inside(words: Words, data: Mapping[str, Any], tell: Callable[[AppError], str]) -> dict[str, Any]:
    """Write what a refusal tells inside of its own sentence: the act it is about, the refusal that was its reason."""
    found = dict(data)
    act, reason = data.get("act"), data.get("reason")
    if isinstance(act, Mapping):
        found["act"] = words.t(str(act["label"]), **act["values"])
    if isinstance(reason, Mapping):
        found["reason"] = tell(AppError(Code(reason["code"]), **reason["data"]))
    return found
