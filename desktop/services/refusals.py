"""Writes a refusal as a sentence for a person; fills what a server of another version may have left out."""

from desktop.domain.labels import Words
from sync.contract.errors import AppError

UNKNOWN = "\N{EN DASH}"

_PLACEHOLDERS = (
    "type", "field", "id", "value", "expected", "known", "length", "limit", "low", "high", "by", "source", "path",
    "line", "reason", "error_id", "title",
)  # fmt: skip


def refusal(words: Words, error: AppError) -> str:
    """Give the sentence of ``errors.<code>``: names of types and fields as they are typed."""
    data = {**dict.fromkeys(_PLACEHOLDERS, UNKNOWN), **error.data}
    if "id" not in error.data and "record" in error.data:
        data["id"] = error.data["record"]
    return words.t(f"errors.{error.code.value}", **data)
