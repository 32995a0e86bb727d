"""The OpenAPI document, made from the endpoints and the messages of ``sync.contract.wire``."""

from typing import Any, Final

import msgspec

from sync.contract.wire import EVENT_STREAM, PROBLEM_TYPE, PROTOCOL, PROTOCOL_HEADER, Problem
from sync.server import blobs_openapi, chunk_http
from sync.server.routes import ENDPOINTS, Endpoint

PATH: Final = "/openapi.json"
_REFERENCE: Final = "#/components/schemas/{name}"


def document(version: str) -> dict[str, Any]:
    """Make the whole document."""
    types = [each for one in ENDPOINTS for each in (one.request, one.answer) if each is not None]
    types += blobs_openapi.TYPES
    shapes, components = msgspec.json.schema_components([*types, Problem], ref_template=_REFERENCE)
    schemas = dict(zip([*types, Problem], shapes, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in ENDPOINTS:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schemas)
    paths |= blobs_openapi.paths(schemas)
    paths |= chunk_http.paths(schemas)
    paths[PATH] = {"get": {"summary": "This document.", "responses": {"200": {"description": "The document."}}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Roundsman server",
            "version": version,
            "description": f"Every answer carries the header {PROTOCOL_HEADER}: {PROTOCOL}.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
            "headers": {"Protocol": {"schema": {"type": "string", "const": PROTOCOL}, "required": True}},
        },
    }


def _operation(each: Endpoint, schemas: dict[type, dict[str, Any]]) -> dict[str, Any]:
    answer = {"type": "object"} if each.answer is None else schemas[each.answer]
    operation: dict[str, Any] = {
        "summary": each.summary,
        "operationId": each.handle.__name__.removeprefix("handle_") + ("" if each.path != "/healthz" else "_check"),
        "responses": {
            "200": _response("Done.", "application/json", answer),
            "default": _response("Refused, or not possible now.", PROBLEM_TYPE, schemas[Problem]),
        },
    }
    if each.request is not None:
        content = {"application/json": {"schema": schemas[each.request]}}
        operation["requestBody"] = {"required": True, "content": content}
    if each.streams:
        event = {"type": "string", "description": f"Lines `data: ` with a {_name_of(each)} each, and remarks."}
        operation["responses"]["200"]["content"][EVENT_STREAM] = {"schema": event}
    if each.query:
        operation["parameters"] = [
            {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
            for name, text in each.query
        ]
    if each.signed_in:
        operation["security"] = [{"device": []}]
    return operation


def _name_of(each: Endpoint) -> str:
    return "JSON document" if each.answer is None else each.answer.__name__


def _response(description: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "headers": {PROTOCOL_HEADER: {"$ref": "#/components/headers/Protocol"}},
        "content": {media_type: {"schema": schema}},
    }
