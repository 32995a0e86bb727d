"""What the laptop makes of everything that may answer in the office's place, or not answer at all."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import zstandard

from sync.client.address import server_address
from sync.client.transport import HttpOffice, Timeouts
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code, Retry
from sync.contract.wire import (
    PROBLEM_TYPE,
    PROTOCOL_HEADER,
    Action,
    Chunk,
    Digest,
    HelloAnswer,
    HelloRequest,
    PushRequest,
    SignInRequest,
)
from tests.helpers.fault_proxy import HTML, Answer, Blackhole, CutAnswer, FaultProxy, Refuse

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HELLO = HelloRequest(client_id="c", schema=1)
GREETING = HelloAnswer(
    action=Action.NOTHING,
    epoch="e",
    head=7,
    last_n=0,
    server_time="2026-11-20T09:00:00.000Z",
    role="rep",
    schema=1,
    user_id="u",
)


class FixedClock(SystemClock):
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture
def office(proxy: FaultProxy) -> Iterator[HttpOffice]:
    office = HttpOffice(proxy.address, token="secret", timeouts=Timeouts(connect_s=2, read_s=0.3), clock=FixedClock())
    yield office
    office.close()


def good(message: object, **headers: str) -> Answer:
    return Answer(headers={PROTOCOL_HEADER: "1", "Content-Type": "application/json", **headers}, body=encoded(message))


def problem(status: int, code: str, headers: dict[str, str] | None = None, **more: object) -> Answer:
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "retry": "never", **more}
    return Answer(status, {PROTOCOL_HEADER: "1", "Content-Type": PROBLEM_TYPE, **(headers or {})}, encoded(body))


def encoded(message: object) -> bytes:
    return msgspec.json.encode(message)


def refusal_of(office: HttpOffice) -> AppError:
    with pytest.raises(AppError) as caught:
        office.hello(HELLO)
    return caught.value


def test_good_answer_is_read(office: HttpOffice, proxy: FaultProxy) -> None:
    proxy.next(good(GREETING))

    answer = office.hello(HELLO)

    assert answer == GREETING
    assert proxy.seen[0].headers["Authorization"] == "Bearer secret"
    assert json.loads(proxy.seen[0].body)["client_id"] == "c"


def test_requests_share_one_connection(office: HttpOffice, proxy: FaultProxy) -> None:
    packed = {"Content-Encoding": "zstd"}
    body = zstandard.compress(encoded(GREETING))
    proxy.next(good(GREETING), Answer(headers={**good("").headers, **packed}, body=body), good(GREETING))

    for _ in range(3):
        office.hello(HELLO)

    assert proxy.connections == 1


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress), ("identity", bytes)]
)
def test_packed_answer_is_unpacked(office: HttpOffice, proxy: FaultProxy, encoding: str, pack: object) -> None:
    assert callable(pack)
    proxy.next(Answer(headers={**good("").headers, "Content-Encoding": encoding}, body=pack(encoded(GREETING))))

    assert office.hello(HELLO) == GREETING


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_answer_that_unpacks_to_too_much_is_refused(
    office: HttpOffice, proxy: FaultProxy, encoding: str, pack: object
) -> None:
    assert callable(pack)
    bomb = pack(b" " * 64_000_000)
    proxy.next(Answer(headers={**good("").headers, "Content-Encoding": encoding}, body=bomb))

    assert refusal_of(office).code is Code.NOT_A_SERVER


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(HTML, id="sign-in page of a hotel"),
        pytest.param(Answer(headers={"Content-Type": "application/json"}, body=encoded(GREETING)), id="no header"),
        pytest.param(Answer(headers={PROTOCOL_HEADER: "1", "Content-Type": "text/html"}, body=b"<p>"), id="no JSON"),
        pytest.param(Answer(302, {"Location": "http://192.0.2.1/portal"}), id="redirect to another host"),
        pytest.param(Answer(302, {"Location": "/elsewhere", PROTOCOL_HEADER: "1"}), id="redirect of our own"),
        pytest.param(Answer(407, {"Content-Type": "text/html"}, b"proxy"), id="proxy wants a password"),
        pytest.param(Answer(401, {"Content-Type": "text/html"}, b"who?"), id="401 of somebody else"),
        pytest.param(Answer(500, {"Content-Type": "text/html"}, b"oh"), id="500 of somebody else"),
        pytest.param(good({"action": "nothing"}), id="members missing"),
        pytest.param(good([1, 2]), id="another shape"),
        pytest.param(Answer(headers=good("").headers, body=b"[" * 100_000), id="deeply nested"),
        pytest.param(Answer(headers=good("").headers, body=b'{"action"'), id="cut JSON"),
        pytest.param(good(GREETING, **{"Content-Encoding": "br"}), id="packed unasked"),
        pytest.param(good(GREETING, **{"Content-Encoding": "zstd"}), id="not packed as it says"),
        pytest.param(good(GREETING, **{"Content-Encoding": "gzip"}), id="not gzip as it says"),
    ],
)
def test_answer_of_something_else_is_not_a_server(office: HttpOffice, proxy: FaultProxy, answer: Answer) -> None:
    proxy.next(answer)

    refusal = refusal_of(office)

    assert refusal.code is Code.NOT_A_SERVER
    assert refusal.retry is Retry.BACKOFF
    assert len(proxy.seen) == 1


def test_connection_cut_at_any_byte_is_unreachable(office: HttpOffice, proxy: FaultProxy) -> None:
    whole = good(GREETING)
    proxy.next(whole)
    office.hello(HELLO)

    for after in range(proxy.seen[0].answer_size):
        proxy.next(CutAnswer(after, of=whole))
        assert refusal_of(office).code is Code.SERVER_UNREACHABLE, f"after {after} bytes"


@pytest.mark.parametrize("fault", [Blackhole(), Refuse()])
def test_silent_network_is_unreachable(office: HttpOffice, proxy: FaultProxy, fault: Blackhole | Refuse) -> None:
    proxy.next(fault)

    refusal = refusal_of(office)

    assert refusal.code is Code.SERVER_UNREACHABLE
    assert refusal.retry is Retry.BACKOFF


def test_closed_port_is_unreachable() -> None:
    with FaultProxy() as gone:
        address = gone.address

    assert refusal_of(HttpOffice(address)).code is Code.SERVER_UNREACHABLE


def test_refusal_carries_code_data_and_retry(office: HttpOffice, proxy: FaultProxy) -> None:
    proxy.next(problem(403, "not_permitted", data={"type": "account", "code": "x", "self": 1}, detail="no"))

    refusal = refusal_of(office)

    assert refusal.code is Code.NOT_PERMITTED
    assert refusal.retry is Retry.NEVER
    assert refusal.data == {"type": "account", "code": "x", "self": 1}
    assert refusal.detail == "no"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Code.SIGN_IN_ENDED),
        (409, Code.CURSOR_DIVERGED),
        (413, Code.MESSAGE_TOO_LARGE),
        (426, Code.CLIENT_TOO_OLD),
        (429, Code.SERVER_BUSY),
        (500, Code.INTERNAL),
        (503, Code.SERVER_BUSY),
        (418, Code.NOT_A_SERVER),
    ],
)
def test_refusal_with_an_unknown_code_is_told_by_its_status(
    office: HttpOffice, proxy: FaultProxy, status: int, expected: Code
) -> None:
    proxy.next(problem(status, "invented_in_ten_years"))

    assert refusal_of(office).code is expected


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        ((NOW + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 90.0),
        ("9999999", 3600.0),
        ("soon", None),
    ],
)
def test_busy_server_says_when_to_come_back(
    office: HttpOffice, proxy: FaultProxy, header: str, seconds: float | None
) -> None:
    proxy.next(Answer(503, {"Retry-After": header, "Content-Type": "text/html"}, b"<p>busy</p>"))

    refusal = refusal_of(office)

    assert refusal.code is Code.SERVER_BUSY
    assert refusal.data.get("retry_after_s") == seconds


def test_other_protocol_asks_for_an_update(office: HttpOffice, proxy: FaultProxy) -> None:
    proxy.next(Answer(headers={**good("").headers, PROTOCOL_HEADER: "2"}, body=encoded(GREETING)))

    assert refusal_of(office).code is Code.CLIENT_TOO_OLD


def test_wrong_password_is_refused_as_such(office: HttpOffice, proxy: FaultProxy) -> None:
    proxy.next(problem(401, "sign_in_refused"))

    with pytest.raises(AppError) as caught:
        office.sign_in(SignInRequest(login="ana", password="x", client_id="c", device="d", schema=1))

    assert caught.value.code is Code.SIGN_IN_REFUSED


def test_redirect_is_not_followed_with_the_token(office: HttpOffice, proxy: FaultProxy) -> None:
    with FaultProxy() as other:
        proxy.next(Answer(307, {"Location": other.address, PROTOCOL_HEADER: "1"}))

        refusal = refusal_of(office)

        assert refusal.code is Code.NOT_A_SERVER
        assert not other.seen


def test_password_file_of_other_programs_does_not_replace_the_token(
    office: HttpOffice, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    proxy.next(good(GREETING))

    office.hello(HELLO)

    assert proxy.seen[0].headers["Authorization"] == "Bearer secret"


def test_chunk_with_values_of_the_wrong_kind_loses_only_those(
    office: HttpOffice, proxy: FaultProxy, allow_logs: object
) -> None:
    assert callable(allow_logs)
    allow_logs("wrong kind")
    rows = [
        ["a", "a", 1, False, "Kestrel", [100, "CNY"], 3, ["x"]],
        ["b", "b", 2, False, 17, ["much"], True, "x"],
    ]
    proxy.next(good(chunk_of("account", ["name", "revenue", "employees", "tags"], rows)))

    taken = office.snapshot(None)

    assert taken.rows == [rows[0], ["b", "b", 2, False, None, None, None, None]]


@pytest.mark.parametrize(
    "row",
    [["a", "a", 1, False], ["a", "a", 1, False, "n", "n"], ["", "a", 1, False, "n"], [1, "a", 1, False, "n"]],
)
def test_chunk_of_another_shape_is_refused(office: HttpOffice, proxy: FaultProxy, row: list[object]) -> None:
    proxy.next(good(chunk_of("account", ["name"], [row])))

    with pytest.raises(AppError) as caught:
        office.snapshot(None)

    assert caught.value.code is Code.NOT_A_SERVER


def test_chunk_of_an_unknown_type_is_passed_on_whole(office: HttpOffice, proxy: FaultProxy) -> None:
    proxy.next(good(chunk_of("spaceship", ["name"], [["a", "a", 1, False, "Rocinante"]])))

    taken = office.snapshot(None)

    assert (taken.type, taken.rows) == ("spaceship", [["a", "a", 1, False, "Rocinante"]])


def test_push_of_nothing_sends_what_the_contract_says(office: HttpOffice, proxy: FaultProxy) -> None:
    proxy.next(good({"receipts": [], "head": 3, "member_of_the_future": 1}))

    answer = office.push(PushRequest(client_id="c", mutations=[]))

    assert answer.head == 3
    assert proxy.seen[0].path == "/v1/sync/push"


def test_digest_is_read(office: HttpOffice, proxy: FaultProxy) -> None:
    proxy.next(good(Digest(seq=4, rows=2, total=7)))

    assert office.digest() == Digest(seq=4, rows=2, total=7)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://crm.example.com/", "https://crm.example.com"),
        ("crm.example.com", "https://crm.example.com"),
        ("HTTPS://CRM.example.com:8443/base/", "https://crm.example.com:8443/base"),
        ("localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_address_has_one_form(written: str, kept: str) -> None:
    assert server_address(written) == kept


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("http://crm.example.com", Code.INSECURE_ADDRESS),
        ("http://127.0.0.1.example.com", Code.INSECURE_ADDRESS),
        ("http://192.168.1.5:8000", Code.INSECURE_ADDRESS),
        ("ftp://crm.example.com", Code.VALUE_UNREADABLE),
        ("https://user:secret@crm.example.com", Code.VALUE_UNREADABLE),
        ("https://crm.example.com:port", Code.VALUE_UNREADABLE),
        ("https://crm.example.com/?next=1", Code.VALUE_UNREADABLE),
        ("", Code.VALUE_UNREADABLE),
        ("two words", Code.VALUE_UNREADABLE),
    ],
)
def test_address_that_is_none_or_unencrypted_is_refused(written: str, code: Code) -> None:
    with pytest.raises(AppError) as caught:
        HttpOffice(written)

    assert caught.value.code is code


def chunk_of(record_type: str, columns: list[str], rows: list[list[object]]) -> Chunk:
    return Chunk(
        type=record_type, columns=columns, rows=rows, after="next", cursor=None, seq=1, done=len(rows), total=9
    )
