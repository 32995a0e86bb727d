"""Fetching a chunk: whole, cut, damaged, replaced by somebody else's page."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from sync.client.chunks_http import fetch_chunk
from sync.client.transport import HttpOffice, Timeouts
from sync.contract.chunks import CHUNK_REST, CHUNK_TYPE, ChunkEntry, etag_of, rest_header
from sync.contract.errors import AppError, Code
from sync.contract.wire import PROTOCOL_HEADER
from tests.helpers.fault_proxy import HTML, Answer, FaultProxy

DATA = bytes(range(256)) * 1000
NAME = "a" * 64
ENTRY = ChunkEntry(name=NAME, place="p", rows=1)
REST = ChunkEntry(name="b" * 64, place="q", rows=5)


class Line:
    """A connection that gives only so many bytes at a time, of an office that heeds ranges."""

    def __init__(self, *cuts: int, data: bytes = DATA) -> None:
        self.data = data
        self.cuts = list(cuts)
        self.asked: list[dict[str, str]] = []

    @contextmanager
    def answered(self, _path: str, headers: dict[str, str]) -> Iterator[Any]:
        self.asked.append(headers)
        start = 0
        told = {"Content-Type": CHUNK_TYPE, "ETag": etag_of(self.data)}
        if headers.get("If-Range") == told["ETag"]:
            start = int(headers["Range"].removeprefix("bytes=").removesuffix("-"))
            told["Content-Range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
        end = start + self.cuts.pop(0) if self.cuts else len(self.data)
        stream = io.BytesIO(self.data[start:end])
        yield SimpleNamespace(headers=told, raw=stream)
        if end < len(self.data):
            raise AppError(Code.SERVER_UNREACHABLE)


def test_cut_chunk_goes_on_where_it_was_cut() -> None:
    line = Line(100_000, 50_000)

    body = fetch_chunk(line.answered, ENTRY, "c")

    assert body.data == DATA
    assert [each.get("Range") for each in line.asked] == [None, "bytes=100000-", "bytes=150000-"]


def test_chunk_that_is_another_after_the_cut_begins_again() -> None:
    line = Line(100_000)

    @contextmanager
    def replaced(path: str, headers: dict[str, str]) -> Iterator[Any]:
        if line.asked:
            line.data = DATA[::-1]
        with line.answered(path, headers) as answer:
            yield answer

    assert fetch_chunk(replaced, ENTRY, "c").data == DATA[::-1]


@pytest.mark.parametrize(("cuts", "requests"), [((0,), 1), ((10, 10, 10, 10), 4)], ids=["at once", "again and again"])
def test_line_that_is_cut_too_often_ends_the_run(cuts: tuple[int, ...], requests: int) -> None:
    line = Line(*cuts)

    with pytest.raises(AppError) as refused:
        fetch_chunk(line.answered, ENTRY, "c")

    assert refused.value.code is Code.SERVER_UNREACHABLE
    assert len(line.asked) == requests


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture
def office(proxy: FaultProxy) -> Iterator[HttpOffice]:
    office = HttpOffice(proxy.address, token="secret", timeouts=Timeouts(connect_s=2, read_s=10))
    yield office
    office.close()


def answer(headers: dict[str, str] | None = None, data: bytes = DATA) -> Answer:
    known = {PROTOCOL_HEADER: "1", "Content-Type": CHUNK_TYPE, "ETag": etag_of(DATA)}
    return Answer(200, {**known, **(headers or {})}, data)


def test_chunk_comes_whole_with_what_follows_it(office: HttpOffice, proxy: FaultProxy) -> None:
    proxy.next(answer({CHUNK_REST: rest_header(REST)}))

    body = office.chunk(ENTRY, "cursor/+=")

    assert (body.data, body.rest) == (DATA, REST)
    assert proxy.seen[0].path == f"/v1/sync/chunks/{NAME}?place=p&cursor=cursor%2F%2B%3D"
    assert proxy.seen[0].headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (HTML, Code.NOT_A_SERVER),
        (Answer(302, {"Location": "http://hotel.example/"}), Code.NOT_A_SERVER),
        (answer({"Content-Type": "application/json"}), Code.NOT_A_SERVER),
        (answer({"Content-Range": "bytes 7-9/10"}), Code.NOT_A_SERVER),
        (answer({CHUNK_REST: "x y z"}), Code.NOT_A_SERVER),
        (answer(data=DATA[:-1]), Code.CHUNK_DAMAGED),
        (answer(data=DATA[:-1] + b"?"), Code.CHUNK_DAMAGED),
        (answer({"ETag": ""}), Code.CHUNK_DAMAGED),
        (Answer(503, {"Retry-After": "7"}), Code.SERVER_BUSY),
        (Answer(401, {PROTOCOL_HEADER: "1"}), Code.SIGN_IN_ENDED),
    ],
    ids=["hotel", "redirect", "type", "range", "rest", "short", "flipped", "no hash", "busy", "sign-in"],
)
def test_what_is_not_the_chunk_is_refused(office: HttpOffice, proxy: FaultProxy, given: Answer, code: Code) -> None:
    proxy.next(given)

    with pytest.raises(AppError) as refused:
        office.chunk(ENTRY, "c")

    assert refused.value.code is code
