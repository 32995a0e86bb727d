"""The server as a process: what it prints, how it ends, what a restart keeps."""

import pytest

from tests.helpers.office import Office


def test_office_told_to_end_ends_cleanly(office: Office) -> None:
    code = office.stop()

    assert code == 0


def test_office_killed_and_restarted_keeps_its_address(sqlite_office: Office) -> None:
    before = sqlite_office.url

    sqlite_office.kill()
    sqlite_office.restart()

    assert sqlite_office.url == before


def test_command_beside_a_running_office_sees_its_database(office: Office) -> None:
    office.add_user("ana", territories=("North",))

    done = office.run("user", "list")

    assert done.code == 0
    assert "ana" in done.out
    assert "North" in done.out


@pytest.mark.parametrize("arguments", [("user", "add", "ana"), ("serve", "--port", "99999"), ("frobnicate",)])
def test_command_that_is_not_one_ends_with_usage(sqlite_office: Office, arguments: tuple[str, ...]) -> None:
    assert sqlite_office.run(*arguments).code == 2
