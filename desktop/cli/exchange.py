"""Files: import and export of CSV."""

from desktop.cli.arguments import UsageError
from desktop.cli.terminal import Terminal
from desktop.domain.listing import Listing
from desktop.services.exports import export_records
from desktop.services.imports import Importer
from desktop.services.refusals import refusal


def import_file(call: Terminal) -> int:
    """Take a CSV file in; 1 when rows were refused, the others are taken all the same."""
    session = call.app.session
    importer = Importer(
        reads=call.app.reads,
        bus=call.app.bus,
        words=call.app.texts,
        zone=call.app.zone,
        role=session.role,
        currency=session.currency,
    )
    report = importer.take_in(
        call.options.file, call.options.type, columns=_columns(call.options.map), rehearse=call.options.dry_run
    )
    imported = report.imported
    reasons = [(each.line, refusal(call.app.texts, each.error)) for each in report.refused]
    call.out.document(
        {
            "type": call.options.type,
            "dry_run": call.options.dry_run,
            "created": len(imported.created),
            "changed": len(imported.changed),
            "unchanged": len(imported.unchanged),
            "yours_instead": dict(imported.own),
            "refused": [{"line": line, "reason": reason} for line, reason in reasons],
            "ignored": list(report.ignored),
            "encoding": report.encoding,
        }
    )
    call.say(
        "cli.would_be_imported" if call.options.dry_run else "cli.imported",
        created=len(imported.created),
        changed=len(imported.changed),
        unchanged=len(imported.unchanged),
    )
    for field, count in imported.own.items():
        call.say("cli.yours_instead", count=count, field=field)
    if report.ignored:
        call.say("cli.columns_ignored", columns=", ".join(report.ignored))
    for line, reason in reasons:
        call.out.complain(call.words("errors.import_row_refused", line=line, reason=reason))
    return 1 if reasons else 0


def export_file(call: Terminal) -> int:
    """Write records to a CSV file."""
    reader = call.reader(call.options.type)
    where = call.conditions(reader.record.name, call.options.where)
    count = export_records(call.app.reads, Listing(reader.record.name, where), call.options.to)
    call.out.document({"type": reader.record.name, "rows": count, "file": str(call.options.to)})
    call.say("cli.exported", count=count, file=str(call.options.to))
    return 0


def _columns(arguments: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in arguments:
        name, separator, column = each.partition("=")
        if not separator or not name or not column:
            raise UsageError(f"not FIELD=COLUMN: {each}")
        found[name] = column
    return found
