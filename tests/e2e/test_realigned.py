"""An account goes to a colleague while its rep works without a network, over real HTTP and both office databases."""

from desktop.domain.choosing import Choice
from tests.helpers.fleet import Fleet


def test_edits_made_offline_reach_the_new_owner_and_the_account_leaves_the_old_laptop(fleet: Fleet) -> None:
    fleet.hire("cleo", territories=("South",))
    ana, cleo = fleet.laptop("ana"), fleet.laptop("cleo")
    account = ana.add("account", name="Quicksilver", phone="110")
    fleet.sync_all()
    ana.set("account", account, phone="120", owner=cleo.user)
    ana.sync()
    ana.set("account", account, phone="130")
    visit = ana.add("activity", kind="visit", account=account, body="Met the buyer")
    assert fleet.office.run("territory", "move", account, "--to", "South").code == 0

    report = ana.sync()
    cleo.sync()
    asked = {view.field: view for view in cleo.questions()}
    for view in asked.values():
        cleo.choose(view.id, Choice.PROPOSED)
    fleet.sync_all()

    assert dict(report.handed) == {"cleo": 3}
    assert asked.keys() == {"phone", "created", "last_visit_at"}
    assert (ana.reads.record("account", account), ana.reads.record("activity", visit)) == (None, None)
    assert ana.reads.search("Quicksilver") == []
    assert (cleo.get("account", account) or {})["phone"] == "130"
    assert (cleo.get("activity", visit) or {})["body"] == "Met the buyer"
    fleet.check()
