"""docs/records.md says what the catalogue says."""

from desktop.services.record_docs import record_docs
from sync.contract.entities import CATALOGUE
from tests.architecture.sources import ROOT


def test_document_is_current() -> None:
    written = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")

    assert written == record_docs(), "make docs writes it anew"


def test_document_names_every_type_and_field() -> None:
    text = record_docs()

    for record in CATALOGUE:
        assert f"### {record.name}\n" in text
        assert all(f"| `{field.name}` |" in text for field in record.own_fields)
