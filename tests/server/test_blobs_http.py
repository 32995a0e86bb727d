"""Files over real HTTP: pieces that end early are kept, ranges, marks, refusals."""

import hashlib
import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from sync.contract.clock import new_id
from sync.contract.wire import PROTOCOL, PROTOCOL_HEADER
from sync.server.log import Author
from tests.helpers.office import Office

CONTENT = bytes(range(256)) * 2000
NAME = hashlib.sha256(CONTENT).hexdigest()

_READ_AHEAD = 2 * 65_536
"""So much the web server holds that nobody has read yet when a connection ends; it is lost with the connection."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class Caller:
    """A signed-in device that sends requests as it is told, however odd."""

    def __init__(self, office: Office, login: str = "ana") -> None:
        parts = urlsplit(office.url)
        self.host, self.port = str(parts.hostname), int(parts.port or 0)
        self.user = office.add_user(login, territories=("North",))
        secret = {"login": login, "password": Office.PASSWORD, "client_id": new_id(), "device": "laptop", "schema": 1}
        self.token = ""
        self.token = self.ask("POST", "/v1/sign-in", json.dumps(secret).encode()).data["token"]

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def begin(self) -> Answer:
        return self.ask("POST", "/v1/blobs", json.dumps({"sha256": NAME, "size": len(CONTENT)}).encode())

    def patch(self, offset: int, data: bytes) -> Answer:
        return self.ask("PATCH", f"/v1/blobs/{NAME}", data, Upload_Offset=str(offset))

    def tell(self) -> Answer:
        return self.ask("HEAD", f"/v1/blobs/{NAME}")

    def get(self, **headers: str) -> Answer:
        return self.ask("GET", f"/v1/blobs/{NAME}", None, **headers)

    def patch_part(self, offset: int, promised: int, data: bytes) -> None:
        """Promise more than is sent, then end the connection in order, as a laptop that goes to sleep."""
        head = (
            f"PATCH /v1/blobs/{NAME} HTTP/1.1\r\nHost: office\r\nAuthorization: Bearer {self.token}\r\n"
            f"Upload-Offset: {offset}\r\nContent-Length: {promised}\r\n\r\n"
        )
        with socket.create_connection((self.host, self.port), timeout=60) as connection:
            connection.sendall(head.encode() + data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                continue


@pytest.fixture
def ana(sqlite_office: Office) -> Caller:
    """Somebody with an account to which a file is attached, of which no byte has come yet."""
    caller = Caller(sqlite_office)
    with sqlite_office.log() as log, log.writing() as writer:
        author = Author(user=caller.user)
        account = writer.create("account", {"name": "Acme", "owner": caller.user}, author=author)
        values = {"name": "a.bin", "account": account, "sha256": NAME, "size_bytes": len(CONTENT)}
        writer.create("attachment", values, author=author)
    return caller


@pytest.fixture
def stored(ana: Caller) -> Caller:
    ana.begin()
    assert ana.patch(0, CONTENT).data["state"] == "stored"
    return ana


@pytest.mark.parametrize("count", [0, 1, 65_537, 400_000, len(CONTENT) - 1])
def test_piece_that_ends_early_is_kept_but_for_what_the_office_had_not_read(ana: Caller, count: int) -> None:
    assert ana.begin().data["offset"] == 0

    ana.patch_part(0, len(CONTENT), CONTENT[:count])

    # The office hears of the end as soon as this side does; what it does about it takes it a moment.
    offsets = (int(ana.tell().headers["upload-offset"]) for _ in range(500))
    there = next(each for each in offsets if each >= count - _READ_AHEAD)
    assert there <= count
    state, tries = "none", 0
    while state != "stored" and tries < 5:
        offset = ana.begin().data["offset"]
        state, tries = ana.patch(offset, CONTENT[offset:]).data.get("state", ""), tries + 1
    assert ana.get().body == CONTENT


def test_piece_at_a_wrong_place_is_a_conflict_with_the_right_one(ana: Caller) -> None:
    ana.begin()
    ana.patch(0, CONTENT[:10])

    answer = ana.patch(5, CONTENT[5:])

    assert (answer.status, answer.data["code"], answer.data["data"]["offset"]) == (409, "file_offset", 10)


def test_more_bytes_than_promised_are_refused(ana: Caller) -> None:
    ana.begin()

    answer = ana.patch(0, CONTENT + b"more")

    assert (answer.status, answer.data["code"]) == (422, "message_unreadable")


def test_range_is_given_as_asked_and_no_longer(stored: Caller) -> None:
    middle = stored.get(Range="bytes=10-19")
    end = stored.get(Range=f"bytes={len(CONTENT) - 3}-", If_Range=f'"{NAME}"')
    other = stored.get(Range="bytes=10-19", If_Range='"something else"')
    beyond = stored.get(Range=f"bytes={len(CONTENT)}-")

    assert (middle.status, middle.body, middle.headers["content-range"]) == (
        206,
        CONTENT[10:20],
        f"bytes 10-19/{len(CONTENT)}",
    )
    assert (end.status, end.body) == (206, CONTENT[-3:])
    assert (other.status, other.body) == (200, CONTENT)
    assert (beyond.status, beyond.data["code"]) == (409, "file_offset")


def test_file_is_marked_as_what_no_browser_opens(stored: Caller) -> None:
    answer = stored.get()

    assert answer.headers[PROTOCOL_HEADER.lower()] == PROTOCOL
    assert answer.headers["etag"] == f'"{NAME}"'
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["..%2f..%2foffice.db", "A" * 64, "0" * 63, "parts"])
def test_what_is_no_name_of_bytes_is_not_there(stored: Caller, name: str) -> None:
    assert stored.ask("GET", f"/v1/blobs/{name}").status == 404


def test_nothing_is_given_or_taken_without_a_token(stored: Caller) -> None:
    stored.token = ""

    answers = [stored.begin(), stored.get(), stored.patch(0, b""), stored.tell()]

    assert [each.status for each in answers] == [401] * 4


def test_file_that_is_being_sent_is_nobody_elses(sqlite_office: Office, ana: Caller) -> None:
    ana.begin()
    ana.patch(0, CONTENT[:1000])
    ben = Caller(sqlite_office, "ben")

    assert ben.patch(1000, CONTENT[1000:]).status == 404
    assert ben.get().status == 404
    assert ben.begin().data["code"] == "record_not_found"
