"""The help page: what the page does from which it was opened, the answers to first questions, and the way to more."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.button import Button
from desktop.ui.components.label import Label, hairline
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.help.guide import Guide
from desktop.ui.settings.rows import SettingGroup
from desktop.ui.shell.page import Page

_WIDTH = 680
PAGES = frozenset(
    {
        routes.TODAY,
        routes.CUSTOMERS,
        routes.CUSTOMER,
        routes.PEOPLE,
        routes.PIPELINE,
        routes.CHOICE,
        routes.CHANGES,
        routes.SETTINGS,
    }
)
"""Pages that are explained; titles and texts are ``help.page.NAME``."""
ANSWERS: Sequence[str] = ("offline", "saved", "choice", "refused", "find", "undo", "lost", "lists")
"""The answers, in the order in which they stand; titles and texts are ``help.answer.NAME``."""


class HelpPage(Page):
    """About the page one comes from first, then the tour and the keys, then answers."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        kit = self.kit
        self._here_title = Label(kit, "", "heading")
        self._here = Label(kit, "", "body", "text_secondary", wrap=True)
        self._here_part = QWidget()
        self._said: dict[str, Label] = {}
        column(self._here_title, 4, hairline(kit), 4, self._here, gap=4, into=self._here_part)
        self.guide_button = Button(kit, kit.t("help.guide.start"), "primary", icon="route")
        self.guide_button.clicked.connect(self.start_guide)
        self.keys_button = Button(kit, kit.t("help.keys.show"), key="?")
        self.keys_button.clicked.connect(self._show_keys)
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        column(self._here_part, self._learn(), self._answers(), STRETCH, gap=32, into=inner)
        page = QWidget()
        row(STRETCH, inner, STRETCH, gap=0, pad=(24, 24), into=page).setStretch(1, 10)
        column(ScrollArea(kit, page), gap=0, into=self)
        self.show_route({})

    def title(self) -> str:
        """Name the page."""
        return self.kit.t("help.title")

    def show_route(self, args: Mapping[str, str]) -> None:
        """Begin with the page of a route."""
        name = args.get("page", "")
        is_known = name in PAGES
        self._here_part.setVisible(is_known)
        if is_known:
            self._here_title.setText(self.kit.t(f"help.page.{name}.title"))
            keys = self._context.shell.keys_in_words(name)
            self._here.setText(self.kit.t(f"help.page.{name}.text", **keys))
        self._write_answers()

    def focus_main(self) -> None:
        """Start at the tour."""
        self.guide_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def start_guide(self) -> None:
        """Begin the guided tour."""
        Guide(self._context).begin()

    @Slot()
    def _show_keys(self) -> None:
        self._context.shell.show_keys()

    def _learn(self) -> QWidget:
        kit = self.kit
        group = SettingGroup(kit, kit.t("help.learn"))
        group.add(kit.t("help.guide.title"), self.guide_button, kit.t("help.guide.hint"))
        group.add(kit.t("help.keys.title"), self.keys_button, kit.t("help.keys.hint"))
        return group

    def _answers(self) -> QWidget:
        kit = self.kit
        part = QWidget()
        lines = column(Label(kit, kit.t("help.answers"), "heading"), 4, hairline(kit), gap=4, into=part)
        for name in ANSWERS:
            said = self._said[name] = Label(kit, "", "body", "text_secondary", wrap=True)
            asked = Label(kit, kit.t(f"help.answer.{name}.title"), "medium", wrap=True)
            lines.addLayout(column(8, asked, said, 8, hairline(kit), gap=4))
        return part

    def _write_answers(self) -> None:
        keys = self._context.shell.keys_in_words("")
        for name, said in self._said.items():
            said.setText(self.kit.t(f"help.answer.{name}.text", **keys))
