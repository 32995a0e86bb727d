"""Writes docs/records.md from the catalogue: ``python -m desktop.services.record_docs``. A test keeps it current."""

import sys
from collections.abc import Iterator
from pathlib import Path

from desktop.domain.labels import field_label, type_label, types_label
from desktop.system.i18n import LANGUAGES, Translator
from desktop.system.paths import resources_folder
from sync.contract.entities import CATALOGUE, SCHEMA_VERSION
from sync.contract.fields import COMMON_FIELDS, EVERYBODY, SERVER_ONLY, Field, FieldType, Merge, RecordType, Role, Scope

_FILE = Path(__file__).resolve().parents[2] / "docs" / "records.md"

_HEAD = f"""# Records

Made from `sync/contract/entities` by `make docs`; schema version {SCHEMA_VERSION}. Do not edit.

Every name here is what the command line, CSV columns and messages use. Fields of one group are merged as one. A field's
rule says what happens when two people change it without having seen each other: `ask` (both values are kept and
somebody chooses), `last` (the later arrival), `max`, `min`, `counter` (additions add up), `set` (each element for
itself), `text` (line by line), `derived` (worked out by the office). *Required* fields must be filled, *searched* ones
are found by search, *personal* ones are personal data.
"""

_SEEN_BY = {
    Scope.SHARED: "everybody",
    Scope.ACCOUNT_ROOT: "who sees the account",
    Scope.ACCOUNT: "who sees its account, without one by its owner and those above",
    Scope.INHERITED: "who sees the record it is about",
}


def record_docs() -> str:
    """Give the whole document."""
    words = {language: Translator(resources_folder() / "i18n", language) for language in LANGUAGES}
    parts = [_HEAD, "## Fields of every record\n", _table(CATALOGUE["account"], COMMON_FIELDS, words)]
    family = ""
    for record in CATALOGUE:
        if record.family != family:
            family = record.family
            parts.append(f"## Family {family}\n")
        parts.append(_record(record, words))
    return "\n".join(parts)


def _record(record: RecordType, words: dict[str, Translator]) -> str:
    called = " / ".join(type_label(texts, record.name) for texts in words.values())
    about = (
        f"{called}; a list of them: {types_label(words['en'], record.name)}. Table `{record.table}`, "
        f"title `{' '.join(record.title)}`, seen by {_SEEN_BY[record.scope]}, written by {_roles(record.write)}.\n"
    )
    return "\n".join((f"### {record.name}\n", about, _table(record, record.own_fields, words)))


def _table(record: RecordType, fields: tuple[Field, ...], words: dict[str, Translator]) -> str:
    rows = ["| field | type | rule | group | limits | notes | " + " | ".join(LANGUAGES.values()) + " |"]
    rows.append("|---" * (6 + len(LANGUAGES)) + "|")
    for one in fields:
        labels = [field_label(texts, record, one.name) for texts in words.values()]
        cells = [f"`{one.name}`", one.type.value, one.merge.value, one.group or "", _limits(one), _notes(one), *labels]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _limits(one: Field) -> str:
    if one.choices:
        return ", ".join(f"`{each}`" for each in one.choices)
    if one.choices_from:
        return f"keys of `{one.choices_from}`"
    if one.target:
        return f"id of `{one.target}`"
    if one.type is FieldType.NUMBER:
        bounds = [f"{each:,.0f}" if each is not None else "" for each in (one.minimum, one.maximum)]
        return " to ".join(bounds) if any(bounds) else ""
    texts = {FieldType.TEXT, FieldType.ADDRESS, FieldType.URL, FieldType.EMAIL, FieldType.PHONE, FieldType.JSON}
    return f"{one.max_length:,} characters" if one.type in texts else ""


def _notes(one: Field) -> str:
    return ", ".join(_remarks(one))


def _remarks(one: Field) -> Iterator[str]:
    if one.required:
        yield "required"
    if one.default is not None:
        yield f"at first `{str(one.default).lower() if isinstance(one.default, bool) else one.default}`"
    if one.searched:
        yield "searched"
    if one.personal:
        yield "personal"
    if one.merge is Merge.DERIVED or one.write == SERVER_ONLY:
        yield "written by the program"
    elif one.write != EVERYBODY:
        yield f"written by {_roles(one.write)}"


def _roles(roles: frozenset[Role]) -> str:
    if not roles:
        return "the office"
    return "everybody" if roles == EVERYBODY else ", ".join(each.value for each in Role if each in roles)


if __name__ == "__main__":
    _FILE.write_text(record_docs(), encoding="utf-8")
    sys.exit(0)
