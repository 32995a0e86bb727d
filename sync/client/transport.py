"""Talks to the office over HTTP; the only module that does.

Nothing of an answer is believed before it carries the protocol's header and a JSON content type: a hotel's sign-in
page is not the office. Every way in which a network can fail ends as one of a few ``AppError``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from sync.client.address import is_loopback, server_address
from sync.client.backoff import parse_retry_after
from sync.client.bodies import ACCEPTED, read_body
from sync.client.chunks_http import fetch_chunk
from sync.client.untrusted import checked_chunk, checked_page, checked_scope
from sync.contract.chunks import ChunkBody, ChunkEntry, Manifest
from sync.contract.clock import Clock, SystemClock
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.wire import (
    MAX_ANSWER_BYTES,
    PROBLEM_TYPE,
    PROTOCOL,
    PROTOCOL_HEADER,
    Chunk,
    Counts,
    Digest,
    Health,
    HelloAnswer,
    HelloRequest,
    PartAnswer,
    PartRequest,
    Problem,
    PullAnswer,
    PushAnswer,
    PushRequest,
    ScopeDigests,
    ScopeRows,
    SignInAnswer,
    SignInRequest,
)
from sync.contract.witness import WitnessAnswer, WitnessRequest

if TYPE_CHECKING:
    import requests

T = TypeVar("T")

_LIMIT_BYTES = 4 * MAX_ANSWER_BYTES
"""Far above what an office sends on purpose, far below what would hurt a laptop."""

_JSON_TYPES = frozenset({"application/json", PROBLEM_TYPE})
_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait, in seconds: for a connection, and for the next bytes of an answer."""

    connect_s: float = 5.0
    read_s: float = 30.0


