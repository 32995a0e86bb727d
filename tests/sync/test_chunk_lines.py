"""A chunk's bytes are read line by line and never believed."""

from typing import Any

import msgspec
import pytest
import zstandard

from sync.client import chunk_lines
from sync.client.chunk_lines import slabs_of
from sync.contract.chunks import Slab
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code


def slab(kind: str = "account", **columns: list[Any]) -> dict[str, Any]:
    many = len(next(iter(columns.values()))) if columns else 1
    ids = [f"id{n}" for n in range(many)]
    head = [ids, ids, [1] * many, [False] * many]
    return {"type": kind, "columns": list(columns), "values": [*head, *columns.values()]}


def packed(*slabs: Any) -> bytes:
    return zstandard.compress(b"".join(msgspec.json.encode(each) + b"\n" for each in (*slabs, None)).rstrip())


def read(data: bytes) -> list[Slab]:
    return list(slabs_of(data, CATALOGUE))


def test_lines_come_one_after_the_other_however_long() -> None:
    long = ["x" * 200_000, "y"]

    found = read(packed(slab(name=["A"]), slab(description=long), slab("contact", name=["B", "C"])))

    assert [(each.type, each.rows) for each in found] == [("account", 1), ("account", 2), ("contact", 2)]
    assert found[1].values[4] == long


def test_chunk_without_rows_is_one() -> None:
    assert read(packed()) == []


def test_rows_of_an_unknown_type_come_as_they_are() -> None:
    found = read(packed(slab("spaceship", name=[{"any": 1}]), slab(name=["B"])))

    assert [(each.type, each.values[4]) for each in found] == [("spaceship", [{"any": 1}]), ("account", ["B"])]


@pytest.mark.allow_logs("values of the wrong kind")
def test_value_of_the_wrong_kind_is_left_empty() -> None:
    (found,) = read(packed(slab(name=["A", 7], unheard_of=[{"any": 1}, 2])))

    assert found.values[4:] == [["A", None], [{"any": 1}, 2]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zstd",
        packed(slab(name=["A"]))[:-3],
        zstandard.compress(b'{"type": "account"}\n'),
        zstandard.compress(msgspec.json.encode(slab(name=["A"]))),
        packed({"type": "account", "columns": ["name"], "values": [["a"], ["a"], [1], [False]]}),
        packed({"type": "account", "columns": [], "values": [["a"], ["a"], [1], [False, True]]}),
        packed({"type": "account", "columns": [], "values": [["a"], ["a"], [-1], [False]]}),
        packed({"type": "account", "columns": [], "values": [["a"], [""], [1], [False]]}),
        packed({"type": "account", "columns": [], "values": [["a"], ["a"], ["1"], [False]]}),
    ],
    ids=["nothing", "rubbish", "cut", "shape", "no end", "width", "length", "version", "scope", "kind"],
)
def test_what_is_no_chunk_is_refused(data: bytes) -> None:
    with pytest.raises(AppError) as refused:
        read(data)

    assert refused.value.code is Code.NOT_A_SERVER


def test_chunk_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk_lines, "_MOST_BYTES", 1_000_000)

    with pytest.raises(AppError) as refused:
        read(zstandard.compress(b" " * 2_000_000))

    assert refused.value.code is Code.NOT_A_SERVER
