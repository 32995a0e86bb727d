"""Files of records: attach one, save one."""

from desktop.cli.terminal import Terminal
from desktop.services.files import FileState
from desktop.services.refusals import refusal
from sync.contract.errors import AppError, Code


def attach(call: Terminal) -> int:
    """Attach a file to a record; the attachment's id is all that is printed."""
    reader = call.reader(call.options.type)
    record_id = reader.record_id(call.options.id)
    made = call.app.files.attach(reader.record.name, record_id, call.options.file)
    call.out.document({"id": made})
    call.out.say(made)
    return 0


def save(call: Terminal) -> int:
    """Save the file of an attachment on this disk, fetching it if it is not here; the path is all that is printed."""
    record_id = call.reader("attachment").record_id(call.options.id)
    saved = call.app.files.save(record_id, call.options.to)
    call.out.document({"id": record_id, "file": str(saved)})
    call.out.say(str(saved))
    return 0


def carry_files(call: Terminal) -> None:
    """Send and fetch files after the records; the records are safe whatever comes of it.

    Raises:
        AppError: the office cannot be reached any more.
    """
    done = call.app.file_service.deliver()
    if done is None:
        return
    if done.sent:
        # The office has noted with the records what it holds now.
        call.app.sync.sync(compare=False)
    if done.sent or done.fetched:
        call.say("files.carried", sent=done.sent, fetched=done.fetched)
    for code in done.refused.values():
        if code is Code.RECORD_NOT_FOUND:
            continue  # bytes whose record never came to be: a killed attach, a change that was not accepted
        call.out.complain(refusal(call.app.texts, AppError(code)))


def state_document(state: FileState) -> dict[str, object]:
    """Give where the bytes of a file are, as JSON."""
    return {"where": state.where.value, "have": state.have, "size": state.size}


def state_sentence(call: Terminal, state: FileState) -> str:
    """Say where the bytes of a file are."""
    percent = 100 * state.have // state.size if state.size else 0
    return call.words(f"files.where.{state.where.value}", by=state.by, percent=percent)
