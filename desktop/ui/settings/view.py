"""The settings page; every change holds at once and is kept in the profile's settings."""

import platform
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop import app_info
from desktop.services.room import Room, room_of, room_said
from desktop.system.i18n import LANGUAGES, SYSTEM_LANGUAGE
from desktop.system.settings import (
    DENSITY,
    KEY_FILE,
    LANGUAGE,
    NEWS_CHOICE,
    NEWS_REFUSED,
    SYNC_BY_ITSELF,
    SYNC_INTERVAL_S,
    TEXT_SCALE,
    THEME,
    Setting,
)
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.button import Button
from desktop.ui.components.choice import Choice
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.option import Option
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.segmented import Segmented
from desktop.ui.components.switch import Switch
from desktop.ui.design.hub import TEXT_SCALES
from desktop.ui.on_laptop.panel import OnLaptopPanel
from desktop.ui.on_laptop.words import LaptopWords
from desktop.ui.settings.about import LicencesDialog
from desktop.ui.settings.keys import KeysDialog
from desktop.ui.settings.rows import SettingGroup
from desktop.ui.settings.support import SupportDialog
from desktop.ui.shell.page import Page, PageState
from desktop.ui.sync_details.facts import SyncFacts, read_facts
from desktop.ui.sync_details.sentences import SyncSentences

_WIDTH = 680


