"""Loads the public "CRM Sales Opportunities" data set as it is; who gets what is decided in ``crm_plan``."""

from collections.abc import Iterator
from pathlib import Path

from sync.server.log import Log, Writer
from sync.server.seeds.crm_files import CrmFiles, read_files
from sync.server.seeds.crm_plan import CURRENCY, STAGE_KEYS, CrmDrafts, Placement, login_of
from sync.server.seeds.drafts import SeedReport, Trap
from sync.server.seeds.filling import Filling, SeedPasswords

_ORGANISATION = {
    "name": "CRM Sales Opportunities",
    "currency": CURRENCY,
    "country": "US",
    "timezone": "America/New_York",
}


def load_crm_opportunities(log: Log, folder: Path, passwords: SeedPasswords) -> SeedReport:
    """Write the data set into an office; a second run makes only what is missing.

    Raises:
        AppError: ``FILE_UNREADABLE`` or ``IMPORT_ROW_REFUSED``; nothing is written then.
    """
    files = read_files(folder)
    drafts = CrmDrafts(files)
    with log.loading() as writer:
        filling = Filling(log, writer, passwords)
        filling.name_organisation(_ORGANISATION)
        filling.put_missing(drafts.records())
        removed = _remove_unused_stages(writer)
    return SeedReport(
        seed="crm-opportunities",
        made=dict(filling.made),
        present=dict(filling.present),
        removed={"stage": removed} if removed else {},
        traps=tuple(_traps(files, drafts.placements)),
        passwords=dict(passwords.made),
        notes=(f"Logins are names in lower case with dots, for example {login_of(files.agents[0].name)}.",)
        if files.agents
        else (),
    )


def _remove_unused_stages(writer: Writer) -> int:
    # The board of this set has two open columns of its own; those that every office begins with would stay empty.
    removed = 0
    for each in writer.find("stage", "status", "open"):
        record = writer.get("stage", each)
        key = str(record.values["key"]) if record else ""
        if key not in STAGE_KEYS and not writer.find("opportunity", "stage", key):
            removed += bool(writer.delete("stage", each))
    return removed


def _traps(files: CrmFiles, placements: dict[str, Placement]) -> Iterator[Trap]:
    for (written, listed), count in sorted(files.respelt_products().items()):
        yield Trap(
            name="product_spelt_otherwise",
            count=count,
            note=f"opportunities with the product spelt {written}, taken as {listed}",
        )
    deals = files.opportunities
    yield _counted(
        "opportunity_without_account",
        (not each.account for each in deals),
        "without an account, each seen as its agent's own",
    )
    for name, found in (
        ("engage date", [each.engaged_on is None for each in deals]),
        ("close date", [each.closed_on is None for each in deals]),
        ("close value", [each.value is None for each in deals]),
    ):
        yield _counted(f"opportunity_without_{name.replace(' ', '_')}", iter(found), f"without {name}, left empty")
    idle = files.idle_agents()
    yield Trap(
        name="agent_without_opportunities",
        count=len(idle),
        note="agents without an opportunity, made as users",
        examples=idle,
    )
    tied = tuple(sorted(each.account for each in placements.values() if each.tied))
    yield Trap(
        name="account_between_offices",
        count=len(tied),
        note="accounts with equally many opportunities from two offices, given to the first by name",
        examples=tied,
    )
    homeless = tuple(sorted(each.account for each in placements.values() if each.office is None))
    yield Trap(
        name="account_without_opportunities",
        count=len(homeless),
        note="accounts without an opportunity, seen by administrators until they are assigned",
        examples=homeless,
    )


def _counted(name: str, found: Iterator[bool], note: str) -> Trap:
    return Trap(name=name, count=sum(found), note=f"opportunities {note}")
