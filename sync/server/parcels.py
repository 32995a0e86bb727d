"""What a push brings, read one by one: a mutation that cannot be read does not make the others unreadable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sync.contract.errors import AppError, Code
from sync.contract.wire import MAX_PUSH_MUTATIONS, Mutation, Op

_LONGEST_ID: Final = 100
_MAX_INTEGER: Final = 2**63 - 1


class _Request(msgspec.Struct):
    client_id: str
    mutations: list[msgspec.Raw]
    waits: bool = False
    cursor: str = ""


class _Named(msgspec.Struct):
    id: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mutation as it came: its id, its text, what it says, or why it cannot be read.

    ``waits`` tells that its laptop keeps it if it cannot be taken yet.
    """

    id: str
    payload: str
    mutation: Mutation
    problem: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one push brings, and the position at which its laptop stands; empty where it does not say."""

    parcels: list[Parcel]
    cursor: str


def unpack(client: str, body: bytes) -> Delivery:
    """Read a push of a laptop.

    Raises:
        AppError: ``MESSAGE_UNREADABLE``, ``MESSAGE_TOO_LARGE``, or ``WRONG_USER`` when it is of another laptop.
    """
    try:
        request = msgspec.json.decode(body, type=_Request)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AppError(Code.MESSAGE_UNREADABLE, str(error)) from None
    if request.client_id != client:
        raise AppError(Code.WRONG_USER, "this token belongs to another device")
    if len(request.mutations) > MAX_PUSH_MUTATIONS:
        raise AppError(Code.MESSAGE_TOO_LARGE, f"at most {MAX_PUSH_MUTATIONS} mutations go into one request")
    parcels = [_parcel(bytes(each), waits=request.waits) for each in request.mutations]
    return Delivery(parcels, request.cursor)


def _parcel(raw: bytes, *, waits: bool) -> Parcel:
    try:
        mutation = msgspec.json.decode(raw, type=Mutation)
        problem = _problem(mutation)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        mutation, problem = Mutation(id=_id_of(raw), n=0, type="", record="", op=Op.PATCH, base=0), str(error)
    if not 0 < len(mutation.id) <= _LONGEST_ID or "\0" in mutation.id:
        raise AppError(Code.MESSAGE_UNREADABLE, "a mutation needs an id of at most 100 characters")
    if problem:
        mutation = Mutation(id=mutation.id, n=0, type="", record="", op=Op.PATCH, base=0)
    return Parcel(mutation.id, raw.decode(), mutation, problem, waits)


def _problem(mutation: Mutation) -> str:
    # Looked at together, because there are many: every text is short where all of them are.
    command, group = mutation.command or "", mutation.group or ""
    texts = [mutation.type, mutation.record, command, group, mutation.user, *mutation.replaces]
    if len(max(texts, key=len)) > _LONGEST_ID or "\0" in "".join(texts):
        return "an id, type or command is too long or holds a zero character"
    numbers = [mutation.n, mutation.base, mutation.schema, mutation.consent, *mutation.older.values()]
    return "" if min(numbers) >= 0 and max(numbers) <= _MAX_INTEGER else "a number is out of range"


def _id_of(raw: bytes) -> str:
    try:
        return msgspec.json.decode(raw, type=_Named).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise AppError(Code.MESSAGE_UNREADABLE, "a mutation without an id") from None


def units(parcels: Sequence[Parcel]) -> list[list[Parcel]]:
    """Part a batch into single mutations and whole groups, each at the place of its first member."""
    units: dict[str, list[Parcel]] = {}
    for each in parcels:
        group = each.mutation.group
        units.setdefault(f"id:{each.id}" if group is None else f"group:{group}", []).append(each)
    return list(units.values())
