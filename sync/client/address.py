"""The address of an office: one normal form, encrypted unless it is this very machine."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from sync.contract.errors import AppError, Code


def server_address(text: str) -> str:
    """Give an address as it is kept: scheme, host, port and path without a closing slash.

    A scheme that is left out is ``https``, for this very machine ``http``.

    Raises:
        AppError: ``VALUE_UNREADABLE`` for what is no address, ``INSECURE_ADDRESS`` for ``http`` to another machine.
    """
    text = text.strip()
    parts = _split(text if "://" in text else f"//{text}")
    host = parts.hostname or ""
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise _unreadable(text)
    scheme = parts.scheme or ("http" if is_loopback(host) else "https")
    if scheme not in {"http", "https"}:
        raise _unreadable(text)
    if scheme == "http" and not is_loopback(host):
        raise AppError(Code.INSECURE_ADDRESS, address=text)
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port is None else f":{parts.port}"
    return f"{scheme}://{shown}{port}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this very machine, of which nothing leaves by a network."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # reads the port, which may be no number
    except ValueError:
        raise _unreadable(text) from None
    if any(each.isspace() for each in text):
        raise _unreadable(text)
    return parts


def _unreadable(text: str) -> AppError:
    return AppError(Code.VALUE_UNREADABLE, field="server", value=text.removeprefix("//")[:100], expected="url")
