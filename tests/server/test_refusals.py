"""What the office refuses of a laptop's edits, with all that its sentence needs; and what looks alike and is taken."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from sync.contract.clock import new_id
from sync.contract.fields import Role
from sync.contract.wire import Op, Outcome, Receipt
from sync.server.check import check
from sync.server.organisation import Organisation
from sync.server.sight import Sight
from tests.server.desk import Desk, Laptop

STAGES = "lost, negotiate, proposal, qualify, survey, verbal, won"
NEVER = "01900000-0000-7000-8000-00000000ffff"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give one kind of database: what is decided here does not depend on it."""
    return sqlite_url


@dataclass
class Ground:
    """Acme, which Ana sees, and Far, which she does not; a contact of each, and one that is long forgotten."""

    desk: Desk
    ana: Laptop
    ids: dict[str, str] = field(default_factory=dict)

    def named(self, values: dict[str, Any]) -> dict[str, Any]:
        """Put ids in the place of names."""
        return {name: self.ids.get(value, value) if isinstance(value, str) else value for name, value in values.items()}

    def hand_in(self, laptop: Laptop, edits: dict[str, tuple[Op, str, str, dict[str, Any]]]) -> dict[str, Receipt]:
        """Hand edits in together; gives their receipts by name."""
        for op, kind, record, values in edits.values():
            laptop.add(op, kind, self.ids.get(record, record) or new_id(), fields=self.named(values))
        return dict(zip(edits, laptop.push(), strict=True))


@pytest.fixture
def ground(desk: Desk, ana: Laptop) -> Ground:
    found = Ground(desk, ana)
    with desk.writing() as writer:
        north = writer.find("territory", "name", "North")[0]
        found.ids["acme"] = writer.create("account", {"name": "Acme", "territory": north})
        found.ids["far"] = writer.create("account", {"name": "Far"})
        for name, account in (("near", "acme"), ("distant", "far"), ("dead", "acme")):
            found.ids[name] = writer.create("contact", {"name": name, "account": found.ids[account]})
        about = {"record_type": "account", "record": found.ids["acme"], "field": "phone"}
        found.ids["question"] = writer.create_inherited("conflict", about, scope=found.ids["acme"])
        found.ids["the stage"] = writer.find("stage", "key", "survey")[0]
        found.ids["who left"] = writer.create("user", {"name": "Gone", "login": "gone"})
        found.ids["ana"] = ana.user
    with desk.writing() as writer:
        writer.delete("contact", found.ids["dead"])
        writer.forget("contact", found.ids["dead"])
        writer.delete("user", found.ids["who left"])
    ana.pull()
    return found


CREATE, PATCH, DELETE, RESTORE = Op.CREATE, Op.PATCH, Op.DELETE, Op.RESTORE
LI = {"name": "Li"}
NOT_HERS = {"type": "contact", "record": "distant"}
DEAD = {"type": "contact", "record": "dead"}
LONG = "x" * 100

REFUSED: dict[str, tuple[tuple[Op, str, str, dict[str, Any]], str, dict[str, Any]]] = {
    "in an account that is not seen": (
        (CREATE, "contact", "", {**LI, "account": "far"}),
        "reference_not_found",
        {"field": "account", "target": "account", "record": "far"},
    ),
    "in an account that never was": (
        (CREATE, "contact", "", {**LI, "account": NEVER}),
        "reference_not_found",
        {"field": "account", "target": "account", "record": NEVER},
    ),
    "about somebody who is not seen": (
        (CREATE, "activity", "", {"kind": "note", "account": "acme", "contact": "distant"}),
        "reference_not_found",
        {"field": "contact", "target": "contact", "record": "distant"},
    ),
    "about somebody who is forgotten": (
        (CREATE, "activity", "", {"kind": "note", "account": "acme", "contact": "dead"}),
        "record_deleted",
        DEAD,
    ),
    "in something that is no account": (
        (CREATE, "contact", "", {**LI, "account": ["acme"]}),
        "value_unreadable",
        {"field": "account", "value": "['acme']", "expected": "reference"},
    ),
    "moved to an account that is not seen": (
        (PATCH, "contact", "near", {"account": "far"}),
        "reference_not_found",
        {"field": "account", "target": "account", "record": "far"},
    ),
    "made anew under the id of what is forgotten": ((CREATE, "contact", "dead", LI), "record_deleted", DEAD),
    "edit of what is forgotten": ((PATCH, "contact", "dead", LI), "record_deleted", DEAD),
    "deletion of what is forgotten": ((DELETE, "contact", "dead", {}), "record_deleted", DEAD),
    "restoring of what is forgotten": ((RESTORE, "contact", "dead", {}), "record_deleted", DEAD),
    "edit of what never was": (
        (PATCH, "contact", NEVER, LI),
        "record_not_found",
        {"type": "contact", "record": NEVER},
    ),
    "edit of what is not seen": ((PATCH, "contact", "distant", LI), "record_not_found", NOT_HERS),
    "deletion of what is not seen": ((DELETE, "contact", "distant", {}), "record_not_found", NOT_HERS),
    "restoring of what is not seen": ((RESTORE, "contact", "distant", {}), "record_not_found", NOT_HERS),
    "id of what is not seen": ((CREATE, "contact", "distant", LI), "id_taken", NOT_HERS),
    "id of what is seen": (
        (CREATE, "contact", "near", LI),
        "id_taken",
        {"type": "contact", "record": "near"},
    ),
    "deletion of what the organisation decides": (
        (DELETE, "stage", "the stage", {}),
        "not_permitted",
        {"type": "stage", "role": "rep"},
    ),
    "restoring of what the organisation decides": (
        (RESTORE, "stage", "the stage", {}),
        "not_permitted",
        {"type": "stage", "role": "rep"},
    ),
    "deletion of a question": (
        (DELETE, "conflict", "question", {}),
        "not_permitted",
        {"type": "conflict", "role": "rep"},
    ),
    "question of one's own": (
        (CREATE, "conflict", "", {"record_type": "account", "record": "acme", "field": "name"}),
        "not_permitted",
        {"type": "conflict", "role": "rep"},
    ),
    "stage that there is not": (
        (CREATE, "opportunity", "", {"name": "Deal", "account": "acme", "stage": "nope"}),
        "value_not_a_choice",
        {"field": "stage", "value": "nope", "known": STAGES},
    ),
    "id in capitals": (
        (CREATE, "contact", NEVER.upper(), LI),
        "value_unreadable",
        {"field": "id", "value": NEVER.upper(), "expected": "id"},
    ),
    "id with something behind it": (
        (CREATE, "contact", f"{NEVER}\n", LI),
        "value_unreadable",
        {"field": "id", "value": f"{NEVER}\n", "expected": "id"},
    ),
    "id that is none": (
        (CREATE, "contact", LONG, LI),
        "value_unreadable",
        {"field": "id", "value": LONG, "expected": "id"},
    ),
}


