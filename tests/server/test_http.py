"""The server over real HTTP: marks, refusals, limits, packing, the document that describes it."""

import http.client
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zstandard

from sync.contract.chunks import CHUNK_TYPE, etag_of
from sync.contract.clock import new_id
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.wire import PROBLEM_TYPE, PROTOCOL, PROTOCOL_HEADER
from sync.server.blobs_http import ONE, PATH
from sync.server.chunk_http import PATH as CHUNK_PATH
from sync.server.routes import ENDPOINTS
from tests.helpers.office import Office
from tests.server.certificates import make_certificate


@dataclass(frozen=True)
class Answer:
    """What came back; ``data`` is the JSON document."""

    status: int
    headers: dict[str, str]
    data: Any


@dataclass
class Caller:
    """Sends requests as they are told, however odd."""

    url: str
    token: str = ""
    client_id: str = field(default_factory=new_id)
    context: ssl.SSLContext | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        if self.context is None:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        else:
            connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=60, context=self.context)
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        names = {name.lower(): value for name, value in answer.getheaders()}
        if names.get("content-encoding") == "zstd":
            raw = zstandard.ZstdDecompressor().decompress(raw, max_output_size=2**24)
        return Answer(answer.status, names, json.loads(raw) if raw else None)

    def fetch(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Ask for bytes; ``data`` is what came."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}", **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def post(self, path: str, document: Any, headers: dict[str, str] | None = None) -> Answer:
        return self.ask("POST", path, json.dumps(document).encode(), headers)

    def sign_in(self, login: str, password: str = Office.PASSWORD) -> Answer:
        answer = self.post(
            "/v1/sign-in",
            {"login": login, "password": password, "client_id": self.client_id, "device": "laptop", "schema": 1},
        )
        self.token = (answer.data or {}).get("token", "")
        return answer

    def hello(self) -> Answer:
        return self.post("/v1/sync/hello", {"client_id": self.client_id, "schema": 1})


@pytest.fixture
def caller(sqlite_office: Office) -> Caller:
    """A signed-in laptop of a rep."""
    sqlite_office.add_user("ana", territories=("North",))
    calling = Caller(sqlite_office.url)
    assert calling.sign_in("ana").status == 200
    return calling


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.data["code"]) == (status, code)
    assert answer.headers["content-type"] == PROBLEM_TYPE
    assert answer.headers[PROTOCOL_HEADER.lower()] == PROTOCOL
    assert {"type", "title", "status", "code", "retry", "detail"} <= answer.data.keys()
    assert answer.data["status"] == status


_APART = ("begin_blob", "put_blob", "look_for_blob", "give_blob", "chunk")
"""Endpoints that carry bytes, described by hand."""


def test_every_endpoint_answers_with_the_protocol_mark(caller: Caller) -> None:
    answers = [caller.ask(each.method, each.path) for each in ENDPOINTS]
    answers += [caller.ask("GET", "/openapi.json"), caller.ask("GET", "/nowhere"), caller.ask("PUT", "/healthz")]

    assert {answer.headers.get(PROTOCOL_HEADER.lower()) for answer in answers} == {PROTOCOL}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/v1/sync/push", 405, "not_found"),
        ("POST", "/v1/sync/hello", 422, "message_unreadable"),
        ("POST", "/v1/sign-in", 422, "message_unreadable"),
        ("POST", "/v1/sync/push", 422, "message_unreadable"),
        ("GET", "/v1/sync/pull", 422, "message_unreadable"),
        ("GET", "/v1/sync/pull?cursor=x&limit=minus", 422, "message_unreadable"),
        ("GET", "/v1/sync/snapshot?after=x", 422, "message_unreadable"),
    ],
)
def test_refusal_is_problem_json(caller: Caller, method: str, path: str, status: int, code: str) -> None:
    assert_problem(caller.ask(method, path, b"" if method == "POST" else None), status, code)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"client_id": 5}', b'{"client_id":"a","mutations":[}', b"[" * 100_000],
    ids=["empty", "cut", "list", "text", "no utf-8", "wrong kind", "broken", "deep"],
)
def test_garbage_is_refused_and_the_server_goes_on(caller: Caller, body: bytes) -> None:
    for path in ("/v1/sync/push", "/v1/sync/hello"):
        assert_problem(caller.ask("POST", path, body), 422, "message_unreadable")

    assert caller.hello().status == 200


@pytest.mark.parametrize("path", [each.path for each in ENDPOINTS if each.signed_in])
def test_endpoint_without_a_valid_token_is_refused(sqlite_office: Office, path: str) -> None:
    method = next(each.method for each in ENDPOINTS if each.path == path)
    body = b'{"client_id":"a","schema":1,"mutations":[]}' if method == "POST" else None

    for token in ("", "wrong", "中文"):
        header = {"Authorization": f"Bearer {token}".encode().decode("latin-1")} if token else {}
        answer = Caller(sqlite_office.url).ask(method, path, body, header)
        assert_problem(answer, 401, "sign_in_ended")
        assert answer.data["retry"] == "reauth"


def test_body_over_the_limit_is_refused(caller: Caller) -> None:
    assert_problem(caller.ask("POST", "/v1/sync/push", b" " * 3_000_000), 413, "message_too_large")


def test_body_that_unpacks_over_the_limit_is_refused(caller: Caller) -> None:
    bomb = zstandard.compress(b" " * 200_000_000)

    answer = caller.ask("POST", "/v1/sync/push", bomb, {"Content-Encoding": "zstd"})

    assert len(bomb) < 100_000
    assert_problem(answer, 413, "message_too_large")


