"""For every command: what watched queries deliver after it equals what they answer when asked afresh."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from shutil import copy

import pytest

from desktop import commands
from desktop.commands.accounts import AddAccount
from desktop.commands.activities import LogActivity
from desktop.commands.attention import Discard, Mend, Resend
from desktop.commands.bus import Bus, Command
from desktop.commands.conflicts import ResolveConflict, ResolveConflicts
from desktop.commands.files import AttachFile, FileFacts
from desktop.commands.imports import ImportRecords, ImportRow
from desktop.commands.mass_edit import EditMany
from desktop.commands.merging import MergeRecords, UnmergeRecord
from desktop.commands.opportunities import MoveOpportunityToStage
from desktop.commands.records import (
    AddRecord,
    DeleteManyRecords,
    DeleteRecord,
    RestoreRecord,
    SetFields,
)
from desktop.commands.tasks import CompleteTask, ReopenTask
from desktop.commands.undo import Leave, Redo, Undo
from desktop.domain.choosing import Choice
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.live.hub import LiveHub, Pace
from desktop.store.notes import JOURNAL
from desktop.store.replica import StoreReplica
from sync.contract.clock import new_id
from sync.contract.entities import CATALOGUE
from sync.contract.errors import Code
from sync.contract.wire import Outcome, PullAnswer, Receipt, Row
from tests.commands.laptop import ANA, BEN, Laptop, a_day, new_key, opened

EVERYTHING = frozenset(each.name for each in CATALOGUE)


@dataclass
class Scene:
    """A laptop with a little of everything, and the ids by which scenarios name it."""

    laptop: Laptop
    ids: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]


def _furnish(scene: Scene) -> None:
    laptop, ids = scene.laptop, scene.ids
    ids["account"] = laptop.add("account", name="Kestrel", phone="1", tags=["a"], external_id="k-1")
    ids["other"] = laptop.add("account", name="Merlin")
    ids["contact"] = laptop.add("contact", name="Li Wei", account=ids["account"])
    ids["opportunity"] = laptop.add("opportunity", name="Ten ovens", account=ids["account"], amount=[100, "CNY"])
    ids["task"] = laptop.add("task", title="Call", account=ids["account"])
    ids["done"] = laptop.add("task", title="Write", account=ids["account"], done=True)
    ids["deleted"] = laptop.add("account", name="Osprey")
    ids["hidden"] = laptop.add("contact", name="Wang Fang", account=ids["deleted"])
    ids["conflict"], ids["second"] = (_conflict(scene, name) for name in ("phone", "city"))
    laptop.run(DeleteRecord("account", ids["deleted"]))
    ids["refused"] = _refused(scene)
    laptop.run(SetFields("account", ids["other"], {"city": "Hull"}))


def _conflict(scene: Scene, name: str) -> str:
    """Let the office ask, as a page of the log would."""
    conflict_id = new_id()
    fields = {
        "record_type": "account",
        "record": scene["account"],
        "field": name,
        "before": {name: "1"},
        "current": {name: "2"},
        "current_by": BEN,
        "proposed": {name: "3"},
        "proposed_by": ANA,
        "asked": ANA,
        "state": "open",
    }
    row = Row(type="conflict", id=conflict_id, scope=scene["account"], version=1, deleted=False, fields=fields)
    page = PullAnswer(rows=[row], changes=[], gone=[], granted=[], revoked=[], cursor="c", seq=1, head=1, more=False)
    StoreReplica(scene.laptop.database).take_page(page)
    return conflict_id


def _refused(scene: Scene) -> str:
    replica = StoreReplica(scene.laptop.database)
    scene.laptop.run(SetFields("account", scene["account"], {"website": "kestrel.example"}))
    last = replica.outbox(max_mutations=1000, max_bytes=10_000_000)[-1]
    receipt = Receipt(mutation=last.id, outcome=Outcome.REJECTED, fields={"website": None}, code=Code.NOT_PERMITTED)
    replica.take_receipts([receipt])
    return last.id


SCENARIOS: dict[type[Command], Callable[[Scene], list[Command]]] = {
    AddRecord: lambda scene: [AddRecord("contact", {"name": "Zhao Min", "account": scene["account"]})],
    AddAccount: lambda _: [AddAccount({"name": "Heron"})],
    SetFields: lambda scene: [SetFields("account", scene["account"], {"name": "Falcon", "phone": "2"})],
    EditMany: lambda scene: [EditMany("account", [scene["account"], scene["other"]], {"segment": "food"})],
    DeleteRecord: lambda scene: [DeleteRecord("account", scene["account"])],
    DeleteManyRecords: lambda scene: [DeleteManyRecords("task", [scene["task"], scene["done"]])],
    MergeRecords: lambda scene: [MergeRecords("account", scene["account"], scene["other"])],
    UnmergeRecord: lambda scene: [
        MergeRecords("account", scene["other"], scene["account"]),
        UnmergeRecord("account", scene["account"]),
    ],
    RestoreRecord: lambda scene: [RestoreRecord("account", scene["deleted"])],
    LogActivity: lambda scene: [
        LogActivity("visit", {"account": scene["account"], "contact": scene["contact"], "at": a_day(5), "body": "Met"})
    ],
    AttachFile: lambda scene: [
        AttachFile("account", scene["account"], FileFacts(sha256="ab" * 32, size=3, name="a.txt", media_type=None))
    ],
    CompleteTask: lambda scene: [CompleteTask(scene["task"])],
    ReopenTask: lambda scene: [ReopenTask(scene["done"])],
    MoveOpportunityToStage: lambda scene: [MoveOpportunityToStage(scene["opportunity"], "won")],
    ResolveConflict: lambda scene: [ResolveConflict(scene["conflict"], Choice.MINE)],
    ResolveConflicts: lambda scene: [
        ResolveConflicts({scene["conflict"]: Choice.THEIRS, scene["second"]: Choice.MINE})
    ],
    Resend: lambda scene: [Resend(scene["refused"])],
    Mend: lambda scene: [Mend(scene["refused"], {"phone": "8"})],
    Discard: lambda scene: [Discard(scene["refused"])],
    ImportRecords: lambda _: [
        ImportRecords(
            "account",
            [ImportRow(2, {"name": "New"}), ImportRow(3, {"name": "Changed", "external_id": "k-1"})],
        )
    ],
    Undo: lambda _: [Undo()],
    Leave: lambda scene: [Leave(scene.laptop.reads.undoable().command)],  # type: ignore[union-attr]
    Redo: lambda _: [Undo(), Redo()],
}


def _questions(scene: Scene) -> dict[str, tuple[frozenset[str], Callable[[], object]]]:
    """What screens watch: the record types that a question depends on, and the question."""
    reads = scene.laptop.reads
    by_name = Listing("account", sort=(Sort("name"),))
    mine = Listing("opportunity", (Condition("owner", Test.EQ, ANA),), (Sort("account"), Sort("amount")))
    flags = frozenset({"conflict", JOURNAL})
    return {
        "accounts": (frozenset({"account"}), lambda: reads.ids(by_name)),
        "people": (frozenset({"contact"}), lambda: reads.ids(Listing("contact"))),
        "tasks": (frozenset({"task"}), lambda: reads.ids(Listing("task", (Condition("done", Test.EQ, value=False),)))),
        "deleted": (frozenset({"account"}), lambda: reads.ids(Listing("account", deleted=True))),
        "rows": (EVERYTHING | flags, lambda: reads.rows("account", reads.ids(by_name))),
        "pipeline": (EVERYTHING | flags, lambda: reads.rows("opportunity", reads.ids(mine))),
        "record": (EVERYTHING | flags, lambda: reads.record("account", scene["account"])),
        "history": (flags, lambda: reads.history("account", scene["account"])),
        "timeline": (frozenset({"activity", "task", JOURNAL}), lambda: reads.timeline(scene["account"])),
        "conflicts": (frozenset({"conflict", "account", "user"}), reads.conflicts),
        "attention": (frozenset({JOURNAL, "account"}), reads.attention),
        "counts": (EVERYTHING, reads.counts),
        "search": (EVERYTHING, lambda: reads.search("kestrel")),
        "undo": (frozenset({JOURNAL}), lambda: (reads.undoable(), reads.redoable())),
        "acts": (EVERYTHING | flags, reads.change_log),
        "waiting": (frozenset({JOURNAL}), reads.waiting),
    }


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, dict[str, str]]:
    """Make the scene once; every test works on a copy."""
    folder, key = tmp_path_factory.mktemp("scene"), new_key()
    laptop = opened(folder, key)
    with closing(laptop.database):
        scene = Scene(laptop)
        _furnish(scene)
    return folder, key, scene.ids


@pytest.fixture
def scene(furnished: tuple[Path, bytes, dict[str, str]], tmp_path: Path) -> Iterator[Scene]:
    folder, key, ids = furnished
    copy(folder / "roundsman.db", tmp_path / "roundsman.db")
    laptop = opened(tmp_path, key)
    with closing(laptop.database):
        yield Scene(laptop, ids)


@pytest.mark.parametrize("command", SCENARIOS, ids=lambda one: one.__name__)
def test_what_is_delivered_after_a_command_is_what_a_fresh_question_answers(
    scene: Scene, command: type[Command]
) -> None:
    hub = LiveHub(lambda job: job(), Pace(pause_s=0))
    bus = Bus(scene.laptop.database, scene.laptop.reads, hub.publish)
    questions = _questions(scene)
    delivered: dict[str, list[object]] = {name: [] for name in questions}
    for name, (types, ask) in questions.items():
        hub.watch(types, ask, delivered[name].append)

    for each in SCENARIOS[command](scene):
        bus.run(each)

    stale = [name for name, (_, ask) in questions.items() if delivered[name][-1] != ask()]
    assert not stale
    assert any(len(answers) > 1 for answers in delivered.values())


def test_every_command_has_a_scenario_a_label_and_says_whether_it_can_be_taken_back() -> None:
    found: set[type[Command]] = set()
    for module in iter_modules(commands.__path__, "desktop.commands."):
        members = vars(import_module(module.name)).values()
        found |= {each for each in members if inspect.isclass(each) and issubclass(each, Command)}
    public = {each for each in found if not each.__name__.startswith("_")} - {Command}

    assert public == set(SCENARIOS)
    assert {each for each in public if not each.undoable} == {Leave}
