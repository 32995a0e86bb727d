"""An Anki laptop, run by a Python that has Anki: ``anki_laptop.py fill|measure OFFICE FOLDER ROWS [LINE]``.

``fill`` makes a colleague's collection and uploads it; ``measure`` downloads it by way of LINE and goes on from there.
One row is a note of two fields, since Anki knows no others. Writes one JSON document.
"""

import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anki.collection import AddNoteRequest, Collection

_EDITS = 10_000
_CHANGES = 1_000
_IDLE = 20
_SLICE = 1_000
_SECOND_S = 1.1
_REMARK = (
    "Met at the trade fair, wants to see the new range and asked for a visit in the coming weeks, bring samples and "
    "the price list of the autumn, ask for Tuesday."
)


def _texts(number: int) -> tuple[str, str]:
    row = {
        "kind": ("visit", "call", "note")[number % 3],
        "account": f"account:{number % 6896}",
        "outcome": "open",
        "street": f"{number % 300} Harbour Road, Block {number % 17}",
        "city": f"City {number % 500}",
        "phone": f"+86 21 {number % 10**8:08d}",
        "owner": f"rep{number % 200}",
        "amount": number * 13 % 1_000_000,
        "email": f"person{number}@customer-{number % 6896}.example",
        "remark": _REMARK,
    }
    return f"Talk about order {number * 7919 % 100_003}", json.dumps(row)


def _seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


class _Laptop:
    def __init__(self, folder: Path, office: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "collection.anki2"
        self.collection = Collection(str(self.file))
        self._sign_in = self.collection.sync_login("bench", "benchpass", f"{office}/")

    def sync(self) -> None:
        answer = self.collection.sync_collection(self._sign_in, False)
        if answer.required != answer.NO_CHANGES:
            raise RuntimeError(f"Anki wants {answer.ChangesRequired.Name(answer.required)}")

    def move_everything(self, *, upload: bool) -> None:
        # Anki itself finds out at this point that one side is empty.
        self.collection.sync_collection(self._sign_in, False)
        self.collection.close_for_full_sync()
        self.collection.full_upload_or_download(auth=self._sign_in, server_usn=None, upload=upload)
        self.collection.reopen(after_full_sync=True)

    def add(self, rows: int) -> None:
        kind, deck = self.collection.models.by_name("Basic"), self.collection.decks.id("CRM")
        for start in range(0, rows, _SLICE):
            added = []
            for number in range(start, min(rows, start + _SLICE)):
                note = self.collection.new_note(kind)
                note["Front"], note["Back"] = _texts(number)
                added.append(AddNoteRequest(note=note, deck_id=deck))
            self.collection.add_notes(added)

    def change(self, start: int, many: int, outcome: str) -> None:
        # Anki tells changes apart by whole seconds.
        threading.Event().wait(_SECOND_S)
        ids = self.collection.db.list("select id from notes order by id limit ? offset ?", many, start)
        for slice_start in range(0, many, _SLICE):
            notes = [self.collection.get_note(each) for each in ids[slice_start : slice_start + _SLICE]]
            for note in notes:
                note["Back"] = note["Back"].replace('"outcome": "open"', f'"outcome": "{outcome}"')
            self.collection.update_notes(notes)

    def count(self, outcome: str) -> int:
        found: int = self.collection.db.scalar("select count() from notes where flds like ?", f'%"{outcome}"%')
        return found


def _fill(office: str, folder: Path, rows: int) -> dict[str, Any]:
    colleague = _Laptop(folder / "colleague", office)
    colleague.add(rows)
    colleague.move_everything(upload=True)
    colleague.collection.close()
    return {"rows": rows, "row_bytes": sum(len(each.encode()) for each in _texts(12_345))}


def _measure(office: str, folder: Path, rows: int, line: str) -> dict[str, Any]:
    laptop = _Laptop(folder / "laptop", line)
    found: dict[str, Any] = {"first_s": _seconds(lambda: laptop.move_everything(upload=False))}
    if laptop.collection.note_count() != rows:
        raise RuntimeError(f"{laptop.collection.note_count()} of {rows} rows came")
    found["client_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["disk_mb"] = laptop.file.stat().st_size / 1e6
    laptop.change(0, _EDITS, "sent")
    found["push_s"] = _seconds(laptop.sync)
    colleague = _Laptop(folder / "colleague", office)
    colleague.sync()
    if colleague.count("sent") != _EDITS:
        raise RuntimeError(f"{colleague.count('sent')} of {_EDITS} edits went")
    colleague.change(rows // 2, _CHANGES, "fetched")
    colleague.sync()
    found["pull_ms"] = _seconds(laptop.sync) * 1000
    if laptop.count("fetched") != _CHANGES:
        raise RuntimeError(f"{laptop.count('fetched')} of {_CHANGES} changes came")
    found["noop_ms"] = sorted(_seconds(laptop.sync) * 1000 for _ in range(_IDLE))[_IDLE // 2]
    colleague.collection.close()
    laptop.collection.close()
    return found


def main() -> None:
    """Do what the arguments say."""
    task, office, folder, rows, *line = sys.argv[1:]
    given = (office, Path(folder), int(rows))
    json.dump(_fill(*given) if task == "fill" else _measure(*given, *line), sys.stdout)


if __name__ == "__main__":
    main()