@pytest.mark.parametrize("packing", ["zstd", "gzip", "br"])
def test_body_whose_packing_cannot_be_undone_is_refused(caller: Caller, packing: str) -> None:
    answer = caller.ask("POST", "/v1/sync/push", b"not packed", {"Content-Encoding": packing})

    assert_problem(answer, 422, "message_unreadable")


def test_packed_body_is_read(caller: Caller) -> None:
    document = json.dumps({"client_id": caller.client_id, "mutations": []}).encode()

    answer = caller.ask("POST", "/v1/sync/push", zstandard.compress(document), {"Content-Encoding": "zstd"})

    assert (answer.status, answer.data["receipts"]) == (200, [])


def test_answer_is_packed_only_for_who_can_unpack(caller: Caller) -> None:
    plain = caller.ask("GET", "/v1/sync/snapshot")
    packed = caller.ask("GET", "/v1/sync/snapshot", headers={"Accept-Encoding": "gzip, zstd"})
    unwanted = caller.ask("GET", "/v1/sync/snapshot", headers={"Accept-Encoding": "zstd;q=0"})

    assert [answer.headers.get("content-encoding") for answer in (plain, packed, unwanted)] == [None, "zstd", None]
    assert plain.data == packed.data == unwanted.data


def test_server_tells_who_it_is_without_a_sign_in(sqlite_office: Office) -> None:
    for path in ("/healthz", "/v1/server"):
        answer = Caller(sqlite_office.url).ask("GET", path)
        assert (answer.status, answer.data["ok"], answer.data["schema"]) == (200, True, SCHEMA_VERSION)


def test_described_interface_has_every_endpoint_and_every_message(sqlite_office: Office) -> None:
    document = Caller(sqlite_office.url).ask("GET", "/openapi.json").data

    assert document["openapi"].startswith("3.1")
    assert {each.path for each in ENDPOINTS} | {"/openapi.json", PATH, ONE, CHUNK_PATH} == set(document["paths"])
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations if "operationId" in one}) == len(ENDPOINTS) + len(
        ("begin_blob", "put_blob", "look_for_blob", "give_blob", "chunk")
    )
    schemas = document["components"]["schemas"]
    assert {"PushRequest", "Mutation", "Receipt", "PullAnswer", "Row", "Change", "Chunk", "Problem"} <= schemas.keys()
    assert all(f'"{name}"' in json.dumps(schemas) for name in schemas)


def test_every_reference_of_the_described_interface_leads_somewhere(sqlite_office: Office) -> None:
    document = Caller(sqlite_office.url).ask("GET", "/openapi.json").data

    for reference in _references(document):
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def test_server_with_a_certificate_speaks_https(ready_https: tuple[Office, Path]) -> None:
    office, certificate = ready_https
    context = ssl.create_default_context(cafile=str(certificate))

    answer = Caller(office.url.replace("127.0.0.1", "localhost"), context=context).ask("GET", "/healthz")

    assert office.url.startswith("https://")
    assert answer.data["ok"]


@pytest.fixture
def ready_https(sqlite_office: Office, tmp_path: Path) -> Iterator[tuple[Office, Path]]:
    """A server with a certificate for localhost."""
    certificate, key = make_certificate(tmp_path)
    sqlite_office.stop()
    with Office(
        sqlite_office.database, tmp_path, options=("--tls-cert", str(certificate), "--tls-key", str(key))
    ) as running:
        yield running, certificate


def test_nothing_that_people_typed_is_in_what_the_server_says(sqlite_office: Office, caller: Caller) -> None:
    secret = "Geheimnis-4711"
    mutation = {"id": new_id(), "n": 1, "type": "account", "record": new_id(), "op": "create", "base": 0}
    caller.post(
        "/v1/sync/push",
        {"client_id": caller.client_id, "mutations": [{**mutation, "fields": {"name": secret, "warp": secret}}]},
    )
    caller.sign_in(secret, secret)

    sqlite_office.stop()

    assert secret not in sqlite_office.errors


def test_chunk_comes_whole_or_in_ranges_and_is_never_kept_by_proxies(caller: Caller) -> None:
    manifest = caller.ask("GET", "/v1/sync/manifest").data
    entry = manifest["chunks"][0]
    path = f"/v1/sync/chunks/{entry['name']}?place={entry['place']}&cursor={manifest['cursor']}"
    whole = caller.fetch(path)
    tag = whole.headers["etag"]

    part = caller.fetch(path, {"Range": "bytes=10-29", "If-Range": tag})
    other = caller.fetch(path, {"Range": "bytes=10-29", "If-Range": '"another"'})
    behind = caller.ask("GET", path, headers={"Range": "bytes=99999999-"})

    assert (whole.status, whole.headers["content-type"]) == (200, CHUNK_TYPE)
    assert whole.headers["cache-control"] == "private, no-store"
    assert tag == etag_of(whole.data)
    assert (part.status, part.data) == (206, whole.data[10:30])
    assert part.headers["content-range"] == f"bytes 10-29/{len(whole.data)}"
    assert (other.status, other.data) == (200, whole.data)
    assert_problem(behind, 409, "file_offset")


def test_chunk_without_a_sign_in_is_refused(caller: Caller) -> None:
    caller.token = ""

    assert_problem(caller.ask("GET", f"/v1/sync/chunks/{'a' * 64}"), 401, "sign_in_ended")
