"""What every list can do, whatever it is of: be asked, sorted, arranged, copied, exported, edited as a whole."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop.services.exports import export_records
from desktop.services.table_export import ShownTable, as_html, as_text, free_file, write_table
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.components.records import Column
from desktop.ui.components.toast import Toast
from desktop.ui.records.list_columns import TICK
from desktop.ui.records.list_pane import ListPane
from desktop.ui.records.mass_edit import MassEdit
from desktop.ui.records.view_tabs import ViewTabs
from desktop.ui.shell.actions import Action
from sync.contract.errors import AppError

_PAGE = 500
_NUMBERS = range(1, 10)


class ListActs(QObject):
    """Acts on what is ticked, or on the current record; an export is of the whole view, into ``folder``."""

    def __init__(self, context: ScreenContext, pane: ListPane, views: ViewTabs | None = None) -> None:
        """Without ``views`` the list has none that are saved."""
        super().__init__(pane)
        self._context = context
        self._pane = pane
        self._views = views
        self._copies = 0
        self.folder = downloads()
        self.menu: Menu | None = None
        self.form: MassEdit | None = None
        pane.table.copy_wanted.connect(self.copy)
        if views is not None:
            views.further = self._menu_items

    @Slot()
    def copy(self) -> None:
        """Put the chosen rows on the clipboard, with the columns that are shown; a later copy overtakes it."""
        ids, feed = self._pane.chosen_ids(), self._context.feed
        if not ids:
            return
        self._copies += 1
        # Few rows do not wait behind an export.
        read = feed.read if len(ids) <= _PAGE else feed.read_much
        read(self._pane, partial(self._table, ids, self._columns()), partial(self._take, self._copies))

    def export(self) -> None:
        """Ask which columns, then write the whole view into the folder for downloads."""
        t = self._context.t
        items = [
            MenuItem(t("lists.export.shown"), self.export_shown, "download"),
            MenuItem(t("lists.export.all"), self.export_all),
        ]
        self.menu = Menu(self._context.kit, self._context.shell.host, items, t("lists.export.name"))
        self.menu.open_at(self._pane.columns_button, at_right=True)

    def export_shown(self) -> None:
        """Write the rows of the view as they are shown."""
        ids, columns, folder = list(self._pane.records.model.ids), self._columns(), self.folder
        day, name = self._context.words.now().date(), self._name()

        def write() -> tuple[Path, int] | AppError:
            try:
                return write_table(folder, name, day, self._table(ids, columns)), len(ids)
            except AppError as refused:
                return refused

        self._context.feed.read_much(self._pane, write, self._say_written)

    def export_all(self) -> None:
        """Write the records of the view with all their fields, as they can be taken in again."""
        listing, reads = self._pane.listing, self._context.reads
        file = free_file(self.folder, self._name(), self._context.words.now().date())

        def write() -> tuple[Path, int] | AppError:
            try:
                return file, export_records(reads, listing, file)
            except AppError as refused:
                return refused

        self._context.feed.read_much(self._pane, write, self._say_written)

    def edit_many(self) -> None:
        """Edit one field of the ticked records, or of the current one."""
        ids = self._pane.chosen_ids()
        if ids:
            self.form = MassEdit(self._context, self._pane.record_type, ids)
            self.form.open()

    def actions(self, prefix: str) -> list[Action]:
        """List the actions of a page that is such a list; their ids begin with ``prefix``."""
        pane, add, icon = self._pane, self._pane.filters.add_filter, "sliders-horizontal"
        show, hide, covers = pane.toggle_preview, pane.split.dismiss, pane.split.covers
        return [
            Action(f"{prefix}.filter", "lists.filter_form.title", add, icon, "F", hint_key="lists.hint.filter"),
            Action(f"{prefix}.sort", "lists.sort", pane.choose_sort, "arrow-down", "S", hint_key="lists.hint.sort"),
            Action(f"{prefix}.preview", "lists.preview", show, "eye", "Space", hint_key="lists.hint.preview"),
            Action(f"{prefix}.close_preview", "lists.close_preview", hide, "x", "Esc", (), covers),
            *self.table_actions(prefix),
            *self.view_actions(prefix),
        ]

    def table_actions(self, prefix: str, shown: Callable[[], bool] | None = None) -> list[Action]:
        """List the actions of the table alone, for a page that shows something else as well."""
        pane = self._pane
        is_shown = shown or pane.isVisible

        def has() -> bool:
            return is_shown() and pane.table.has_current()

        edit, choose, icon = self.edit_many, pane.choose_columns, "sliders-horizontal"
        return [
            Action(f"{prefix}.ask", "lists.ask.title", pane.write_question, "search", "Shift+F"),
            Action(f"{prefix}.columns", "lists.columns.choose", choose, icon, "Shift+C", (), is_shown),
            Action(f"{prefix}.edit_many", "lists.mass.open", edit, "pencil", "Ctrl+Shift+E", (), has),
            Action(f"{prefix}.copy", "lists.copy", self.copy, "copy", "Ctrl+Shift+C", (), has),
            Action(f"{prefix}.export", "lists.export.name", self.export, "download", "Ctrl+E", (), is_shown),
        ]

    def view_actions(self, prefix: str) -> list[Action]:
        """List those of the saved views, each with its number."""
        views = self._views
        if views is None:
            return []
        return [
            Action(f"{prefix}.save_view", "lists.view.add", views.save_as, "plus", "Shift+N"),
            Action(f"{prefix}.views", "lists.view.more", views.show_menu, "ellipsis", "Shift+V"),
            *(_view_action(views, prefix, number) for number in _NUMBERS),
        ]

    def _menu_items(self) -> list[MenuItem]:
        t, reason = self._context.t, "" if self._pane.chosen_ids() else self._context.t("lists.nothing_chosen")
        return [
            MenuItem(t("lists.mass.open"), self.edit_many, "pencil", "Ctrl+Shift+E", reason=reason),
            MenuItem(t("lists.copy"), self.copy, "copy", "Ctrl+Shift+C", reason=reason),
            MenuItem(t("lists.export.name"), self.export, "download", "Ctrl+E"),
            MenuItem(t("lists.ask.title"), self._pane.write_question, "search", "Shift+F"),
        ]

    def _columns(self) -> tuple[Column, ...]:
        return tuple(each for each in self._pane.table.model().columns if each.key != TICK)

    def _table(self, ids: Sequence[str], columns: Sequence[Column]) -> ShownTable:
        rows: list[list[str]] = []
        for start in range(0, len(ids), _PAGE):
            page = ids[start : start + _PAGE]
            found = self._pane.load_rows(page)
            rows += [[found[each].cell(column.key).text for column in columns] for each in page if each in found]
        return ShownTable([each.title for each in columns], rows)

    def _take(self, copy: int, table: ShownTable) -> None:
        if copy == self._copies:
            self._put(table)

    def _put(self, table: ShownTable) -> None:
        data = QMimeData()
        data.setText(as_text(table))
        data.setHtml(as_html(table))
        QGuiApplication.clipboard().setMimeData(data)
        self._context.shell.toast(Toast(self._context.t("lists.copied", count=len(table.rows))))

    def _say_written(self, written: tuple[Path, int] | AppError) -> None:
        if isinstance(written, AppError):
            self._context.errors.present(written)
            return
        file, count = written
        said = self._context.t("lists.export.done", count=count, file=file.name)
        opens = partial(_open_folder, file.parent)
        self._context.shell.toast(Toast(said, action=self._context.t("lists.export.show"), run=opens))

    def _name(self) -> str:
        return self._pane.name if self._views is None else f"{self._pane.name} - {self._views.title()}"


def downloads() -> Path:
    """Give the folder into which the system puts what is downloaded."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    folder = Path(found) if found else Path.home()
    return folder if folder.is_dir() else Path.home()


def _view_action(views: ViewTabs, prefix: str, number: int) -> Action:
    opens, exists = partial(views.open_number, number), partial(views.has_number, number)
    return Action(f"{prefix}.view_{number}", f"lists.view.n{number}", opens, "", str(number), (), exists)


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
