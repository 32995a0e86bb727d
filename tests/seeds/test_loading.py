"""Seeds in a real database: everything arrives, twice is once, and what others made is left alone."""

from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.server.log import Log, open_log
from sync.server.passwords import Passwords
from sync.server.recording import read_head
from sync.server.rows import CODECS, Record
from sync.server.schema import CREDENTIAL
from sync.server.seeds.crm_opportunities import load_crm_opportunities
from sync.server.seeds.demo import load_demo
from sync.server.seeds.drafts import SeedReport
from sync.server.seeds.filling import SeedPasswords
from sync.server.seeds.reports import report_lines, report_object
from sync.server.seeds.volume import load_volume
from sync.server.seeds.volume_shape import VolumeSize
from tests.seeds.crm_sets import write_set

TODAY = date(2026, 11, 20)
PASSWORD = "quiet-river"


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    opened = open_log(database_url, SystemClock())
    yield opened
    opened.close()


def live(log: Log, record_type: str) -> dict[str, Record]:
    codec = CODECS[record_type]
    with log.storage.reading() as connection:
        records = [codec.record(raw) for raw in connection.execute(codec.select())]
    return {each.id: each for each in records if not each.deleted}


def named(log: Log, record_type: str, name: str) -> Record:
    return next(each for each in live(log, record_type).values() if each.values.get("name") == name)


def head(log: Log) -> int:
    with log.storage.reading() as connection:
        return read_head(connection).seq


def crm(log: Log, folder: Path, *, password: str | None = PASSWORD) -> SeedReport:
    return load_crm_opportunities(log, folder, SeedPasswords(password))


def demo(log: Log) -> SeedReport:
    return load_demo(log, today=TODAY, zone=UTC, passwords=SeedPasswords(PASSWORD))


def test_crm_set_arrives_whole(log: Log, tmp_path: Path) -> None:
    report = crm(log, write_set(tmp_path / "set"))

    assert report.made["account"] == len(live(log, "account")) == 3
    assert report.made["opportunity"] == len(live(log, "opportunity")) == 6
    assert {each.values["name"] for each in live(log, "territory").values()} == {"North", "South"}


def test_crm_set_brings_its_own_open_stages_and_keeps_won_and_lost(log: Log, tmp_path: Path) -> None:
    report = crm(log, write_set(tmp_path / "set"))

    assert {each.values["key"] for each in live(log, "stage").values()} == {"prospecting", "engaging", "won", "lost"}
    assert report.removed == {"stage": 5}


def test_stage_of_an_earlier_opportunity_is_kept(log: Log, tmp_path: Path) -> None:
    with log.writing() as writer:
        user = writer.create("user", {"name": "Kim", "login": "kim"})
        writer.create("opportunity", {"name": "Earlier", "stage": "survey", "owner": user})

    crm(log, write_set(tmp_path / "set"))

    assert "survey" in {each.values["key"] for each in live(log, "stage").values()}