class HttpOffice:
    """The office behind an address; implements ``sync.client.ports.Office``.

    One connection is kept open between requests. Requests are made one after the other; ``close`` may come from any
    thread.
    """

    def __init__(
        self,
        address: str,
        *,
        token: str = "",
        certificates: str = "",
        timeouts: Timeouts | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Check the address; nothing is sent yet.

        ``certificates`` is the path of a file with authorities to trust in addition to the system's.

        Raises:
            AppError: ``INSECURE_ADDRESS`` or ``VALUE_UNREADABLE``.
        """
        self.address = server_address(address)
        self._token = token
        self._certificates = certificates
        self._timeouts = timeouts or Timeouts()
        self._clock = clock or SystemClock()
        self._session: requests.Session | None = None

    def close(self) -> None:
        """Close the connection; a later request opens another."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def health(self) -> Health:
        """Ask who answers here; needs no sign-in."""
        return _decoded(self._send("GET", "/v1/server"), Health)

    def sign_in(self, request: SignInRequest) -> SignInAnswer:
        """Trade a password for a token of this device.

        Raises:
            AppError: ``SIGN_IN_REFUSED``, or as every request.
        """
        return _decoded(self._send("POST", "/v1/sign-in", request), SignInAnswer)

    def sign_out(self) -> None:
        """Give the token back."""
        self._send("POST", "/v1/sign-out", {})

    def hello(self, request: HelloRequest) -> HelloAnswer:
        """Ask what to do next."""
        return _decoded(self._send("POST", "/v1/sync/hello", request), HelloAnswer)

    def part(self, request: PartRequest) -> PartAnswer:
        """Get a token for a new id of this laptop, and use it from then on."""
        answer = _decoded(self._send("POST", "/v1/sync/part", request), PartAnswer)
        self._token = answer.token
        return answer

    def witness(self, request: WitnessRequest) -> WitnessAnswer:
        """Tell what this laptop had seen of a log that is no more."""
        return _decoded(self._send("POST", "/v1/sync/witness", request), WitnessAnswer)

    def push(self, request: PushRequest) -> PushAnswer:
        """Hand in mutations; one receipt each."""
        return _decoded(self._send("POST", "/v1/sync/push", request), PushAnswer)

    def pull(self, cursor: str, limit: int, kept: str = "", *, echoes: bool = False) -> PullAnswer:
        """Fetch the log from the cursor on; with ``echoes`` only named is what only this laptop has changed."""
        more = {"kept": kept} if kept else {}
        query = urlencode({"cursor": cursor, "limit": limit} | more | ({"echoes": 1} if echoes else {}))
        return checked_page(_decoded(self._send("GET", f"/v1/sync/pull?{query}"), PullAnswer), CATALOGUE)

    def snapshot(self, after: str | None) -> Chunk:
        """Fetch a slice of everything this user may see."""
        query = "" if after is None else "?" + urlencode({"after": after})
        return checked_chunk(_decoded(self._send("GET", f"/v1/sync/snapshot{query}"), Chunk), CATALOGUE)

    def manifest(self) -> Manifest:
        """List everything this user may see as chunks."""
        return _decoded(self._send("GET", "/v1/sync/manifest"), Manifest)

    def chunk(self, entry: ChunkEntry, cursor: str) -> ChunkBody:
        """Fetch a chunk; what is given has the hash that the office told."""
        return fetch_chunk(lambda path, headers: self._answered("GET", path, None, headers), entry, cursor)

    def digest(self) -> Digest:
        """Fetch the sum of everything this user may see."""
        return _decoded(self._send("GET", "/v1/sync/digest"), Digest)

    def counts(self) -> Counts:
        """Ask how many records of each type there are for this user, and about how large they are."""
        return _decoded(self._send("GET", "/v1/sync/counts"), Counts)

    def scope_digests(self, after: str | None) -> ScopeDigests:
        """Fetch the sums of scopes, a page of them."""
        query = "" if after is None else f"?{urlencode({'after': after})}"
        return _decoded(self._send("GET", f"/v1/sync/digest/scopes{query}"), ScopeDigests)

    def scope(self, scope: str, after: str | None) -> ScopeRows:
        """Fetch rows of one scope, a page of them."""
        query = urlencode({"scope": scope, **({} if after is None else {"after": after})})
        return checked_scope(_decoded(self._send("GET", f"/v1/sync/scope?{query}"), ScopeRows), CATALOGUE)

    def _send(self, method: str, path: str, message: object = None) -> bytes:
        """Make one request and give the unpacked body of a good answer.

        Raises:
            AppError: anything else.
        """
        import requests
        import urllib3

        body = None if message is None else msgspec.json.encode(message)
        try:
            request = requests.PreparedRequest()
            request.prepare(method, self.address + path, headers=self._headers(body), data=body)
            # Past the session itself, whose care for cookies and redirects takes as long as a small answer.
            session = self._opened()
            response = session.get_adapter(self.address).send(
                request,
                stream=True,
                timeout=(self._timeouts.connect_s, self._timeouts.read_s),
                proxies=session.proxies,
            )
            try:
                return self._good_body(response)
            finally:
                # A connection of which the answer was read to its end goes back for the next request.
                response.close()
        except requests.exceptions.SSLError as error:
            raise AppError(Code.NOT_A_SERVER, f"no trusted certificate: {error}", address=self.address) from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise AppError(Code.SERVER_UNREACHABLE, type(error).__name__, address=self.address) from error

    @contextmanager
    def _answered(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[Any]:
        """Make one request and give its good answer unread.

        Raises:
            AppError: anything else.
        """
        given = {**self._headers(None), "Accept-Encoding": "identity", **(headers or {})}
        timeouts = (self._timeouts.connect_s, self._timeouts.read_s)
        with told_as_refusals(self.address):
            response = self._opened().request(
                method,
                self.address + path,
                data=body,
                headers=given,
                timeout=timeouts,
                allow_redirects=False,
                stream=True,
            )
            with response:
                if PROTOCOL_HEADER not in response.headers:
                    raise self._stranger(response.status_code, response.headers)
                if response.headers[PROTOCOL_HEADER] != PROTOCOL or not response.ok:
                    self._good_body(response)  # raises what it says
                yield response

    def _good_body(self, response: "requests.Response") -> bytes:
        headers = response.headers
        if not headers.get(PROTOCOL_HEADER):  # absent, or its line was cut off with the connection
            raise self._stranger(response.status_code, headers)
        if headers[PROTOCOL_HEADER] != PROTOCOL:
            raise AppError(Code.CLIENT_TOO_OLD, f"the office speaks protocol {headers[PROTOCOL_HEADER][:10]}")
        body = read_body(response.raw, headers.get("Content-Encoding", ""), limit=_LIMIT_BYTES)
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if body and kind not in _JSON_TYPES:
            raise AppError(Code.NOT_A_SERVER, f"the answer is {kind[:40]}", address=self.address)
        if response.status_code in _OK:
            return body
        raise self._refusal(response.status_code, headers, body)

    def _stranger(self, status: int, headers: Mapping[str, str]) -> AppError:
        """Say what answers in the office's place: a proxy in front of it that is overloaded, or somebody else."""
        if status in _BY_PROXY:
            return self._refusal(status, headers, b"")
        return AppError(Code.NOT_A_SERVER, f"status {status} without the protocol's header", address=self.address)

    def _refusal(self, status: int, headers: Mapping[str, str], body: bytes) -> AppError:
        try:
            problem = msgspec.json.decode(body, type=Problem)
        except (msgspec.DecodeError, RecursionError):
            problem = Problem(type="", title="", status=status, code="", retry="", detail=f"status {status}")
        code = _code_of(problem.code, status)
        error = AppError(code, problem.detail[:500] or problem.code)
        error.data.update(problem.data)
        wait_s = problem.retry_after_s
        if wait_s is None:
            wait_s = parse_retry_after(headers.get("Retry-After"), self._clock.now())
        if wait_s is not None:
            error.data["retry_after_s"] = wait_s
        if code in {Code.SERVER_BUSY, Code.NOT_A_SERVER}:
            error.data["address"] = self.address
        return error

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {PROTOCOL_HEADER: PROTOCOL, "Accept": "application/json", "Accept-Encoding": ACCEPTED}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        return headers

    def _opened(self) -> "requests.Session":
        if self._session is None:
            self._session = _open_session(self.address, self._certificates)
        return self._session


@contextmanager
def told_as_refusals(address: str) -> Iterator[None]:
    """Turn every way in which the HTTP library can fail into a refusal; for those who read an answer piece by piece.

    Raises:
        AppError: ``NOT_A_SERVER`` without a trusted certificate, else ``SERVER_UNREACHABLE``.
    """
    import requests
    import urllib3

    try:
        yield
    except requests.exceptions.SSLError as error:
        raise AppError(Code.NOT_A_SERVER, f"no trusted certificate: {error}", address=address) from error
    except (OSError, urllib3.exceptions.HTTPError) as error:
        # Every other error of requests is an OSError.
        raise AppError(Code.SERVER_UNREACHABLE, type(error).__name__, address=address) from error


_BY_PROXY: Mapping[int, Code] = {
    413: Code.MESSAGE_TOO_LARGE,
    429: Code.SERVER_BUSY,
    502: Code.SERVER_UNREACHABLE,
    503: Code.SERVER_BUSY,
    504: Code.SERVER_UNREACHABLE,
}
_BY_STATUS: Mapping[int, Code] = {
    **_BY_PROXY,
    401: Code.SIGN_IN_ENDED,
    403: Code.NOT_PERMITTED,
    404: Code.NOT_FOUND,
    409: Code.CURSOR_DIVERGED,
    426: Code.CLIENT_TOO_OLD,
    500: Code.INTERNAL,
}


def _code_of(name: str, status: int) -> Code:
    try:
        return Code(name)
    except ValueError:
        return _BY_STATUS.get(status, Code.NOT_A_SERVER)


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        # Never MESSAGE_UNREADABLE: that is what an office says about ours.
        raise AppError(Code.NOT_A_SERVER, f"the answer is no {kind.__name__}: {error}") from error


def _open_session(address: str, certificates: str) -> "requests.Session":
    """Make a session that heeds nothing but the address and the system's proxies and certificates."""
    import requests
    from requests.utils import get_environ_proxies

    session = requests.Session()
    # requests would let a ~/.netrc replace our Authorization header.
    session.trust_env = False
    if not is_loopback(urlsplit(address).hostname or ""):
        session.proxies = dict(get_environ_proxies(address))
    if address.startswith("https:"):
        session.mount("https://", _trusting_adapter(certificates))
    return session


def _trusting_adapter(certificates: str) -> "requests.adapters.HTTPAdapter":
    """Make an adapter that trusts what the operating system trusts, so that a company's own authority works."""
    import ssl

    import truststore
    from requests.adapters import HTTPAdapter

    class TrustingAdapter(HTTPAdapter):
        """Uses the operating system's certificates in place of the ones that come with requests."""

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class has it
            super().init_poolmanager(*args, **kwargs, ssl_context=_context())

        def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as the base class has it
            return super().proxy_manager_for(proxy, **kwargs, ssl_context=_context())

        def cert_verify(self, *_args: Any) -> None:  # noqa: ANN401 - as the base class has it
            """Add no certificates of its own; the context verifies."""

    def _context() -> ssl.SSLContext:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if certificates:
            context.load_verify_locations(certificates)
        return context

    return TrustingAdapter()
