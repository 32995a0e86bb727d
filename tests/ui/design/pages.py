"""A page that notes what happens to it, and a window's worth of such pages."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui.components.label import Label
from desktop.ui.components.layouts import column
from desktop.ui.components.text_field import TextField
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Crumb, Hint, Page, PageSpec, PageState, Route, ShellPort
from desktop.ui.shell.window import ShellWindow


class Notes(Page):
    """A page with a field, a place for the focus, and a note of what was done."""

    def __init__(self, shell: ShellPort) -> None:
        super().__init__(shell)
        self.calls: list[str] = []
        self.done: list[str] = []
        self.is_ready = True
        self.shown: Mapping[str, str] = {}
        self.field = TextField(self.kit)
        self.field.setAccessibleName("Note")
        self.place = QPushButton()
        self.control = QPushButton()
        column(Label(self.kit, self.kit.t("shell.nav.customers")), self.field, self.place, into=self)

    def title(self) -> str:
        return self.kit.t("shell.nav.customers")

    def crumbs(self) -> Sequence[Crumb]:
        name = self.shown.get("id", "")
        return (Crumb(self.title(), Route("customers")), Crumb(name)) if name else ()

    def controls(self) -> Sequence[QWidget]:
        return (self.control,)

    def page_actions(self) -> Sequence[Action]:
        return [
            Action("new", "shell.nav.pipeline", self._new, shortcut="N", hint_key="shell.nav.pipeline"),
            Action("save", "shell.nav.people", self._save, shortcut="Ctrl+S", enabled_when=lambda: self.is_ready),
        ]

    def hints(self) -> Sequence[Hint]:
        return [Hint("J K", "move")]

    def show_route(self, args: Mapping[str, str]) -> None:
        self.shown = args
        self.calls.append(f"route {args.get('id', '')}".strip())

    def activate(self) -> None:
        self.calls.append("activate")

    def deactivate(self) -> None:
        self.calls.append("deactivate")

    def save_state(self) -> PageState:
        return {"text": self.field.text()}

    def restore_state(self, state: PageState) -> None:
        self.calls.append("restore")
        self.field.setText(str(state["text"]))

    def focus_main(self) -> None:
        self.place.setFocus()

    def _new(self) -> None:
        self.done.append("new")

    def _save(self) -> None:
        self.done.append("save")


PAGES = [
    PageSpec("today", "shell.nav.today", "sun", Notes, "Ctrl+1"),
    PageSpec("customers", "shell.nav.customers", "building-2", Notes, "Ctrl+2"),
    PageSpec("customer", "shell.nav.customers", "building-2", Notes, section="", parent="customers"),
    PageSpec("choice", "shell.nav.choice", "git-merge", Notes, section="sync"),
]


def page_of(window: ShellWindow) -> Notes:
    """Give the open page."""
    assert isinstance(window.page, Notes)
    return window.page
