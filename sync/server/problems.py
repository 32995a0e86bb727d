"""Every refusal as ``application/problem+json``, with a code and a retry class for machines."""

import secrets
from typing import Any, Final

import msgspec
from starlette.responses import Response

from sync.contract.errors import AppError, Code, Retry
from sync.contract.wire import PROBLEM_TYPE, Problem

_TOO_MANY_MS: Final = 4000


def problem(error: AppError, *, status: int | None = None) -> Response:
    """Make the answer for a refusal."""
    status = status or error.status
    after_s = 1 + secrets.randbelow(_TOO_MANY_MS) / 1000 if error.retry is Retry.BACKOFF else None
    body = Problem(
        type=f"urn:roundsman:{error.code.value}",
        title=error.code.value.replace("_", " ").capitalize(),
        status=status,
        code=error.code.value,
        retry=error.retry.value,
        detail=error.detail,
        data=error.data,
        retry_after_s=after_s,
    )
    headers = {"Cache-Control": "no-store"}
    if after_s is not None:
        headers["Retry-After"] = str(round(after_s) or 1)
    if error.retry is Retry.REAUTH:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(body, enc_hook=_text), status, headers, PROBLEM_TYPE)


def unexpected(error_id: str) -> AppError:
    """Make the refusal for something nobody foresaw; the log has the details under the id."""
    return AppError(Code.INTERNAL, "something unexpected happened", error_id=error_id)


def _text(value: Any) -> str:  # noqa: ANN401 - whatever was put into a refusal's data
    return str(value)
