"""Streams and waiting requests over real connections: what is read, what is refused, how a stream is broken off."""

import threading
from collections.abc import Iterator

import pytest

from sync.client.listening import SILENT
from sync.client.live_http import HttpEvents
from sync.client.transport import Timeouts
from sync.contract.errors import AppError, Code, Retry
from sync.contract.wire import EVENT_STREAM, PROBLEM_TYPE, PROTOCOL_HEADER, HeadEvent
from tests.helpers.fault_proxy import HTML, Answer, Blackhole, CutAnswer, FaultProxy, Refuse

WAIT_S = 30
MARK = {PROTOCOL_HEADER: "1"}
STREAM = {**MARK, "Content-Type": f"{EVENT_STREAM}; charset=utf-8"}
TWO = Answer(headers=STREAM, body=b': hi\n\ndata: {"shard":1,"head":7}\n\n:\n\ndata:{"shard":1,"head":9,"later":1}\n\n')


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture
def office(proxy: FaultProxy) -> Iterator[HttpEvents]:
    office = HttpEvents(proxy.address, token="secret", timeouts=Timeouts(connect_s=2, read_s=0.3))
    yield office
    office.close()


def refusal_of(office: HttpEvents) -> AppError:
    with pytest.raises(AppError) as caught:
        list(office.listen())
    return caught.value


def test_events_of_a_stream_are_read_and_remarks_are_not(office: HttpEvents, proxy: FaultProxy) -> None:
    proxy.next(TWO)

    assert list(office.listen()) == [HeadEvent(shard=1, head=7), HeadEvent(shard=1, head=9)]
    assert proxy.seen[0].headers["Authorization"] == "Bearer secret"
    assert proxy.seen[0].headers["Accept"] == EVENT_STREAM


def test_waiting_request_says_where_it_stands(office: HttpEvents, proxy: FaultProxy) -> None:
    proxy.next(Answer(headers={**MARK, "Content-Type": "application/json"}, body=b'{"shard":1,"head":9,"news":false}'))

    assert office.wait(7, 25.0) == HeadEvent(shard=1, head=9, news=False)
    assert proxy.seen[0].path == "/v1/sync/events?wait=25.0&after=7"


def test_stream_cut_at_any_byte_is_unreachable_or_at_its_end(office: HttpEvents, proxy: FaultProxy) -> None:
    proxy.next(TWO)
    list(office.listen())
    head = proxy.seen[0].answer_size - len(TWO.body)

    for after in range(proxy.seen[0].answer_size):
        proxy.next(CutAnswer(after, of=TWO))
        heard: list[int] = []
        with pytest.raises(AppError) as caught:
            heard.extend(each.head for each in office.listen())
        assert caught.value.code is Code.SERVER_UNREACHABLE, f"after {after} bytes"
        assert SILENT not in caught.value.data
        assert after > head or not heard


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(HTML, Code.NOT_A_SERVER, id="sign-in page of a hotel"),
        pytest.param(Answer(407, {"Content-Type": "text/html"}, b"proxy"), Code.NOT_A_SERVER, id="proxy password"),
        pytest.param(Answer(502, {"Content-Type": "text/html"}, b"bad"), Code.SERVER_UNREACHABLE, id="gateway page"),
        pytest.param(Answer(200, {**MARK, "Content-Type": "text/html"}, b"x"), Code.NOT_A_SERVER, id="no stream"),
        pytest.param(Answer(302, {"Location": "http://192.0.2.1/"}), Code.NOT_A_SERVER, id="redirect"),
        pytest.param(Answer(200, STREAM, b"data: {\n\n"), Code.NOT_A_SERVER, id="broken event"),
        pytest.param(Answer(200, STREAM, b"x" * 100_000), Code.NOT_A_SERVER, id="endless line"),
        pytest.param(Answer(404, {**MARK, "Content-Type": PROBLEM_TYPE}, b"{}"), Code.NOT_FOUND, id="older office"),
        pytest.param(Answer(401, {**MARK, "Content-Type": PROBLEM_TYPE}, b"{}"), Code.SIGN_IN_ENDED, id="signed out"),
        pytest.param(Answer(200, {PROTOCOL_HEADER: "2"}, b""), Code.CLIENT_TOO_OLD, id="other protocol"),
        pytest.param(Refuse(), Code.SERVER_UNREACHABLE, id="cut"),
    ],
)
def test_answer_that_is_no_stream_is_refused(
    office: HttpEvents, proxy: FaultProxy, answer: Answer | Refuse, code: Code
) -> None:
    proxy.next(answer)

    refusal = refusal_of(office)

    assert refusal.code is code
    assert SILENT not in refusal.data


def test_busy_office_says_when_to_listen_again(office: HttpEvents, proxy: FaultProxy) -> None:
    proxy.next(Answer(503, {"Retry-After": "17"}, b""))

    refusal = refusal_of(office)

    assert (refusal.code, refusal.retry, refusal.data["retry_after_s"]) == (Code.SERVER_BUSY, Retry.BACKOFF, 17)


def test_redirect_of_a_stream_is_not_followed_with_the_token(office: HttpEvents, proxy: FaultProxy) -> None:
    with FaultProxy() as other:
        proxy.next(Answer(307, {**MARK, "Location": other.address}))

        assert refusal_of(office).code is Code.NOT_A_SERVER
        assert not other.seen


def test_stream_that_never_begins_is_silent(office: HttpEvents, proxy: FaultProxy) -> None:
    proxy.next(Blackhole())

    refusal = refusal_of(office)

    assert refusal.code is Code.SERVER_UNREACHABLE
    assert refusal.data[SILENT]


def test_stream_is_broken_off_from_another_thread(proxy: FaultProxy) -> None:
    from tests.sync.quiet_stream import quiet_stream

    with quiet_stream() as address:
        office = HttpEvents(address, token="secret")
        stream = office.listen()
        events = iter(stream)
        assert next(events).head == 1

        threading.Thread(target=stream.close).start()

        # The stream is silent and stays open; without the break this would wait for half a minute.
        with pytest.raises(StopIteration):
            next(events)
        stream.close()
        office.close()
