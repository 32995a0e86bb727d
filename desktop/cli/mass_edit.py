"""One edit of all records that answer a question; ``--dry-run`` only counts."""

from typing import cast

from desktop.cli.arguments import UsageError
from desktop.cli.entry import EntryReader
from desktop.cli.terminal import Terminal
from desktop.commands.mass_edit import Edited, EditMany, count_edit
from desktop.domain.listing import Listing


def set_many(call: Terminal) -> int:
    """Give the records that answer a question the same values; one undo takes it back."""
    if not call.options.fields:
        raise UsageError("nothing to set: FIELD=VALUE is missing")
    reader = call.reader(call.options.type)
    changes = EntryReader(reader, call.currency_of({})).edits(call.options.fields, relative=False).values
    where = call.conditions(reader.record.name, call.options.where)
    command = EditMany(reader.record.name, call.app.reads.ids(Listing(reader.record.name, where)), changes)
    is_dry = bool(call.options.dry_run)
    edited = count_edit(call.app.bus, command) if is_dry else cast(Edited, call.app.bus.run(command).result)
    cannot = {code.value: count for code, count in edited.cannot.items()}
    call.out.document({"dry_run": is_dry, "changed": edited.changed, "same": edited.same, "cannot": cannot})
    key = "cli.would_be_set" if is_dry else "cli.set_many"
    call.say(key, changed=edited.changed, same=edited.same, cannot=edited.kept_out)
    return 0
