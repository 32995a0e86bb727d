"""Writes a refusal as a sentence for a person; fills what a server of another version may have left out."""

from collections.abc import Callable, Mapping
from typing import Any

from desktop.domain.labels import Words
from sync.contract.errors import AppError, Code

UNKNOWN = "\N{EN DASH}"

_PLACEHOLDERS = (
    "type", "field", "id", "value", "expected", "known", "length", "limit", "low", "high", "by", "source", "path",
    "line", "reason", "error_id", "title", "act",
)  # fmt: skip


def refusal(words: Words, error: AppError) -> str:
    """Give the sentence of ``errors.<code>``: names of types and fields as they are typed."""
    said = {name: value for name, value in error.data.items() if value not in ("", None)}
    data = {**dict.fromkeys(_PLACEHOLDERS, UNKNOWN), **told_inside(words, said, lambda each: refusal(words, each))}
    if "id" not in error.data and "record" in error.data:
        data["id"] = error.data["record"]
    return words.t(f"errors.{error.code.value}", **data)


def told_inside(words: Words, data: Mapping[str, Any], tell: Callable[[AppError], str]) -> dict[str, Any]:
    """Write what a refusal tells inside of its own sentence: the act it is about, the refusal that was its reason."""
    found = dict(data)
    act, reason = data.get("act"), data.get("reason")
    if isinstance(act, Mapping):
        found["act"] = words.t(str(act["label"]), **act["values"])
    if isinstance(reason, Mapping):
        found["reason"] = tell(AppError(Code(reason["code"]), **reason["data"]))
    return found
