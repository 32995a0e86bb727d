"""What is done on a page so that a state is seen."""

from PySide6.QtCore import Qt

from desktop.domain.listing import Listing
from desktop.services.staging import Stage
from desktop.ui.change_log.view import ChangeLogPage
from desktop.ui.choice.picks import THEIRS
from desktop.ui.choice.view import ChoicePage
from desktop.ui.records.account_acts import delete_records
from desktop.ui.sign_in.again import SignInAgain
from desktop.ui.workplace.workplace import Workplace
from sync.contract.errors import AppError, Code


def open_sync(workplace: Workplace, _stage: Stage) -> None:
    """Open the details of sync."""
    workplace.window.show_sync()


def sign_in_again(workplace: Workplace, _stage: Stage) -> None:
    """Ask for the password again."""
    SignInAgain(workplace.context).open()


def save_on_a_full_disk(workplace: Workplace, _stage: Stage) -> None:
    """Let a save find no room."""
    workplace.context.errors.present(AppError(Code.DISK_FULL))


def choose_all_theirs(workplace: Workplace, _stage: Stage) -> None:
    """Take the colleague's value of every field; nothing is saved yet."""
    page = workplace.window.page
    if isinstance(page, ChoicePage):
        page.detail.pick_all(THEIRS)


def look_at_first(workplace: Workplace, _stage: Stage) -> None:
    """Put the focus on the first entry of the change log, which shows it whole."""
    page = workplace.window.page
    if isinstance(page, ChangeLogPage):
        page.list.setFocus(Qt.FocusReason.OtherFocusReason)


def delete_all_tasks(workplace: Workplace, stage: Stage) -> None:
    """Begin to delete very much at once."""
    delete_records(workplace.context, "task", stage.app.reads.ids(Listing("task")))
