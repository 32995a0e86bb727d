"""A server whose database is put back to an older copy, as after a broken disk: laptops notice and bring all back."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import make_url

from sync.server import witness
from tests.helpers.databases import PostgreSQL
from tests.helpers.fleet import Fleet
from tests.helpers.office import Office

pytestmark = pytest.mark.allow_logs(
    "the office was set back", "fetching everything anew", "the office has other edits under this laptop's id"
)


Copy: TypeAlias = Callable[[], Callable[[], None]]
"""Copies a database and gives what puts the copy in its place; the server must not run meanwhile."""


@pytest.fixture
def copied(office: Office, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Copy]:
    """Copy the database as a backup program would; what else lies beside an SQLite file stays as it is."""
    url = make_url(office.database)
    name = str(url.database)

    def copy_file() -> Callable[[], None]:
        parts = [each for each in (Path(name), Path(f"{name}-wal")) if each.exists()]
        kept = [shutil.copyfile(each, tmp_path / f"copy-{each.name}") for each in parts]

        def put_back() -> None:
            for each in ("-wal", "-shm"):
                Path(name + each).unlink(missing_ok=True)
            for copy, part in zip(kept, parts, strict=True):
                shutil.copyfile(copy, part)

        return put_back

    def copy_database() -> Callable[[], None]:
        running: PostgreSQL = request.getfixturevalue("postgresql")
        running.create(f"{name}_copy", template=name)

        def put_back() -> None:
            running.drop(name)
            running.create(name, template=f"{name}_copy")

        return put_back

    yield copy_file if url.get_backend_name() == "sqlite" else copy_database
    if url.get_backend_name() != "sqlite":
        request.getfixturevalue("postgresql").drop(f"{name}_copy")


@pytest.mark.timeout(300)
def test_edits_of_the_day_come_back_to_a_server_put_back_to_yesterday_without_an_administrator(
    fleet: Fleet, copied: Copy
) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    old = ana.add("account", name="Kestrel Foods", phone="110", points=1)
    gone = ana.add("task", title="done before", account=old)
    for each in (ana, ben):
        each.sync()
    assert fleet.office.stop() == 0
    put_back = copied()
    fleet.office.start()
    made = ana.add("account", name="Made since", city="Ulm")
    ana.set("account", old, points=4)
    ana.delete("task", gone)
    for each in (ana, ben):
        each.sync()
    ben.set("account", made, phone="112")
    ben.set("account", old, points=9)
    person = ben.add("contact", name="Li Wei", account=made)
    ben.sync()
    waiting = ben.add("task", title="never sent before", account=made)

    fleet.office.kill()
    put_back()
    fleet.office.start()
    fleet.sync_all()

    for each in (ana, ben):
        assert (each.get("account", old) or {})["points"] == 9
        assert (each.get("account", made) or {}).items() >= {"city": "Ulm", "phone": "112"}.items()
        assert (each.get("contact", person) or {})["name"] == "Li Wei"
        assert (each.get("task", waiting) or {})["account"] == made
        assert each.get("task", gone) is None
    with fleet.office.log() as log, log.storage.reading() as connection:
        assert witness.lost(connection) == []
    fleet.check()
