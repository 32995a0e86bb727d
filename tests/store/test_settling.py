"""In whatever order own edits, receipts and pages come, what is visible is what the rule says it is."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from desktop.store.journal import DELETED
from sync.contract.clock import new_id
from sync.contract.errors import AppError
from sync.contract.fields import STAMPS
from sync.contract.wire import Mutation, Op, Outcome, PullAnswer, Receipt
from tests.store.laptops import Laptop, open_database
from tests.store.small_office import SmallOffice

EDITS = st.one_of(
    st.fixed_dictionaries({"phone": st.sampled_from([None, "1", "2", "3"])}),
    st.fixed_dictionaries({"points": st.integers(0, 9)}),
    st.fixed_dictionaries({"tags": st.sampled_from([None, ["a"], ["a", "b"], ["b", "c"]])}),
    st.fixed_dictionaries({"city": st.sampled_from([None, "A", "B"]), "province": st.sampled_from([None, "P", "Q"])}),
    st.fixed_dictionaries({"city": st.sampled_from([None, "A", "B"])}),
    st.fixed_dictionaries({"last_visit_at": st.sampled_from([f"2026-01-0{day}T00:00:00.000Z" for day in (1, 2, 3)])}),
    st.fixed_dictionaries({"description": st.sampled_from([None, "one\ntwo", "one\nthree", "zero\ntwo"])}),
)


class Oracle:
    """The rule in a few lines: last unsent value, else what a receipt told since the last pull, else the pulled row."""

    def __init__(self) -> None:
        self.unsent: list[Mutation] = []
        self.pulled: dict[str, tuple[int, dict[str, Any]]] = {}
        self.told: dict[str, dict[str, tuple[Any, int]]] = {}

    def receipt(self, receipt: Receipt) -> None:
        mutation = next((each for each in self.unsent if each.id == receipt.mutation), None)
        if mutation is None:
            return
        self.unsent.remove(mutation)
        position, _ = self.pulled.get(mutation.record, (0, {}))
        told = self.told.setdefault(mutation.record, {})
        for name, value in receipt.fields.items():
            version = receipt.versions[name]
            if version >= told.get(name, (None, position))[1]:
                told[name] = value, version
        self._told_deleted(mutation, receipt, told, position)

    def _told_deleted(
        self, mutation: Mutation, receipt: Receipt, told: dict[str, tuple[Any, int]], position: int
    ) -> None:
        known = told.get(DELETED, (None, position))[1]
        if receipt.seq >= known or not receipt.seq:
            told[DELETED] = receipt.deleted, max(receipt.seq, known)

    def page(self, page: PullAnswer) -> None:
        for row in page.rows:
            position, _ = self.pulled.get(row.id, (0, {}))
            if row.version >= position:
                self.pulled[row.id] = row.version, {**row.fields, DELETED: row.deleted}
                told = self.told.get(row.id, {})
                self.told[row.id] = {name: each for name, each in told.items() if each[1] > row.version}

    def visible(self, record_id: str) -> dict[str, Any]:
        _, values = self.pulled.get(record_id, (0, {}))
        shown = dict(values)
        shown.update({name: value for name, (value, _) in self.told.get(record_id, {}).items()})
        for mutation in self.unsent:
            if mutation.record == record_id:
                shown.update(mutation.fields)
                if mutation.op in {Op.DELETE, Op.RESTORE}:
                    shown[DELETED] = mutation.op is Op.DELETE
        return {name: value for name, value in shown.items() if value is not None and name not in STAMPS}


class Settling(RuleBasedStateMachine):
    """Edits on a laptop and by a colleague, pushes whose answer gets lost, receipts late, pages in pieces."""

    ready: Path
    accounts = Bundle("accounts")
    sent = Bundle("sent")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="settling-"))
        (self.folder / "store").mkdir()
        shutil.copyfile(self.ready, self.folder / "store" / "data.db")
        self.laptop = Laptop(open_database(self.folder, create=False))
        self.office = SmallOffice(self.laptop.database.catalogue)
        self.oracle = Oracle()
        self.seq = 0

    def teardown(self) -> None:
        if hasattr(self, "laptop"):
            self.heal()
            self.laptop.database.close()
            shutil.rmtree(self.folder)

    @rule(target=accounts, name=st.sampled_from(["Acme", "王记"]), phone=st.sampled_from([None, "1"]))
    def laptop_creates(self, name: str, phone: str | None) -> str:
        made = self.laptop.add("account", {"name": name, "phone": phone})
        self._note_unsent()
        return made

    @rule(target=accounts, phone=st.sampled_from([None, "0"]))
    def colleague_creates(self, phone: str | None) -> str:
        made = new_id()
        self.office.create("account", made, name="Theirs", phone=phone, points=0, kind="company", status="prospect")
        return made

    @rule(account=accounts, changes=EDITS)
    def laptop_edits(self, account: str, changes: dict[str, Any]) -> None:
        try:
            self.laptop.change("account", account, **changes)
        except AppError:  # it is not there yet, or deleted: then nothing may have changed
            return
        self._note_unsent()

    @rule(account=accounts, deleted=st.booleans())
    def laptop_deletes_or_restores(self, account: str, deleted: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        try:
            (self.laptop.delete if deleted else self.laptop.restore)("account", account)
        except AppError:
            return
        self._note_unsent()

    @rule(account=accounts, changes=EDITS)
    def colleague_edits(self, account: str, changes: dict[str, Any]) -> None:
        if account in self.office.records:
            self.office.edit(account, **changes)

    @rule(account=accounts, deleted=st.booleans())
    def colleague_deletes_or_restores(self, account: str, deleted: bool) -> None:  # noqa: FBT001 - as above
        if account in self.office.records:
            self.office.set_deleted(account, deleted=deleted)

    @rule(target=sent, most=st.integers(1, 4))
    def push_without_hearing_the_answer(self, most: int) -> Any:
        batch = self.laptop.replica.outbox(max_mutations=most, max_bytes=10**6)
        receipts = [self.office.push(each) for each in batch]
        return multiple(*receipts)

    @rule(receipt=consumes(sent))
    def receipt_arrives(self, receipt: Receipt) -> None:
        if receipt.mutation != next((each.id for each in self.oracle.unsent), None):
            return  # the engine takes receipts in the order of its outbox
        self.laptop.replica.take_receipts([receipt])
        self.oracle.receipt(receipt)

    @rule(steps=st.integers(1, 5))
    def page_arrives(self, steps: int) -> None:
        page = self.office.pull(self.seq, until=self.seq + steps)
        self.laptop.replica.take_page(page)
        self.oracle.page(page)
        self.seq = page.seq

    @rule()
    def program_is_restarted(self) -> None:
        self.laptop.database.close()
        self.laptop = Laptop(open_database(self.folder, create=False))

    @invariant()
    def visible_is_what_the_rule_says(self) -> None:
        if not hasattr(self, "oracle"):
            return
        for account in {*self.oracle.pulled, *(each.record for each in self.oracle.unsent), *self.oracle.told}:
            shown = self.laptop.shown("account", account)
            values = {name: value for name, value in shown.values.items() if name not in STAMPS}
            expected = self.oracle.visible(account)
            assert shown.deleted == bool(expected.pop(DELETED, False))
            assert values == expected

    def heal(self) -> None:
        """Sync until nothing moves; then both sides hold the same."""
        while batch := self.laptop.replica.outbox(max_mutations=3, max_bytes=10**6):
            self.laptop.replica.take_receipts([self.office.push(each) for each in batch])
        self.laptop.replica.take_page(self.office.pull(self.seq))
        for account, held in self.office.records.items():
            shown = self.laptop.shown("account", account)
            assert shown.deleted == held.deleted
            values = {name: value for name, value in shown.values.items() if name not in STAMPS}
            assert values == {name: value for name, value in held.values.items() if value is not None}
        assert self.laptop.table("SELECT * FROM agreed") == []
        live = sum(1 for each in self.office.records.values() if not each.deleted)
        assert self.laptop.table("SELECT live, shown FROM row_count WHERE type = 'account'") == [(live, live)]
        self._journal_holds_every_change()

    def _journal_holds_every_change(self) -> None:
        own = self.laptop.table("SELECT mutation, outcome FROM journal WHERE origin = 'local'")
        assert all(outcome in set(Outcome) for _, outcome in own)
        theirs = [each.seq for each in self.office.log if each.mutation is None]
        assert [seq for (seq,) in self.laptop.table("SELECT seq FROM journal WHERE origin = 'sync'")] == theirs

    def _note_unsent(self) -> None:
        known = {each.id for each in self.oracle.unsent}
        self.oracle.unsent += [each for each in self.laptop.outbox() if each.id not in known]


@pytest.mark.slow
def test_visible_values_follow_the_rule_in_every_order_of_events(empty_file: Path) -> None:
    class Machine(Settling):
        ready = empty_file

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
