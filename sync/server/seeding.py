"""The command ``seed``: fills an office with the sample, a public data set, or a set of any size."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime
from pathlib import Path

from sync.server.admin import read_password
from sync.server.log import Log
from sync.server.output import complain, say, show_json
from sync.server.seeds.crm_opportunities import load_crm_opportunities
from sync.server.seeds.demo import load_demo
from sync.server.seeds.drafts import SeedReport
from sync.server.seeds.filling import SeedPasswords
from sync.server.seeds.reports import report_lines, report_object
from sync.server.seeds.volume import load_volume
from sync.server.seeds.volume_shape import VolumeSize


def configure_seed(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("set", nargs="?", choices=("demo", "crm-opportunities"), help="which set")
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="folder of the data set's files")
    parser.add_argument("--accounts", type=int, metavar="N", help="invent a set with so many accounts")
    parser.add_argument("--users", type=int, metavar="N", default=1, help="deal them out to so many reps")
    parser.add_argument("--today", type=date.fromisoformat, metavar="DATE", help="the day on which the sample is set")
    parser.add_argument("--password-file", type=Path, metavar="F", help="everybody's password; else one is made")
    parser.add_argument("--json", action="store_true", help="report as JSON")


def run_seed(log: Log, given: Namespace) -> int:
    """Fill the office and report."""
    report = _load(log, given)
    if report is None:
        complain("Give one of: demo, crm-opportunities DIR, --accounts N.")
        return 2
    if given.json:
        show_json(report_object(report))
    else:
        for line in report_lines(report):
            say(line)
    return 0


def _is_usable(given: Namespace) -> bool:
    """Tell whether the arguments name exactly one set."""
    if given.accounts is not None:
        return given.set is None and given.accounts > 0 and given.users > 0
    return given.set is not None and (given.set == "demo") == (given.folder is None)


def _load(log: Log, given: Namespace) -> SeedReport | None:
    if not _is_usable(given):
        return None
    password = read_password(given.password_file)
    # Invented people may share a one-time password; those of a real set get one each.
    passwords = SeedPasswords.one_for_all() if password is None and given.folder is None else SeedPasswords(password)
    today = given.today or datetime.now(UTC).astimezone().date()
    if given.accounts is not None:
        size = VolumeSize(accounts=given.accounts, users=given.users)
        return load_volume(log, size, today=today, passwords=passwords)
    if given.set == "demo":
        zone = datetime.now(UTC).astimezone().tzinfo or UTC
        return load_demo(log, today=today, zone=zone, passwords=passwords)
    return load_crm_opportunities(log, given.folder, passwords)
