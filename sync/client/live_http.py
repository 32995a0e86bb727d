"""Live events over HTTP: an open stream that can be broken off from any thread, and a request that waits."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from sync.client.listening import SILENT
from sync.client.transport import HttpOffice, told_as_refusals
from sync.contract.errors import AppError, Code
from sync.contract.wire import EVENT_STREAM, PROTOCOL, PROTOCOL_HEADER, HeadEvent

_PATH: Final = "/v1/sync/events"
_STEP: Final = 4096
_LONGEST_LINE: Final = 65_536


class HttpEvents(HttpOffice):
    """A connection of its own for events; implements ``sync.client.listening.EventOffice``.

    Its reading timeout is how long a stream may be silent.
    """

    def listen(self) -> "HttpStream":
        """Open a stream.

        Raises:
            AppError: there is none, with ``SILENT`` in its data when the office took the request and nothing came back.
        """
        headers = {**self._headers(None), "Accept": EVENT_STREAM, "Accept-Encoding": "identity"}
        timeouts = (self._timeouts.connect_s, self._timeouts.read_s)
        try:
            response = self._opened().get(
                self.address + _PATH, headers=headers, timeout=timeouts, allow_redirects=False, stream=True
            )
        except OSError as error:  # every error of the HTTP library is one
            raise _unreachable(error, self.address) from error
        try:
            self._check_stream(response)
        except BaseException:
            response.close()
            raise
        return HttpStream(response, self.address)

    def wait(self, after: int, wait_s: float) -> HeadEvent:
        """Wait for news behind a position."""
        return _event(self._send("GET", f"{_PATH}?{urlencode({'wait': wait_s, 'after': after})}"))

    def _check_stream(self, response: Any) -> None:  # noqa: ANN401 - only the transport knows the HTTP library
        headers = response.headers
        if not headers.get(PROTOCOL_HEADER):
            raise self._stranger(response.status_code, headers)
        if headers[PROTOCOL_HEADER] != PROTOCOL or not response.ok:
            self._good_body(response)  # raises what it says
        if not headers.get("Content-Type", "").lower().startswith(EVENT_STREAM):
            raise AppError(Code.NOT_A_SERVER, "the answer is no stream of events", address=self.address)


class HttpStream:
    """An open stream; implements ``sync.client.listening.EventStream``."""

    def __init__(self, response: Any, address: str) -> None:  # noqa: ANN401 - as above
        """Made by ``HttpEvents.listen``."""
        self._response = response
        self._address = address
        self._lock = threading.Lock()
        self._done = False

    def __iter__(self) -> Iterator[HeadEvent]:
        """Give event after event until the stream ends.

        Raises:
            AppError: the network broke, or it was silent for too long.
        """
        try:
            with told_as_refusals(self._address):
                for line in lines_of(self._response.raw):
                    if line.startswith(b"data:"):
                        yield _event(line.removeprefix(b"data:"))
        except AppError as refusal:
            raise _marked(refusal) from refusal
        finally:
            with self._lock:
                self._done = True
            self._response.close()

    def close(self) -> None:
        """Break the stream off: whoever reads from it comes to its end."""
        with self._lock:
            if not self._done:
                # It may have come to its end by itself this very moment.
                with suppress(ValueError, RuntimeError, OSError):
                    self._response.raw.shutdown()


def lines_of(raw: Any) -> Iterator[bytes]:  # noqa: ANN401 - bytes as the HTTP library gives them
    """Give each complete line as soon as it is there.

    Raises:
        AppError: ``NOT_A_SERVER`` for a line that does not end.
    """
    rest = b""
    while part := raw.read1(_STEP):
        *lines, rest = (rest + part).split(b"\n")
        yield from lines
        if len(rest) > _LONGEST_LINE:
            raise AppError(Code.NOT_A_SERVER, "a line of the stream does not end")


def _event(text: bytes) -> HeadEvent:
    try:
        return msgspec.json.decode(text, type=HeadEvent)
    except (msgspec.DecodeError, RecursionError) as error:
        raise AppError(Code.NOT_A_SERVER, f"this is no event: {error}") from error


def _unreachable(error: Exception, address: str) -> AppError:
    return _marked(AppError(Code.SERVER_UNREACHABLE, type(error).__name__, address=address))


def _marked(refusal: AppError) -> AppError:
    """Note on a refusal that it was silence that ended the stream."""
    if refusal.detail in {"ReadTimeout", "ReadTimeoutError"}:
        refusal.data[SILENT] = True
    return refusal
