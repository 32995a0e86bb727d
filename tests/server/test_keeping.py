"""The administrator's commands about what the office keeps, as processes of their own."""

import json

from tests.helpers.office import Office


def test_compact_tells_what_it_removed(office: Office) -> None:
    office.add_user("ana", territories=("North",))

    done = office.run("compact", "--json")

    assert done.code == 0
    assert set(json.loads(done.out)) == {"min_cursor", "lines", "records", "payloads"}
    assert office.run("check").code == 0


def test_compact_refuses_to_remove_what_backups_of_laptops_may_need(sqlite_office: Office) -> None:
    refused = sqlite_office.run("compact", "--days", "5")

    assert refused.code == 2
    assert "at least 35 days" in refused.err
