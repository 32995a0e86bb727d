"""A laptop that does not hold what the office holds notices it after a sync and fetches only what differs."""

import pytest

from desktop.store import gate
from desktop.store.gate import GateMode
from tests.helpers import oracle
from tests.helpers.small_world import Laptop, World

_HARMS = {
    "a row is gone": "UPDATE contacts SET scope = '', hidden = 1",
    "a row is old": "UPDATE contacts SET version = version - 1, name = 'Old'",
    "a row claims a version of the future": "UPDATE contacts SET version = 4000, name = 'Wrong'",
    "an account is gone": "UPDATE accounts SET scope = '', hidden = 1",
    "a shared record is old": "UPDATE stages SET version = 1, name = 'Old'",
}


@pytest.mark.allow_logs("rows differ from the office's")
@pytest.mark.parametrize("harm", _HARMS)
def test_laptop_that_lost_something_has_it_again_after_a_sync(world: World, harm: str) -> None:
    ana, ben = world["ana"], world["ben"]
    _break(ana, _HARMS[harm])
    ben.set("account", _account(ben), phone="119")
    ben.sync()

    report = ana.sync()

    assert report.compared is True
    assert report.repaired >= 1
    assert ana.replica.standing().cursor is not None
    oracle.check_equals_office(world.dial(ana.database.meta.token), ana)
    assert ana.sync().repaired == 0


@pytest.mark.allow_logs("rows differ from the office's")
def test_unsent_edit_survives_a_repair(world: World) -> None:
    ana = world["ana"]
    _break(ana, "UPDATE contacts SET version = version - 1, name = 'Old'")
    account = _account(ana)
    ana.set("account", account, phone="112")

    report = ana.sync()

    assert (report.pushed, report.repaired) == (1, 1)
    assert (ana.get("account", account) or {})["phone"] == "112"


def test_sync_without_anything_to_mend_repairs_nothing(world: World) -> None:
    ana = world["ana"]
    ana.set("account", _account(ana), phone="112")

    assert ana.sync().repaired == 0


def _break(laptop: Laptop, statement: str) -> None:
    with laptop.database.writing() as connection, gate.opened(connection, GateMode.SYNC):
        connection.exec_driver_sql(statement)


def _account(laptop: Laptop) -> str:
    with laptop.database.reading() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM accounts WHERE hidden = 0 ORDER BY id").scalar())
