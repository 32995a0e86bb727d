"""Sync details: calm about the network, exact about what waits, and nothing about anybody in what support gets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.commands.merging import MergeRecords
from desktop.commands.records import AddRecord, SetFields
from desktop.domain.views import SyncRun
from desktop.store import meta
from desktop.system.settings import SYNC_BY_ITSELF, TEXT_SCALE
from desktop.ui.change_log.view import ChangeLogPage
from desktop.ui.components.label import Label
from desktop.ui.settings.view import SettingsPage
from desktop.ui.sync_details.facts import stretches
from desktop.ui.sync_details.panel import SyncDetails
from sync.contract.errors import Code
from tests.ui.screens2.laptop import SampleLaptop
from tests.ui.screens2.seat import CTRL, SHIFT, Seat

MORNING = datetime(2026, 11, 20, 0, 6, tzinfo=UTC)
AWAY = "server_unreachable"


def run(error: str = "", *, pulled: int = 0) -> SyncRun:
    return SyncRun(
        started_at="2026-11-20T00:00:00.000Z", finished_at="2026-11-20T00:00:01.000Z", error=error, pulled=pulled
    )


def panel(seat: Seat) -> SyncDetails:
    seat.press(Qt.Key.Key_O, CTRL | SHIFT)
    seat.until(lambda: bool(seat.window.findChildren(SyncDetails)))
    opened = seat.window.findChildren(SyncDetails)[-1]
    seat.until(opened.isVisible)
    return opened


def words(part: object) -> str:
    assert hasattr(part, "findChildren")
    return "\n".join(label.text() for label in part.findChildren(Label) if not label.isHidden())


@pytest.fixture
def offline(laptop: SampleLaptop) -> SampleLaptop:
    """Two changes wait, the office has not been reached since 08:06."""
    account = laptop.undisputed()[0]
    laptop.run(SetFields("account", account, {"payment_terms": "Net 60"}))
    laptop.run(AddRecord("task", {"title": "Secret task", "account": account}))
    laptop.note_run(MORNING - timedelta(minutes=1), pulled=286, pushed=9)
    for minute in range(3):
        laptop.note_run(MORNING + timedelta(minutes=minute), seconds=1, error=AWAY)
    laptop.app.status.change(lambda status: replace(status, online=False, error=Code.SERVER_UNREACHABLE))
    return laptop


def test_tries_that_found_nobody_become_one_line() -> None:
    found = stretches([run(AWAY), run(AWAY), run(), run(AWAY), run("server_busy")])

    assert [(each.error, len(each.runs)) for each in found] == [(AWAY, 2), ("", 1), (AWAY, 1), ("server_busy", 1)]


def test_syncs_that_went_through_stay_apart() -> None:
    assert len(stretches([run(pulled=1), run(pulled=2)])) == 2


def test_office_that_was_set_back_is_told_calmly(laptop: SampleLaptop, seat: Seat) -> None:
    laptop.note_run(MORNING, pulled=12, data={"set_back": True, "told": 3})

    assert "The office was set back to an earlier state" in words(panel(seat))


def test_damaged_copies_that_were_removed_are_told(laptop: SampleLaptop, seat: Seat) -> None:
    laptop.note_run(MORNING, pulled=1, data={"copies_removed": 1})

    assert "1 damaged copy kept from a recovery was removed" in words(panel(seat))


def test_change_that_waits_for_the_office_s_update_says_so(laptop: SampleLaptop, seat: Seat) -> None:
    keep, drop, *_ = laptop.undisputed()
    laptop.app.database.meta.set(meta.OFFICE_SCHEMA, 2)
    laptop.run(MergeRecords("account", keep, drop))

    assert "1 change waits until the office has its update" in words(panel(seat).waiting)


def test_offline_is_told_calmly_with_what_is_safe(offline: SampleLaptop, seat: Seat) -> None:
    opened = panel(seat)

    assert opened.headline.text() == "Offline since 08:06"
    assert "safe on this laptop" in opened.detail.text()


def test_offline_chip_is_grey(offline: SampleLaptop, seat: Seat) -> None:
    seat.until(lambda: seat.window.frame.top_bar.sync_chip.status.tone == "offline")
    assert "waiting" in seat.window.frame.top_bar.sync_chip.status.text


def test_what_waits_is_counted_by_type(offline: SampleLaptop, seat: Seat) -> None:
    opened = panel(seat)

    said = words(opened.waiting)
    assert "2 changes" in said
    assert "Customers" in said
    assert "Tasks" in said


def test_every_change_ever_made_is_accounted_for(offline: SampleLaptop, seat: Seat) -> None:
    ledger = offline.app.reads.ledger()
    opened = panel(seat)

    assert f"{ledger.recorded} changes recorded, {ledger.confirmed} confirmed, 2 waiting" in words(opened.waiting)


def test_change_that_vanished_is_told(offline: SampleLaptop, seat: Seat) -> None:
    offline.run(AddRecord("task", {"title": "One more", "account": offline.undisputed()[0]}))
    with offline.app.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER guarded_journal_DELETE")
        connection.exec_driver_sql("DELETE FROM journal WHERE client_n = (SELECT max(client_n) - 1 FROM journal)")

    assert "Not all of them are accounted for" in words(panel(seat).waiting)


def test_history_tells_each_stretch_once(offline: SampleLaptop, seat: Seat) -> None:
    opened = panel(seat)

    said = words(opened.history)
    assert said.count("No network, waited") == 1
    assert "286 in, 9 out" in said


def test_support_text_holds_figures_and_no_names(offline: SampleLaptop, seat: Seat) -> None:
    opened = panel(seat)

    opened.copy()

    text = QApplication.clipboard().text()
    assert "pending=2" in text
    assert AWAY in text
    assert "Secret" not in text
    assert seat.laptop.app.session.name not in text


def test_switch_lets_sync_rest_and_is_kept(seat: Seat) -> None:
    opened = panel(seat)

    opened.by_itself.click()

    assert seat.laptop.app.settings.get(SYNC_BY_ITSELF) is False


def test_escape_closes_and_gives_the_focus_back(seat: Seat) -> None:
    seat.go("settings", SettingsPage)
    before = QApplication.focusWidget()
    opened = panel(seat)

    seat.press(Qt.Key.Key_Escape)

    assert not opened.is_open
    assert QApplication.focusWidget() is before


def test_what_waits_can_be_looked_through(offline: SampleLaptop, seat: Seat) -> None:
    opened = panel(seat)

    opened.look_through()

    page = seat.page(ChangeLogPage)
    assert page.tabs.current() == "yours"


def test_panel_follows_what_happens_while_it_is_open(seat: Seat) -> None:
    opened = panel(seat)
    account = seat.laptop.undisputed()[0]

    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 60"}))

    seat.until(lambda: "1 change" in words(opened.waiting))


def test_what_was_not_accepted_long_ago_is_counted_with_the_way_there(laptop: SampleLaptop, seat: Seat) -> None:
    laptop.run(SetFields("account", laptop.undisputed()[0], {"payment_terms": "Net 75"}))
    laptop.refuse_all()
    opened = panel(seat)
    seat.until(lambda: "Not accepted" in words(opened.waiting))

    assert opened.refused_link is not None
    opened.refused_link.click()

    assert seat.page(ChangeLogPage).tabs.current() == "refused"


@pytest.mark.parametrize(("scale", "size"), [(100, (1440, 900)), (150, (1100, 680))])
def test_panel_stays_in_the_window_and_cuts_no_line(
    offline: SampleLaptop, seat: Seat, scale: int, size: tuple[int, int]
) -> None:
    seat.laptop.app.settings.set(TEXT_SCALE, scale)
    seat.until(lambda: seat.workplace.kit.theme.choice.text_scale == scale / 100)
    seat.window.resize(*size)

    shown = panel(seat)

    wrapped = [each for each in shown.findChildren(Label) if each.isVisible() and each.wordWrap()]
    assert wrapped
    assert all(each.height() >= each.heightForWidth(each.width()) for each in wrapped)
    assert shown.geometry().bottom() < seat.window.host.height()
    assert shown.height() > seat.window.host.height() // 3
