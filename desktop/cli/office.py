"""The profile and the office: init, sync, status, doctor."""

import getpass
from pathlib import Path

from desktop.cli.files import carry_files
from desktop.cli.terminal import Terminal
from desktop.services.backup import back_up
from desktop.services.doctor import Doctor, staying_copies
from desktop.services.profiles import Credentials
from desktop.services.standing import reached_last_time
from desktop.services.sync_words import ledger_line
from desktop.system.clock import local_text
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.errors import AppError, Code


def credentials_of(server: str, user: str, password_file: Path | None, key_file: Path | None) -> Credentials:
    """Gather what signing in needs; without a file the password is asked for.

    Raises:
        AppError: ``FILE_UNREADABLE``.
    """
    if password_file is None:
        password = getpass.getpass(f"{user}@{server}: ")
    else:
        try:
            password = password_file.read_text(encoding="utf-8").partition("\n")[0].removesuffix("\r")
        except (OSError, UnicodeDecodeError):
            raise AppError(Code.FILE_UNREADABLE, path=str(password_file)) from None
    return Credentials(server=server, login=user, password=password, key_file=str(key_file) if key_file else "")


def first_sync(call: Terminal) -> int:
    """Fetch everything after signing in."""
    report = call.app.sync.sync()
    session = call.app.session
    counts = {name: count for name, count in call.app.reads.counts().items() if count}
    call.out.document({"user": session.login, "server": session.server, "pulled": report.pulled, "rows": counts})
    call.say("cli.ready", name=session.name, folder=str(call.app.paths.folder), count=sum(counts.values()))
    return 0


def sync(call: Terminal) -> int:
    """Send what waits and receive what is new."""
    report = call.app.sync.sync()
    held = call.app.reads.waiting_for_update()
    call.out.document(
        {
            "pushed": report.pushed,
            "pulled": report.pulled,
            "conflicts": report.conflicts,
            "attention": report.attention,
            "cursor": report.cursor,
            "seconds": round(report.seconds, 3),
            "set_back": report.set_back,
            "told": report.told,
            "held": held,
        }
    )
    call.say("cli.synced", pushed=report.pushed, pulled=report.pulled, seconds=f"{report.seconds:.1f}")
    if report.set_back:
        call.say("sync_details.happened.set_back", count=report.told)
    if held:
        call.say("sync_details.held", count=held)
    if report.conflicts:
        call.say("cli.choices_came", count=report.conflicts)
    if report.attention:
        call.say("cli.attention_came", count=report.attention)
    carry_files(call)
    return 0


def status(call: Terminal) -> int:
    """Say where this laptop stands; the network is not asked."""
    app = call.app
    standing, session, ledger = app.reads.sync_figures(), app.session, app.reads.ledger()
    found = {
        "online": reached_last_time(app.reads),
        "pending": standing.pending,
        "held": app.reads.waiting_for_update(),
        "conflicts": len(app.reads.conflicts()),
        "choices": standing.conflicts,
        "attention": standing.attention,
        "last_sync": standing.last_sync_at,
        "server": session.server,
        "user": session.login,
        "schema": SCHEMA_VERSION,
        "files_unsent": app.files.unsent(),
        "rows": app.reads.counts(),
        "copies": staying_copies(app),
        "ledger": {"recorded": ledger.recorded, "confirmed": ledger.confirmed, "waiting": ledger.waiting},
    }
    call.out.document(found)
    when = local_text(standing.last_sync_at, app.zone) if standing.last_sync_at else call.words("cli.never")
    rows = [
        (call.words("cli.status.user"), f"{session.name} ({session.login})"),
        (call.words("cli.status.server"), session.server),
        (call.words("cli.status.online"), call.words("cli.yes" if found["online"] else "cli.no")),
        (call.words("cli.status.last_sync"), when),
        (call.words("cli.status.pending"), str(found["pending"])),
        (call.words("cli.status.conflicts"), str(standing.conflicts)),
        (call.words("cli.status.attention"), str(found["attention"])),
        (call.words("files.unsent"), str(found["files_unsent"])),
        (call.words("cli.status.ledger"), ledger_line(ledger, call.app.texts)),
        *([(call.words("cli.status.copies"), str(found["copies"]))] if found["copies"] else []),
        *((name, str(count)) for name, count in app.reads.counts().items() if count),
    ]
    call.out.table(["", ""], rows)
    return 0


def backup(call: Terminal) -> int:
    """Copy the profile into a new folder, while it is in use."""
    folder = call.options.folder
    done = back_up(call.app.paths, call.app.database, folder)
    call.out.document({"folder": str(folder), "unsent": done.unsent, "bytes": done.bytes})
    call.out.say(call.words("cli.backup.done", folder=str(folder), count=done.unsent))
    call.out.say(call.words("cli.backup.key"))
    return 0


def doctor(call: Terminal) -> int:
    """Check everything, repair what is safe; 1 when something is left that is not well."""
    checks = list(Doctor(call.app).checks())
    well = all(each.well for each in checks)
    call.out.document(
        {
            "ok": well,
            "checks": [
                {"name": each.name, "ok": each.well, "found": each.found, "repaired": each.repaired} for each in checks
            ],
        }
    )
    for each in checks:
        mark = call.words("cli.doctor.well" if each.well else "cli.doctor.not_well")
        finding = call.words(f"cli.doctor.{each.name}.{each.found}", **each.data)
        call.out.say(f"{mark}  {finding}")
        if each.repaired:
            call.out.say(f"    {call.words('cli.doctor.repaired')}")
    return 0 if well else 1