class SettingsPage(Page):
    """Look and language, keys, news, sync, this laptop, privacy, about."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.shell)
        self._context = context
        self._settings = context.app.settings
        self._make_controls()
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        groups = (
            self._look(),
            self._keys(),
            self._news(),
            self._sync(),
            self._on_laptop(),
            self._laptop(),
            self._privacy(),
            self._about(),
        )
        column(*groups, STRETCH, gap=32, into=inner)
        page = QWidget()
        middle = row(STRETCH, inner, STRETCH, gap=0, pad=(24, 24), into=page)
        middle.setStretch(1, 10)
        self._area = ScrollArea(self.kit, page)
        column(self._area, gap=0, into=self)
        # A setting may change elsewhere too: by a key, or in the panel of sync details.
        self.kit.hub.changed.connect(self._follow)

    def title(self) -> str:
        """Name the page."""
        return self.kit.t("settings.title")

    def activate(self) -> None:
        """Show what holds now."""
        self._follow()
        paths = self._context.app.paths
        self._context.feed.read(self, lambda: room_of(paths), self._show_room)

    def save_state(self) -> PageState:
        """Keep the place: a change of language makes the page anew."""
        return {"scroll": self._area.verticalScrollBar().value(), "focus": self._focused()}

    def restore_state(self, state: PageState) -> None:
        """Look the same again."""
        scroll, focus = state.get("scroll"), state.get("focus")
        if isinstance(scroll, int):
            self._area.verticalScrollBar().setValue(scroll)
        self._first = str(focus or "")

    def focus_main(self) -> None:
        """Start at the first control, or at the one that was used last."""
        self._controls.get(self._first, self.language).setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_controls(self) -> None:
        kit, get = self.kit, self._settings.get
        self._first = ""
        system = Option(SYSTEM_LANGUAGE, kit.t("settings.language.system"))
        languages = [system, *(Option(code, name) for code, name in LANGUAGES.items())]
        self.language = Choice(kit, languages, get(LANGUAGE), kit.t("settings.language.title"))
        self.language.changed.connect(self.choose_language)
        modes = (("system", "settings"), ("light", "sun"), ("dark", "moon"))
        options = [Option(mode, kit.t(f"settings.theme.{mode}"), icon) for mode, icon in modes]
        self.theme = Segmented(kit, options, get(THEME), kit.t("settings.theme.title"))
        self.theme.changed.connect(self.choose_theme)
        densities = (("compact", "rows-3"), ("comfortable", "rows-2"), ("touch", ""))
        options = [Option(name, kit.t(f"settings.density.{name}"), icon) for name, icon in densities]
        self.density = Segmented(kit, options, get(DENSITY), kit.t("settings.density.title"))
        self.density.changed.connect(self.choose_density)
        scales = [round(scale * 100) for scale in TEXT_SCALES]
        options = [Option(str(scale), f"{scale}%") for scale in scales]
        self.text_scale = Segmented(kit, options, str(get(TEXT_SCALE)), kit.t("settings.text.title"))
        self.text_scale.changed.connect(self.choose_text_scale)
        self.by_itself = Switch(kit, kit.t("settings.sync.by_itself"), on=get(SYNC_BY_ITSELF), named=False)
        self.by_itself.toggled.connect(self._set_by_itself)
        minutes = (("60", 1), ("300", 5), ("900", 15), ("3600", 60))
        options = [Option(seconds, kit.t("settings.sync.minutes", count=count)) for seconds, count in minutes]
        self.interval = Segmented(kit, options, str(get(SYNC_INTERVAL_S)), kit.t("settings.sync.interval"))
        self.interval.changed.connect(self.choose_interval)
        self.news_choice = self._switch("choice", NEWS_CHOICE)
        self.news_refused = self._switch("refused", NEWS_REFUSED)
        self.keys = Button(kit, kit.t("settings.keys.open"))
        self.keys.clicked.connect(self.show_keys)
        self.support = Button(kit, kit.t("settings.privacy.show"))
        self.support.clicked.connect(self._ask_support)
        self.licences = Button(kit, kit.t("settings.about.show"))
        self.licences.clicked.connect(self._show_licences)
        self._controls: dict[str, QWidget] = {"language": self.language, "by_itself": self.by_itself}

    def _look(self) -> QWidget:
        kit = self.kit
        group = SettingGroup(kit, kit.t("settings.look"))
        group.add(kit.t("settings.language.title"), self.language, kit.t("settings.language.hint"))
        group.add(kit.t("settings.theme.title"), self.theme)
        group.add(kit.t("settings.density.title"), self.density, kit.t("settings.density.hint"))
        group.add(kit.t("settings.text.title"), self.text_scale)
        return group

    def _switch(self, name: str, setting: Setting[bool]) -> Switch:
        switch = Switch(self.kit, self.kit.t(f"settings.news.{name}"), on=self._settings.get(setting), named=False)
        switch.toggled.connect(partial(self._settings.set, setting))
        return switch

    def _keys(self) -> QWidget:
        kit = self.kit
        group = SettingGroup(kit, kit.t("settings.keys.title"))
        group.add(kit.t("settings.keys.own"), self.keys, kit.t("settings.keys.own_hint"))
        return group

    def _news(self) -> QWidget:
        kit = self.kit
        group = SettingGroup(kit, kit.t("settings.news.title"))
        group.add(kit.t("settings.news.choice"), self.news_choice, kit.t("settings.news.hint"))
        group.add(kit.t("settings.news.refused"), self.news_refused)
        return group

    def _privacy(self) -> QWidget:
        kit = self.kit
        group = SettingGroup(kit, kit.t("settings.privacy.title"))
        key = "settings.privacy.key_file" if self._settings.get(KEY_FILE) else "settings.privacy.keyring"
        group.add_fact(kit.t("settings.privacy.data"), kit.t("settings.privacy.encrypted"))
        group.add_fact(kit.t("settings.privacy.key"), kit.t(key))
        group.add_fact(kit.t("settings.privacy.goes"), kit.t("settings.privacy.office_only"))
        group.add(kit.t("settings.privacy.support"), self.support, kit.t("settings.privacy.support_hint"))
        return group

    def _sync(self) -> QWidget:
        kit = self.kit
        group = SettingGroup(kit, kit.t("settings.sync.title"))
        group.add(kit.t("settings.sync.by_itself"), self.by_itself, kit.t("settings.sync.hint"))
        group.add(kit.t("settings.sync.interval"), self.interval, kit.t("settings.sync.interval_hint"))
        return group

    def _on_laptop(self) -> QWidget:
        context, kit = self._context, self.kit
        words = LaptopWords(kit.texts, context.words.types_name)
        self.on_laptop = OnLaptopPanel(kit, context.app, context.feed, context.status, words)
        self.on_laptop.rest_when_all_is_here()
        group = QWidget()
        group.setAccessibleName(words.t("on_laptop.group"))
        column(Label(kit, words.t("on_laptop.group"), "heading"), 4, self.on_laptop, gap=4, into=group)
        return group

    def _laptop(self) -> QWidget:
        context, session = self._context, self._context.session
        group = SettingGroup(self.kit, self.kit.t("settings.laptop.title"))
        role = context.words.choice("user", "role", session.role.value)
        facts = (
            ("user", f"{session.name} · {role}"),
            ("login", session.login),
            ("organisation", session.organisation),
            ("server", session.server),
            ("device", platform.node() or platform.system()),
        )
        for name, value in facts:
            if value:
                group.add_fact(self.kit.t(f"settings.laptop.{name}"), value)
        self.folder = group.add_path(self.kit.t("settings.laptop.folder"), str(context.app.paths.folder))
        self._room = group.add_fact(self.kit.t("settings.laptop.room"), "")
        return group

    def _show_room(self, room: Room) -> None:
        self._room.setText(room_said(room, self.kit.texts))

    def show_on_laptop(self) -> None:
        """Bring what is on this laptop into view."""
        group = self.on_laptop.parentWidget()
        if group is not None:
            self._area.verticalScrollBar().setValue(group.y())

    @Slot()
    def show_keys(self) -> None:
        """Let the user choose keys."""
        KeysDialog(self._context).open()

    @Slot()
    def _ask_support(self) -> None:
        self._context.feed.read(self, lambda: read_facts(self._context.reads), self._show_support)

    def _show_support(self, facts: SyncFacts) -> None:
        words = SyncSentences(self.kit.texts, self._context.words)
        SupportDialog(self._context, words.support_text(facts, self._context.status.current)).open()

    def _about(self) -> QWidget:
        kit = self.kit
        group = SettingGroup(kit, kit.t("settings.about.title", name=app_info.NAME))
        group.add_fact(kit.t("settings.about.version"), app_info.VERSION)
        group.add(kit.t("settings.about.licences"), self.licences, kit.t("settings.about.licences_hint"))
        return group

    @Slot()
    def _follow(self) -> None:
        get = self._settings.get
        self.language.set_value(get(LANGUAGE))
        self.theme.set_value(get(THEME))
        self.density.set_value(get(DENSITY))
        self.text_scale.set_value(str(get(TEXT_SCALE)))
        for control in (self.theme, self.density, self.text_scale):
            control.update()
        if self.by_itself.isChecked() != get(SYNC_BY_ITSELF):
            self.by_itself.setChecked(get(SYNC_BY_ITSELF))

    def _focused(self) -> str:
        return next((name for name, control in self._controls.items() if control.hasFocus()), "language")

    @Slot(str)
    def choose_language(self, language: str) -> None:
        """Speak another language."""
        self._settings.set(LANGUAGE, language)

    @Slot(str)
    def choose_theme(self, mode: str) -> None:
        """Be light, dark, or as the system."""
        self._settings.set(THEME, mode)

    @Slot(str)
    def choose_density(self, density: str) -> None:
        """Make rows higher or lower."""
        self._settings.set(DENSITY, density)

    @Slot(str)
    def choose_text_scale(self, percent: str) -> None:
        """Make text larger or smaller, in per cent."""
        self._settings.set(TEXT_SCALE, int(percent))

    @Slot(str)
    def choose_interval(self, seconds: str) -> None:
        """Sync more or less often by itself."""
        self._settings.set(SYNC_INTERVAL_S, int(seconds))

    @Slot(bool)
    def _set_by_itself(self, on: bool) -> None:  # noqa: FBT001 - a slot
        if self._settings.get(SYNC_BY_ITSELF) != on:
            self._settings.set(SYNC_BY_ITSELF, on)
            self.on_laptop.refresh()

    @Slot()
    def _show_licences(self) -> None:
        LicencesDialog(self.kit, self.shell.host, self._context.app.resources).open()