def test_second_run_changes_nothing(log: Log, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    first = crm(log, folder)
    before = head(log)

    second = crm(log, folder)

    assert head(log) == before
    assert second.made == second.removed == {}
    assert sum(second.present.values()) == sum(first.made.values()) + sum(first.present.values())


def test_second_run_leaves_edits_of_the_reps_alone(log: Log, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    crm(log, folder)
    account = named(log, "account", "Brook Mill")
    with log.writing() as writer:
        writer.patch("account", account.id, {"name": "Brook Mill and Sons"})

    crm(log, folder)

    assert live(log, "account")[account.id].values["name"] == "Brook Mill and Sons"


def test_second_run_does_not_bring_back_what_was_deleted(log: Log, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    crm(log, folder)
    account = named(log, "account", "Quiet Field")
    with log.writing() as writer:
        writer.delete("account", account.id)

    crm(log, folder)

    assert account.id not in live(log, "account")


def test_run_after_new_opportunities_adds_only_those(log: Log, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    crm(log, folder)
    row = "B1,Ben Two,Valve,Brook Mill,Won,2017-10-20,2017-12-01,99"
    pipeline = folder / "sales_pipeline.csv"
    pipeline.write_text(pipeline.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")

    assert crm(log, folder).made == {"opportunity": 1}


def test_record_with_the_same_external_id_is_taken_as_the_same(log: Log, tmp_path: Path) -> None:
    with log.writing() as writer:
        mine = writer.create(
            "account", {"name": "Imported", "external_id": "Brook Mill", "external_source": "crm-opportunities"}
        )

    crm(log, write_set(tmp_path / "set"))

    opportunity = next(each for each in live(log, "opportunity").values() if each.values["external_id"] == "A1")
    assert opportunity.values["account"] == mine
    assert opportunity.scope == mine


def test_territory_made_by_hand_is_used_when_its_name_is_the_same(log: Log, tmp_path: Path) -> None:
    with log.writing() as writer:
        north = writer.create("territory", {"name": "North"})

    crm(log, write_set(tmp_path / "set"))

    assert named(log, "account", "Brook Mill").values["territory"] == north


def test_broken_file_leaves_the_database_as_it_was(log: Log, tmp_path: Path) -> None:
    before = head(log)
    folder = write_set(tmp_path / "set", sales_pipeline=("A1,Nobody,Valve,,Won,,,",))

    with pytest.raises(AppError) as refusal:
        crm(log, folder)

    assert refusal.value.code is Code.IMPORT_ROW_REFUSED
    assert head(log) == before


def test_every_new_user_can_sign_in_with_the_given_password(log: Log, tmp_path: Path) -> None:
    report = crm(log, write_set(tmp_path / "set"))

    with log.storage.reading() as connection:
        rows = connection.execute(select(CREDENTIAL.c.user_id, CREDENTIAL.c.password)).all()
    stored = {user: password for user, password in rows}  # noqa: C416 - dict() does not know a row's two types
    assert set(stored) == set(live(log, "user"))
    assert all(Passwords().matches(each, PASSWORD) for each in set(stored.values()))
    assert report.passwords == {}


def test_without_a_password_each_new_user_gets_one_of_their_own(log: Log, tmp_path: Path) -> None:
    report = crm(log, write_set(tmp_path / "set"), password=None)
    ann = named(log, "user", "Ann One")

    with log.storage.reading() as connection:
        stored = connection.scalar(select(CREDENTIAL.c.password).where(CREDENTIAL.c.user_id == ann.id))
    assert len(set(report.passwords.values())) == 7
    assert Passwords().matches(stored, report.passwords["ann.one"])


def test_organisation_takes_the_name_and_currency_of_the_seed(log: Log, tmp_path: Path) -> None:
    crm(log, write_set(tmp_path / "set"))

    (organisation,) = live(log, "organisation").values()
    assert organisation.values["currency"] == "USD"


def test_organisation_that_has_a_name_keeps_it(log: Log) -> None:
    (organisation,) = live(log, "organisation")
    with log.writing() as writer:
        writer.patch("organisation", organisation, {"name": "Ours"})

    demo(log)

    assert live(log, "organisation")[organisation].values["name"] == "Ours"


def test_traps_are_reported_with_counts(log: Log, tmp_path: Path) -> None:
    report = crm(log, write_set(tmp_path / "set"))
    counts = {each.name: each.count for each in report.traps}

    assert counts["product_spelt_otherwise"] == 1
    assert counts["opportunity_without_account"] == 1
    assert counts["opportunity_without_close_value"] == 2
    assert counts["agent_without_opportunities"] == 1
    assert counts["account_between_offices"] == 1
    text = "\n".join(report_lines(report))
    assert "opportunities with the product spelt PumpPro, taken as Pump Pro: 1" in text
    assert report_object(report)["made"]["opportunity"] == 6


def test_sample_arrives_with_authors_and_instants_of_the_past(log: Log) -> None:
    demo(log)

    visit = next(
        each for each in live(log, "activity").values() if each.values.get("subject") == "Renewal walk-through"
    )
    rep = next(each for each in live(log, "user").values() if each.values["login"] == "ruonan")
    assert visit.values["created_by"] == rep.id
    assert visit.values["created_at"] == visit.values["at"] == "2026-11-20T10:12:00.000Z"


def test_sample_uses_the_stages_that_every_office_begins_with(log: Log) -> None:
    before = set(live(log, "stage"))

    demo(log)

    assert set(live(log, "stage")) == before


def test_sample_twice_changes_nothing(log: Log) -> None:
    demo(log)
    before = head(log)

    assert demo(log).made == {}
    assert head(log) == before


def test_sample_asks_the_rep_about_fields_that_a_colleague_changed_too(log: Log) -> None:
    report = demo(log)
    users = {each.id: each.values["login"] for each in live(log, "user").values()}
    asked = list(live(log, "conflict").values())

    assert report.made["conflict"] == len(asked) == 3
    assert {users[str(each.values["asked"])] for each in asked} == {"ruonan"}
    for each in asked:
        kind, record = str(each.values["record_type"]), str(each.values["record"])
        (field,) = each.values["current"]
        assert live(log, kind)[record].values[field] == each.values["current"][field] != each.values["proposed"][field]


def test_question_of_the_sample_that_was_answered_is_not_asked_again(log: Log) -> None:
    demo(log)
    answered = next(iter(live(log, "conflict")))
    with log.writing() as writer:
        writer.patch("conflict", answered, {"state": "resolved"})

    assert demo(log).made == {}
    assert live(log, "conflict")[answered].values["state"] == "resolved"


def test_custom_fields_of_the_sample_hold_values(log: Log) -> None:
    demo(log)

    assert named(log, "account", "Brackwater Hotel").values["x_refrigerant"] == "R448A"


def test_volume_arrives_in_the_promised_size(log: Log) -> None:
    report = load_volume(log, VolumeSize(accounts=40), today=TODAY, passwords=SeedPasswords(PASSWORD))

    with log.storage.reading() as connection:
        found = {
            kind: connection.scalar(select(func.count()).select_from(CODECS[kind].table))
            for kind in ("account", "contact", "activity", "opportunity", "task")
        }
    assert found == {"account": 40, "contact": 80, "activity": 400, "opportunity": 40, "task": 20}
    assert report.facts["login"] == "rep1"


def test_second_volume_is_refused_and_the_first_stays(log: Log) -> None:
    load_volume(log, VolumeSize(accounts=5), today=TODAY, passwords=SeedPasswords(PASSWORD))
    before = head(log)

    with pytest.raises(AppError) as refusal:
        load_volume(log, VolumeSize(accounts=5), today=TODAY, passwords=SeedPasswords(PASSWORD))

    assert refusal.value.code is Code.ID_TAKEN
    assert head(log) == before


def test_one_time_password_for_all_is_reported_once() -> None:
    passwords = SeedPasswords.one_for_all()

    assert Passwords().matches(passwords.stored_for("rep1"), passwords.made["everybody"])
    assert list(passwords.made) == ["everybody"]
