"""Two laptops and the mass-change brake: nothing goes without a word, and nothing is lost while it is missing."""

import pytest

from desktop.commands.attention import Resend
from desktop.store.unit_of_work import open_unit
from sync.contract.brake import FEW
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from tests.helpers.fleet import Fleet


def test_mass_deletion_waits_for_a_word_wherever_it_comes_from(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods")
    people = [ana.add("contact", name=f"Person {number}", account=account) for number in range(FEW)]
    fleet.sync_all()

    # A person is asked where it is done, before anything happens.
    with pytest.raises(AppError) as refused:
        ana.delete("account", account)
    assert refused.value.code is Code.MASS_DELETION
    assert ana.unsent == 0

    # A program that does not ask is held at the office: everything stays, here and there.
    with open_unit(ana.database, actor=ana.user, role=Role.REP) as work:
        work.delete("account", account)
    ben.set("contact", people[0], phone="7")
    fleet.sync_all()
    (held,) = ana.reads.attention()
    assert (held.is_held, held.record) == (True, account)
    for laptop in (ana, ben):
        assert laptop.get("account", account) is not None
        assert (laptop.get("contact", people[0]) or {})["phone"] == "7"
    fleet.check()

    # With the word it goes, for everybody.
    command = Resend(held.id)
    command.consent = True
    ana.run(command)
    fleet.sync_all()
    assert ana.reads.attention() == []
    for laptop in (ana, ben):
        assert laptop.get("account", account) is None
        assert [laptop.get("contact", each) for each in people] == [None] * FEW
    fleet.check()
