"""Keys as their user wants them: every action with its key, and a way to press another one."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.system.settings import KEYS
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.button import Button
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.key_caps import KeyCaps
from desktop.ui.components.label import Label, heading, muted
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.actions import Action, KnownAction, meet, normal_key
from desktop.ui.shell.key_dispatch import event_key
from desktop.ui.shell.own_keys import with_key

_WIDTH = 640
_HEIGHT = 460
_KEYS_PX = 120
# What keys these are is the same everywhere, so nobody loses the way out of a field or a dialog.
_FIXED = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_BARE = frozenset({Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr})


class KeysDialog(Overlay):
    """Lists the actions by where they work; Esc leaves a key as it is, once more closes."""

    def __init__(self, context: ScreenContext) -> None:
        kit, host = context.kit, context.shell.host
        super().__init__(kit, host, kit.t("settings.keys.title"), width=_WIDTH)
        self._context = context
        self._waits_for: Action | None = None
        self.said = Label(kit, kit.t("settings.keys.hint"), "small", "text_secondary", wrap=True)
        self._lines: QVBoxLayout = column(gap=4)
        inner = QWidget()
        column(self._lines, STRETCH, gap=0, pad=(0, 0, 12, 0), into=inner)
        self._area = ScrollArea(kit, inner)
        self._area.setFixedHeight(min(_HEIGHT, max(200, host.height() - 240)))
        self.catcher = _Catcher(self)
        self.catcher.caught.connect(self.take)
        self.catcher.given_up.connect(self._give_up)
        self._reset = Button(kit, kit.t("settings.keys.reset"), "ghost")
        self._reset.clicked.connect(self.reset)
        self._close = Button(kit, kit.t("settings.about.close"), key="Esc")
        self._close.clicked.connect(self.close_now)
        self.body.addWidget(heading(kit, kit.t("settings.keys.title")))
        self.body.addWidget(self.said)
        self.body.addWidget(self._area)
        self.body.addLayout(row(self._reset, STRETCH, self._close, gap=8))
        self.buttons: dict[str, Button] = {}
        self._fill()

    def focus_first(self) -> None:
        """Start on closing."""
        self._close.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(object)
    def wait_for(self, action: Action) -> None:
        """Take the next key for an action."""
        self._waits_for = action
        self.said.setText(self._context.t("settings.keys.press", action=self._context.t(action.title_key)))
        self.catcher.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def take(self, key: str) -> None:
        """Give the key to the action that waits; whoever had it goes without."""
        action, t = self._waits_for, self._context.t
        if action is None:
            return
        settings = self._context.app.settings
        others = [each for each in self._known() if each.made.id != action.id and meet(each.made.page, action.page)]
        loser = next((each.made for each in others if normal_key(key) in each.now.all_keys()), None)
        settings.set(KEYS, with_key(settings.get(KEYS), action, key))
        self._waits_for = None
        said = {"action": t(action.title_key), "key": key}
        if loser is None:
            self.said.setText(t("settings.keys.taken", **said))
        else:
            self.said.setText(t("settings.keys.taken_from", **said, other=t(loser.title_key)))
        self._fill()
        button = self.buttons.get(action.id)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def reset(self) -> None:
        """Give every action its own key again."""
        self._context.app.settings.set(KEYS, {})
        self.said.setText(self._context.t("settings.keys.as_made"))
        self._fill()

    @Slot()
    def _give_up(self) -> None:
        self._waits_for = None
        self.said.setText(self._context.t("settings.keys.hint"))
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _known(self) -> list[KnownAction]:
        return list(self._context.shell.known_actions())

    def _fill(self) -> None:
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = {}
        place = ""
        for known in sorted(self._known(), key=lambda each: bool(each.made.page)):
            if known.place_key != place:
                place = known.place_key
                self._lines.addWidget(muted(self._kit, self._context.t(place)))
            self._lines.addWidget(self._line(known))

    def _line(self, known: KnownAction) -> QWidget:
        kit, title = self._kit, self._context.t(known.made.title_key)
        change = _Change(kit, known.made, title)
        change.wanted.connect(self.wait_for)
        self.buttons[known.made.id] = change
        caps = KeyCaps(kit, known.now.shortcut) if known.now.shortcut else muted(kit, kit.t("settings.keys.none"))
        keys = QWidget()
        keys.setFixedWidth(round(_KEYS_PX * kit.theme.choice.text_scale))
        row(caps, STRETCH, gap=0, into=keys)
        holder = QWidget()
        row(Label(kit, title), STRETCH, keys, change, gap=8, into=holder).setStretch(0, 1)
        return holder


class _Change(Button):
    # Says whose key it is by itself: a lambda in the connection would keep the dialog alive.
    wanted = Signal(object)

    def __init__(self, kit: UiKit, action: Action, title: str) -> None:
        super().__init__(kit, kit.t("settings.keys.change"), "ghost")
        self._action = action
        self.set_small()
        self.setAccessibleDescription(title)
        self.clicked.connect(self._want)

    @Slot()
    def _want(self) -> None:
        self.wanted.emit(self._action)


class _Catcher(QWidget):
    """Takes one key, also one that would else start something."""

    caught = Signal(str)
    given_up = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def event(self, event: QEvent) -> bool:
        """Keep shortcuts of the window from firing."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say which key it was; one that only changes others is waited out."""
        key = Qt.Key(event.key())
        if key in _FIXED:
            self.given_up.emit()
        elif key not in _BARE:
            self.caught.emit(event_key(event))
