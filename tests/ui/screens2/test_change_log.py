"""The change log: what was done, what arrived, what was not accepted; undo and redo, send again and put aside."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.commands.conflicts import ResolveConflict
from desktop.commands.mass_edit import EditMany
from desktop.commands.records import AddRecord, DeleteRecord, SetFields
from desktop.commands.undo import Undo
from desktop.domain.changes import ActKind
from desktop.domain.choosing import Choice
from desktop.store import gate
from desktop.store.connections import raw
from desktop.store.queries.change_log import change_log
from desktop.ui.change_log.view import ChangeLogPage
from desktop.ui.components.dialog import OverlayDialog
from desktop.ui.components.list_rows import ListRow
from desktop.ui.walking import settle
from sync.contract.wire import Row
from tests.ui.screens2.laptop import SampleLaptop, Template
from tests.ui.screens2.seat import CTRL, SHIFT, Seat


@pytest.fixture
def account(laptop: SampleLaptop) -> str:
    return laptop.undisputed()[0]


def log(seat: Seat) -> ChangeLogPage:
    page = seat.go("changes", ChangeLogPage)
    seat.until(lambda: bool(page.list.rows().ids))
    page.focus_main()
    return page


def shown(page: ChangeLogPage) -> list[ListRow]:
    rows = page.list.rows()
    return [row for row in map(rows.row, range(rows.rowCount())) if isinstance(row, ListRow) and not row.is_heading]


def titles(page: ChangeLogPage) -> list[str]:
    return [row.title for row in shown(page)]


def test_act_is_told_with_all_it_changed(laptop: SampleLaptop, account: str) -> None:
    at = "2026-11-20T02:00:00.000Z"
    laptop.run(AddRecord("activity", {"kind": "visit", "account": account, "subject": "Renewal", "at": at}))

    act = laptop.app.reads.change_log()[0]

    assert (act.mine, act.kind, act.label) == (True, ActKind.DO, "commands.logged.visit")
    assert (act.changes[0].type, act.changes[0].title) == ("activity", "Renewal")
    assert ("account", account) in [(change.type, change.record) for change in act.changes]


def test_undo_is_told_by_what_it_took_back(laptop: SampleLaptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"payment_terms": "Net 60"}))
    laptop.run(Undo())

    undo, done = laptop.app.reads.change_log()[:2]

    assert (undo.kind, undo.label, undo.undone) == (ActKind.UNDO, "commands.changed", False)
    assert done.undone


def test_old_and_new_value_of_each_field_are_told(laptop: SampleLaptop, account: str) -> None:
    before = laptop.value("account", account, "payment_terms")
    laptop.run(SetFields("account", account, {"payment_terms": "Net 60"}))

    change = laptop.app.reads.change_log()[0].changes[0]

    assert change.fields == {"payment_terms": (before, "Net 60")}
    assert change.outcome is None


def test_choice_is_told_by_what_it_changed(laptop: SampleLaptop, account: str) -> None:
    asked = laptop.ask("account", account, "payment_terms", before="a", mine="b", theirs="c")
    laptop.run(ResolveConflict(asked, Choice.MINE))

    act = laptop.app.reads.change_log()[0]

    assert (act.changes[0].type, act.changes[0].record) == ("account", account)


def test_log_is_narrowed_to_one_type(laptop: SampleLaptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"payment_terms": "Net 60"}))
    laptop.run(AddRecord("task", {"title": "Call back", "account": account}))

    acts = laptop.app.reads.change_log(types=("task",))

    assert {change.type for act in acts for change in act.changes} == {"task"}


def test_new_act_appears_while_the_page_is_open(seat: Seat, account: str) -> None:
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 60"}))
    page = log(seat)
    current = page.list.current_id()

    seat.laptop.run(DeleteRecord("account", account))

    seat.until(lambda: "deleted" in titles(page)[0])
    assert page.list.current_id() == current


def test_last_act_is_taken_back_and_done_again(seat: Seat, account: str) -> None:
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 61"}))
    page = log(seat)

    page.undo()
    seat.until(lambda: seat.laptop.value("account", account, "payment_terms") != "Net 61")
    seat.until(lambda: page.can_redo)
    page.redo()

    seat.until(lambda: seat.laptop.value("account", account, "payment_terms") == "Net 61")
    seat.until(lambda: any(toast.startswith("Done again") for toast in seat.toasts))


def test_act_that_a_colleague_wrote_over_is_told_once_and_then_passed_over(seat: Seat, account: str) -> None:
    city = seat.laptop.value("account", account, "city")
    seat.laptop.run(SetFields("account", account, {"city": "York"}))
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 61"}))
    seat.laptop.accept_all()
    view = seat.laptop.app.reads.record("account", account)
    assert view is not None
    fields = {**view.values, "payment_terms": "Net 75"}
    seat.laptop.arrive(Row(type="account", id=account, scope=view.scope, version=0, deleted=False, fields=fields))
    page = log(seat)

    page.undo()
    seat.until(lambda: any("payment" in toast.lower() for toast in seat.toasts))
    page.undo()

    seat.until(lambda: seat.laptop.value("account", account, "city") == city)
    assert seat.laptop.value("account", account, "payment_terms") == "Net 75"


def test_log_is_searched_by_words(seat: Seat, account: str) -> None:
    seat.laptop.run(SetFields("account", account, {"name": "Quillon Ltd"}))
    seat.laptop.run(AddRecord("task", {"title": "Call back", "account": account}))
    page = log(seat)

    page.find_field.setText("quillon")

    assert titles(page) == ["Quillon Ltd changed"]


def test_refused_change_waits_with_its_values_and_reason(seat: Seat, account: str) -> None:
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 75"}))
    seat.laptop.refuse_all()
    page = log(seat)

    seat.press(Qt.Key.Key_4)

    seat.until(lambda: len(shown(page)) == 1)
    assert "role" in shown(page)[0].second
    assert page.detail.can_decide()


def test_refused_values_are_sent_again(seat: Seat, account: str) -> None:
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 75"}))
    seat.laptop.refuse_all()
    page = log(seat)
    seat.press(Qt.Key.Key_4)
    seat.until(page.detail.can_decide)

    seat.press(Qt.Key.Key_R)

    seat.until(lambda: not seat.laptop.app.reads.attention())
    assert seat.laptop.value("account", account, "payment_terms") == "Net 75"
    seat.until(lambda: not shown(page))


def test_refused_values_are_put_aside(seat: Seat, account: str) -> None:
    before = seat.laptop.value("account", account, "payment_terms")
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 75"}))
    seat.laptop.refuse_all()
    page = log(seat)
    seat.press(Qt.Key.Key_4)
    seat.until(page.detail.can_decide)

    seat.press(Qt.Key.Key_Delete)

    seat.until(lambda: not seat.laptop.app.reads.attention())
    assert seat.laptop.value("account", account, "payment_terms") == before


def test_undo_works_from_every_page(seat: Seat, account: str) -> None:
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 61"}))
    log(seat)

    seat.press(Qt.Key.Key_Z, CTRL)

    seat.until(lambda: seat.laptop.value("account", account, "payment_terms") != "Net 61")


def test_acts_stand_under_their_day(seat: Seat, account: str) -> None:
    seat.laptop.clock.moment = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 60"}))
    seat.laptop.clock.moment = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 90"}))

    page = log(seat)

    rows = page.list.rows()
    headings = [row.title for row in map(rows.row, range(rows.rowCount())) if row.is_heading]
    assert headings[:2] == ["Today", "Wednesday 18 November"]


def test_ring_goes_when_a_change_is_sent(seat: Seat, account: str) -> None:
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 61"}))
    page = log(seat)
    was_unsent = shown(page)[0].unsent

    seat.laptop.accept_all()

    seat.until(lambda: not shown(page)[0].unsent)
    assert was_unsent


def partly_changed(seat: Seat, account: str) -> None:
    """Let an act of two fields meet a colleague who changed one of them since."""
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 61", "city": "York"}))
    seat.laptop.accept_all()
    view = seat.laptop.app.reads.record("account", account)
    assert view is not None
    by = seat.laptop.colleagues()[0]
    fields = {**view.values, "payment_terms": "Net 75", "updated_by": by}
    seat.laptop.arrive(Row(type="account", id=account, scope=view.scope, version=0, deleted=False, fields=fields))


def asked(seat: Seat) -> OverlayDialog:
    found: list[OverlayDialog] = []

    def is_asked() -> bool:
        found[:] = [each for each in seat.window.host.findChildren(OverlayDialog) if each.isVisible()]
        return bool(found)

    seat.until(is_asked)
    return found[0]


def words_of(dialog: OverlayDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_undo_of_what_a_colleague_changed_in_part_says_who_and_offers_the_rest(seat: Seat, account: str) -> None:
    city = seat.laptop.value("account", account, "city")
    partly_changed(seat, account)
    log(seat)

    seat.press(Qt.Key.Key_Z, CTRL)
    dialog = asked(seat)
    told = words_of(dialog)
    dialog.verb_button.click()

    seat.until(lambda: seat.laptop.value("account", account, "city") == city)
    assert "Payment terms stays: Audrey Au-Yeung has changed it since." in told
    assert seat.laptop.value("account", account, "payment_terms") == "Net 75"


def test_act_that_is_left_as_it_is_makes_way_for_the_one_before(seat: Seat, account: str) -> None:
    website = seat.laptop.value("account", account, "website")
    seat.laptop.run(SetFields("account", account, {"website": "https://one.example"}))
    partly_changed(seat, account)
    log(seat)

    seat.press(Qt.Key.Key_Z, CTRL)
    asked(seat).keep_button.click()
    seat.until(lambda: "Left as it is" in seat.toasts)
    seat.press(Qt.Key.Key_Z, CTRL)

    seat.until(lambda: seat.laptop.value("account", account, "website") == website)
    assert seat.laptop.value("account", account, "city") == "York"


def test_older_act_is_taken_back_from_the_log_and_later_ones_stay(seat: Seat, account: str) -> None:
    terms = seat.laptop.value("account", account, "payment_terms")
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 61"}))
    seat.laptop.run(SetFields("account", account, {"city": "York"}))
    page = log(seat)
    seat.until(lambda: page.list.current_id() == seat.laptop.app.reads.change_log()[0].id)

    seat.press(Qt.Key.Key_J)
    seat.until(page.detail.can_take_back)
    seat.press(Qt.Key.Key_U)

    seat.until(lambda: seat.laptop.value("account", account, "payment_terms") == terms)
    assert seat.laptop.value("account", account, "city") == "York"


def test_act_that_was_taken_back_is_not_offered_again(seat: Seat, account: str) -> None:
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 61"}))
    seat.laptop.run(Undo())
    page = log(seat)

    offered = [page.detail.can_take_back()]
    seat.press(Qt.Key.Key_J)
    offered.append(page.detail.can_take_back())

    assert offered == [False, False]


def three_acts(laptop: SampleLaptop, account: str) -> dict[str, object]:
    """Change three fields in three acts; gives what they were."""
    changes = {"payment_terms": "Net 61", "city": "York", "website": "https://one.example"}
    before = fields_of(laptop, account, changes)
    for name, value in changes.items():
        laptop.run(SetFields("account", account, {name: value}))
    return before


def fields_of(laptop: SampleLaptop, account: str, names: Iterable[str]) -> dict[str, object]:
    return {name: laptop.value("account", account, name) for name in names}


def test_own_acts_are_taken_back_down_to_one_and_done_again_by_keys_after_a_restart(
    template: Template, tmp_path: Path, qtbot: QtBot
) -> None:
    first = template.open(tmp_path / "profile")
    account = first.undisputed()[0]
    before = three_acts(first, account)
    changed = fields_of(first, account, before)
    first.close()
    again = SampleLaptop(tmp_path / "profile", language="en", theme="light")
    seat = Seat(again, qtbot)
    page = log(seat)
    seat.press(Qt.Key.Key_2)
    seat.until(lambda: len(shown(page)) == 3)
    told = titles(page)

    seat.press(Qt.Key.Key_J)
    seat.press(Qt.Key.Key_J)
    seat.until(page.detail.can_take_back_to)
    seat.press(Qt.Key.Key_U, SHIFT)
    seat.until(lambda: fields_of(again, account, before) == before)
    seat.until(lambda: len(shown(page)) == 6)
    button = seat.toast("3 acts taken back").action_button
    assert button is not None
    button.click()

    seat.until(lambda: fields_of(again, account, before) == changed)
    assert seat.toast("3 acts done again").isVisible()
    assert len(told) == 3
    seat.leave()
    again.close()


def test_acts_are_taken_back_once_however_often_or_long_the_key_is_pressed(seat: Seat, account: str) -> None:
    before = three_acts(seat.laptop, account)
    page = log(seat)
    seat.press(Qt.Key.Key_2)
    seat.until(lambda: len(shown(page)) == 3)
    seat.press(Qt.Key.Key_J)
    seat.press(Qt.Key.Key_J)
    seat.until(page.detail.can_take_back_to)
    wanted = list[str]()
    page.detail.back_to_wanted.connect(wanted.append)
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_U, SHIFT, "U", True)

    QApplication.sendEvent(QApplication.focusWidget() or page, held)
    by_holding = len(wanted)
    page.detail.take_back_to()
    page.detail.take_back_to()

    seat.until(lambda: fields_of(seat.laptop, account, before) == before)
    seat.until(lambda: len(shown(page)) == 6)
    settle(seat.laptop.app)
    assert by_holding == 0
    assert set(seat.toasts) <= {"3 acts taken back"}


def test_one_act_that_was_taken_back_is_done_again_from_its_row(seat: Seat, account: str) -> None:
    before = three_acts(seat.laptop, account)
    seat.laptop.run(Undo(seat.laptop.app.reads.change_log()[2].id))
    page = log(seat)
    page.list.set_current(next(act.id for act in seat.laptop.app.reads.change_log() if act.undone))
    seat.until(page.detail.can_do_again)

    seat.press(Qt.Key.Key_R)

    seat.until(lambda: seat.laptop.value("account", account, "payment_terms") == "Net 61")
    assert before["payment_terms"] != "Net 61"
    assert seat.laptop.value("account", account, "city") == "York"
    seat.until(lambda: not page.detail.can_do_again())


def test_taking_several_back_asks_about_what_a_colleague_changed_and_goes_on(seat: Seat, account: str) -> None:
    website = seat.laptop.value("account", account, "website")
    seat.laptop.run(SetFields("account", account, {"website": "https://one.example"}))
    partly_changed(seat, account)
    page = log(seat)
    seat.press(Qt.Key.Key_2)
    seat.press(Qt.Key.Key_J)
    seat.until(page.detail.can_take_back_to)

    seat.press(Qt.Key.Key_U, SHIFT)
    asked(seat).keep_button.click()

    seat.until(lambda: seat.laptop.value("account", account, "website") == website)
    assert seat.laptop.value("account", account, "city") == "York"
    assert seat.toast("1 act taken back").isVisible()


def test_own_acts_stand_in_the_log_behind_one_of_very_many_records(laptop: SampleLaptop, account: str) -> None:
    laptop.run(SetFields("account", account, {"payment_terms": "Net 61"}))
    laptop.run(EditMany("account", laptop.ids("account"), {"payment_terms": "Net 75"}))

    many, one = laptop.app.reads.change_log(limit=2)[:2]

    assert one.changes[0].fields["payment_terms"][1] == "Net 61"
    assert many.records == many.label_values["count"]
    assert many.records > len(many.changes)


def test_log_costs_hardly_more_behind_an_act_of_very_many_records(laptop: SampleLaptop, account: str) -> None:
    laptop.run(EditMany("account", laptop.ids("account"), {"payment_terms": "Net 75"}))
    entries = 20_000
    database = laptop.app.database
    with database.writing() as connection, gate.opened(connection, gate.GateMode.SYNC):
        act = connection.exec_driver_sql("SELECT id FROM command ORDER BY n DESC LIMIT 1").scalar_one()
        connection.exec_driver_sql(
            "INSERT INTO journal (mutation, command, type, record, op, old, new, actor, at) "
            "WITH RECURSIVE more(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM more WHERE i < ?) "
            "SELECT 'm' || i, command, type, 'r' || i, op, old, new, actor, at FROM more, "
            "(SELECT * FROM journal WHERE command = ? LIMIT 1)",
            (entries, act),
        )
        total = connection.exec_driver_sql("SELECT count(*) FROM journal WHERE command = ?", (act,)).scalar_one()
        connection.exec_driver_sql(
            "UPDATE command SET label_values = json_set(label_values, '$.count', ?) WHERE id = ?", (total, act)
        )
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 100
        return 0

    with database.reading() as connection:
        raw(connection).set_progress_handler(step, 100)
        told = change_log(connection, database.schema)
        raw(connection).set_progress_handler(None, 0)

    assert told[0].records == total
    assert steps < 10 * entries
