"""The administrator's commands: users, territories, devices, the server itself. Each gives an exit code."""

import importlib.metadata
import os
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.server.check import check
from sync.server.handlers import Office
from sync.server.incarnation import renew
from sync.server.log import Log
from sync.server.output import complain, say, show_json, show_table
from sync.server.passwords import Passwords, new_password
from sync.server.people import (
    accounts_of_territory,
    add_user,
    assign,
    keep_password,
    list_devices,
    list_users,
    move_accounts,
    resolve_account,
    revoke_device,
    user_of,
)


def program_version() -> str:
    """Give the installed program's version; 0 where it runs without having been installed."""
    try:
        return importlib.metadata.version("roundsman")
    except importlib.metadata.PackageNotFoundError:
        return "0"


def run_serve(log: Log, given: Namespace) -> int:
    """Serve until told to end."""
    from sync.server.serve import Address, serve, serve_with_workers

    address = Address(host=given.host, port=given.port, cert=given.tls_cert, key=given.tls_key)
    room = given.chunks_mb * 1_048_576
    office = Office(log, Passwords(), program_version(), given.files, chunks=given.chunks, chunk_bytes=room)
    renew(log.storage)
    if given.workers == 1:
        serve(office, address, say)
    elif hasattr(os, "fork"):
        serve_with_workers(office, address, given.workers, say)
    else:
        complain("This system can run one worker only; start several servers on ports of their own instead.")
        return 2
    return 0


def run_user_add(log: Log, given: Namespace) -> int:
    """Add a user; prints a one-time password unless a file has one."""
    password = read_password(given.password_file)
    stored = Passwords().hash(password or (made := new_password()))
    with log.writing() as writer:
        user = add_user(
            writer, given.name, role=Role(given.role), territories=given.territory or (), name=given.full_name
        )
        keep_password(log, writer, user, stored)
    if password is None:
        say(made)
    return 0


def run_user_set(log: Log, given: Namespace) -> int:
    """Change a user's role, territories or password."""
    password = read_password(given.password_file)
    stored = None if password is None else Passwords().hash(password)
    with log.writing() as writer:
        user = user_of(writer, given.name)
        if given.role:
            writer.patch("user", user, {"role": given.role})
        if given.territory is not None:
            assign(writer, user, [each for each in given.territory if each.strip()])
        if stored is not None:
            keep_password(log, writer, user, stored)
    return 0


def run_user_list(log: Log, given: Namespace) -> int:
    """List all users."""
    people = list_users(log)
    if given.json:
        show_json([asdict(each) for each in people])
        return 0
    rows = [
        (each.login, each.name, each.role, ", ".join(each.territories), "" if each.active else "disabled")
        for each in people
    ]
    show_table(("LOGIN", "NAME", "ROLE", "TERRITORIES", ""), rows)
    return 0


def run_user_enable(log: Log, given: Namespace) -> int:
    """Let a user work again."""
    return _set_active(log, given.name, active=True)


def run_user_disable(log: Log, given: Namespace) -> int:
    """Refuse everything that a user's laptops ask for; their data stay."""
    return _set_active(log, given.name, active=False)


def run_territory_move(log: Log, given: Namespace) -> int:
    """Move accounts, or all of one territory, into another."""
    if bool(given.account) == bool(given.origin):
        complain("Give either accounts or --from TERRITORY.")
        return 2
    if given.origin:
        accounts = accounts_of_territory(log, given.origin)
    else:
        accounts = [resolve_account(log, each) for each in given.account]
    moved = move_accounts(log, accounts, given.to)
    say(f"{_counted(moved, 'accounts')} moved to {given.to}.")
    return 0


def run_device_list(log: Log, given: Namespace) -> int:
    """List all laptops."""
    devices = list_devices(log)
    if given.json:
        show_json([asdict(each) for each in devices])
        return 0
    rows = [
        (each.id, each.login, each.device, each.last_seen, "signed in" if each.signed_in else "signed out")
        for each in devices
    ]
    show_table(("ID", "LOGIN", "DEVICE", "LAST SEEN", ""), rows)
    return 0


def run_device_revoke(log: Log, given: Namespace) -> int:
    """End the sign-in of a laptop."""
    say(f"Revoked {revoke_device(log, given.id)}.")
    return 0


def run_check(log: Log, given: Namespace) -> int:
    """Check the whole database against its log."""
    report = check(log, given.files)
    if given.json:
        show_json(asdict(report))
    else:
        for each in report.damage:
            complain(each)
        say(", ".join(_counted(number, what) for what, number in report.checked.items()) + " checked.")
        say("No damage found." if not report.damage else f"Damage found: {len(report.damage)}.")
    return 1 if report.damage else 0


def run_sweep(log: Log, given: Namespace) -> int:
    """Remove files of which the last attachment was deleted more than thirty days ago."""
    from sync.server.blobs import Blobs
    from sync.server.blobs_disk import BlobDisk, default_folder
    from sync.server.blobs_sweep import sweep

    swept = sweep(Blobs(log, BlobDisk(given.files or default_folder(log.storage.url))))
    say(f"{swept.files} files and {swept.parts} unfinished ones removed.")
    return 0


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what.removesuffix('s') if number == 1 else what}"


def _set_active(log: Log, login: str, *, active: bool) -> int:
    with log.writing() as writer:
        writer.patch("user", user_of(writer, login), {"active": active})
    return 0


def read_password(file: Path | None) -> str | None:
    """Read the first line of a password file, without its line end; ``None`` where there is no file.

    Raises:
        AppError: ``FILE_UNREADABLE``.
    """
    if file is None:
        return None
    try:
        password = file.read_text(encoding="utf-8").partition("\n")[0].removesuffix("\r")
    except (OSError, UnicodeDecodeError):
        raise AppError(Code.FILE_UNREADABLE, f"the password file cannot be read: {file}") from None
    if not password:
        raise AppError(Code.FILE_UNREADABLE, f"the first line of the password file is empty: {file}")
    return password