def test_refusal_says_what_was_wrong_with_which_value(ground: Ground) -> None:
    receipts = ground.hand_in(ground.ana, {name: edit for name, (edit, _code, _data) in REFUSED.items()})

    assert {name: (each.code, each.data) for name, each in receipts.items()} == {
        name: (code, ground.named(data)) for name, (_edit, code, data) in REFUSED.items()
    }
    assert {each.outcome for each in receipts.values()} == {Outcome.REJECTED}
    assert check(ground.desk.log).damage == []


def test_refused_edit_tells_what_there_is_only_of_what_its_author_sees(ground: Ground) -> None:
    receipts = ground.hand_in(ground.ana, {name: edit for name, (edit, _code, _data) in REFUSED.items()})

    there = {name for name, each in receipts.items() if not each.missing}
    assert there == {
        "moved to an account that is not seen",
        "id of what is seen",
        "deletion of what the organisation decides",
        "restoring of what the organisation decides",
        "deletion of a question",
    }
    assert not any(each.fields or each.versions for each in receipts.values() if each.missing)


def test_what_is_within_the_rules_is_taken(ground: Ground) -> None:
    root = ground.desk.laptop("root", role=Role.ADMIN)

    receipts = ground.hand_in(
        root,
        {
            "stage that there is": (CREATE, "opportunity", "", {"name": "A", "account": "acme", "stage": "survey"}),
            "nobody in particular": (CREATE, "activity", "", {"kind": "note", "account": "acme", "contact": None}),
            "account without a territory": (CREATE, "contact", "", {**LI, "account": "far"}),
            "new login": (CREATE, "user", "", {"name": "Bea", "login": "bea"}),
            "login of somebody who left": (CREATE, "user", "", {"name": "Gone", "login": "gone"}),
            "own login in capitals": (PATCH, "user", "ana", {"login": "ANA"}),
            "user's phone": (PATCH, "user", "ana", {"phone": "1"}),
        },
    )

    assert {name: each.outcome for name, each in receipts.items()} == dict.fromkeys(receipts, Outcome.APPLIED)


def test_login_that_somebody_has_is_refused_with_whose_it_is(ground: Ground) -> None:
    root = ground.desk.laptop("root", role=Role.ADMIN)
    ground.ids["root"] = root.user

    receipts = ground.hand_in(
        root,
        {
            "new": (CREATE, "user", "", {"name": "Other", "login": "ANA"}),
            "changed": (PATCH, "user", "root", {"login": "Ana"}),
        },
    )

    whose = {"type": "user", "record": ground.ana.user}
    assert {name: (each.code, each.data) for name, each in receipts.items()} == {
        "new": ("id_taken", whose),
        "changed": ("id_taken", whose),
    }


def test_any_stage_will_do_for_an_office_that_has_none(ground: Ground) -> None:
    with ground.desk.writing() as writer:
        deal = writer.catalogue["opportunity"]
        writer.organisation = Organisation()

        Sight(writer, ground.ana.user).check_values(deal, NEVER, {"stage": "anything"})


def test_account_that_a_push_gives_away_is_out_of_sight_within_it(ground: Ground) -> None:
    ben = ground.desk.user("ben")

    receipts = ground.hand_in(
        ground.ana,
        {
            "given away": (PATCH, "account", "acme", {"territory": None, "owner": ben}),
            "worked on": (PATCH, "contact", "near", {"name": "Nearer"}),
            "made": (CREATE, "contact", "", {**LI, "account": "acme"}),
        },
    )

    assert [each.outcome for each in receipts.values()] == [Outcome.APPLIED, Outcome.LATE, Outcome.LATE]
    assert ground.desk.values("contact", ground.ids["near"])["name"] == "near"


def test_account_that_a_push_makes_is_in_sight_within_it(ground: Ground) -> None:
    ground.ids["new"] = new_id()

    receipts = ground.hand_in(
        ground.ana,
        {
            "account": (CREATE, "account", "new", {"name": "New"}),
            "contact": (CREATE, "contact", "", {**LI, "account": "new"}),
        },
    )

    assert [each.outcome for each in receipts.values()] == [Outcome.APPLIED, Outcome.APPLIED]
