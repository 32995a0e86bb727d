"""The endpoints of files as OpenAPI describes them; ``openapi`` puts them into the document."""

from typing import Any, Final

from sync.contract.blobs import BLOB_TYPE, PIECE_TYPE, UPLOAD_LENGTH, UPLOAD_OFFSET, BlobAnswer, BlobRequest
from sync.contract.wire import PROBLEM_TYPE, Problem
from sync.server.blobs_http import ONE, PATH

TYPES: Final = (BlobRequest, BlobAnswer)

_SECURITY: Final[list[dict[str, list[str]]]] = [{"device": []}]
_NAME: Final = {
    "name": "sha256",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "[0-9a-f]{64}"},
}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}


def paths(schemas: dict[type, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give the operations by path and method; ``schemas`` has ``TYPES`` and ``Problem``."""
    stands = _answer("How much of the file the office has.", "application/json", schemas[BlobAnswer])
    refused = _answer("Refused, or not possible now.", PROBLEM_TYPE, schemas[Problem])
    both = {"200": stands, "default": refused}
    begin = {
        "summary": "Begin to send a file, go on with it, or hear that the office has it.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schemas[BlobRequest]}}},
        "responses": both,
    }
    take = {
        "summary": "Send the next piece; 409 tells where it begins. What arrived before a cut is kept.",
        "parameters": [_NAME, _header(UPLOAD_OFFSET, "Where the piece belongs.", required=True)],
        "requestBody": {"required": True, "content": {PIECE_TYPE: _BYTES}},
        "responses": both,
    }
    tell = {
        "summary": f"Tell in {UPLOAD_OFFSET} and {UPLOAD_LENGTH} how much of the file is here.",
        "parameters": [_NAME],
        "responses": {"200": {"description": "In the headers."}, "default": {"description": "Not here."}},
    }
    give = {
        "summary": "Fetch a file, or one range of it, through an attachment that the user sees.",
        "parameters": [_NAME, _header("Range", "bytes=FIRST-LAST or bytes=FIRST-"), _header("If-Range", "The ETag.")],
        "responses": {
            "200": {"description": "The bytes.", "content": {BLOB_TYPE: _BYTES}},
            "206": {"description": "The range.", "content": {BLOB_TYPE: _BYTES}},
            "default": refused,
        },
    }
    named: dict[str, dict[str, Any]] = {"begin_blob": begin, "take_blob": take, "tell_blob": tell, "give_blob": give}
    for name, operation in named.items():
        operation |= {"operationId": name, "security": _SECURITY}
    return {PATH: {"post": begin}, ONE: {"patch": take, "head": tell, "get": give}}


def _header(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "description": description, "required": required, "schema": schema}


def _answer(description: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}
