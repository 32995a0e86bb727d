"""Before very much is deleted the window asks, and what was not accepted is decided, mended and kept together."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.commands.records import AddRecord, SetFields
from desktop.store.replica import StoreReplica
from desktop.store.unit_of_work import open_unit
from desktop.ui.change_log.view import ChangeLogPage
from desktop.ui.components.dialog import OverlayDialog
from desktop.ui.components.label import Label
from desktop.ui.records.account_acts import delete_records
from desktop.ui.records.record_form import RecordForm
from sync.contract.errors import Code
from sync.contract.fields import Role
from sync.contract.wire import Op, Outcome, Receipt
from tests.ui.screens2.laptop import SampleLaptop
from tests.ui.screens2.seat import CTRL, Seat


def asked(seat: Seat) -> OverlayDialog:
    seat.until(lambda: any(each.isVisible() for each in seat.window.findChildren(OverlayDialog)))
    return next(each for each in seat.window.findChildren(OverlayDialog) if each.isVisible())


def said(part: object) -> str:
    assert hasattr(part, "findChildren")
    return "\n".join(label.text() for label in part.findChildren(Label) if not label.isHidden())


def delete_all_tasks(seat: Seat) -> list[str]:
    tasks = seat.laptop.ids("task")
    delete_records(seat.workplace.context, "task", tasks)
    return tasks


def test_window_asks_with_the_number_and_what_is_safe(seat: Seat) -> None:
    tasks = delete_all_tasks(seat)

    dialog = asked(seat)

    assert f"Delete {len(tasks)} records at once?" in said(dialog)
    assert "Nothing is deleted yet" in said(dialog)
    assert f"Tasks {len(tasks)}" in said(dialog)
    assert QApplication.focusWidget() is dialog.keep_button


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Space])
def test_way_out_is_the_default_and_keeps_everything(seat: Seat, key: Qt.Key) -> None:
    tasks = delete_all_tasks(seat)
    dialog = asked(seat)

    seat.press(key)

    seat.until(lambda: not dialog.isVisible())
    assert seat.laptop.ids("task") == tasks
    assert seat.toasts == []


def test_agreed_deletion_is_done_and_undo_brings_everything_back(seat: Seat) -> None:
    tasks = delete_all_tasks(seat)

    asked(seat).verb_button.click()

    seat.until(lambda: not seat.laptop.ids("task"))
    seat.until(lambda: bool(seat.toasts))
    seat.press(Qt.Key.Key_Z, CTRL)
    seat.until(lambda: seat.laptop.ids("task") == tasks)


def refused_page(seat: Seat) -> ChangeLogPage:
    page = seat.go("changes", ChangeLogPage)
    seat.until(lambda: bool(page.list.rows().ids))
    page.focus_main()
    seat.press(Qt.Key.Key_4)
    seat.until(page.detail.can_decide)
    return page


def answer(laptop: SampleLaptop, *codes: Code) -> None:
    """Let the office refuse what waits, each change for a reason of its own."""
    waiting = StoreReplica(laptop.app.database).outbox(max_mutations=200, max_bytes=1_000_000)
    StoreReplica(laptop.app.database).take_receipts(
        [
            Receipt(
                mutation=each.id,
                outcome=Outcome.QUARANTINED if code is Code.INTERNAL else Outcome.REJECTED,
                missing=each.op is Op.CREATE,
                fields=dict(each.was),
                code=code.value,
                data={"error_id": "ab12cd"} if code is Code.INTERNAL else {"count": len(waiting)},
            )
            for each, code in zip(waiting, codes, strict=True)
        ]
    )
    laptop.app.status.refresh()


def test_what_was_not_accepted_shows_both_values_and_where_support_finds_it(seat: Seat) -> None:
    account = seat.laptop.undisputed()[0]
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 75"}))
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 90"}))
    answer(seat.laptop, Code.INTERNAL, Code.INTERNAL)

    page = refused_page(seat)

    assert "Net 75" in said(page.detail)
    assert "Net 90" in said(page.detail)
    assert "ab12cd" in said(page.detail)


def test_values_are_mended_in_a_form_and_go_out_again(seat: Seat) -> None:
    account = seat.laptop.undisputed()[0]
    seat.laptop.run(SetFields("account", account, {"payment_terms": "Net 75"}))
    answer(seat.laptop, Code.INTERNAL)
    page = refused_page(seat)

    seat.press(Qt.Key.Key_E)
    form = page.detail.form
    assert isinstance(form, RecordForm)
    assert form.editor("payment_terms").text() == "Net 75"
    assert not form.more_button.isVisible()
    form.editor("payment_terms").set_text("Net 30")
    form.save()

    seat.until(lambda: not seat.laptop.app.reads.attention())
    assert seat.laptop.value("account", account, "payment_terms") == "Net 30"


def test_what_hangs_on_a_refused_record_is_shown_with_it(seat: Seat) -> None:
    account = seat.laptop.run(AddRecord("account", {"name": "Quillon"})).result
    seat.laptop.run(AddRecord("contact", {"name": "Li Wei", "account": account}))
    answer(seat.laptop, Code.INTERNAL, Code.REFERENCE_NOT_FOUND)

    page = refused_page(seat)

    assert page.list.rows().rowCount() == 1
    assert "Quillon and 1 more" in said(page.detail)
    assert "Li Wei" in said(page.detail)


def test_held_deletion_offers_to_keep_all_or_delete_all(seat: Seat) -> None:
    laptop = seat.laptop
    tasks = laptop.ids("task")
    told = {"count": len(tasks)}
    with open_unit(
        laptop.app.database, actor=laptop.user, role=Role.REP, label="commands.deleted_many", label_values=told
    ) as work:
        for each in tasks:
            work.delete("task", each)
    answer(laptop, *[Code.DELETION_HELD] * len(tasks))
    page = refused_page(seat)
    labels = page.detail.resend_button.label, page.detail.discard_button.label

    page.detail.resend()
    asked(seat).verb_button.click()

    seat.until(lambda: not laptop.app.reads.attention())
    assert labels == ("Delete all", "Keep all")
    assert not page.detail.mend_button.isVisible()
    assert laptop.ids("task") == []
