"""The window of the first run: steps and language at the left, the page of the step, and what to do at the foot."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop import app_info
from desktop.services.application import Application
from desktop.services.first_run import FirstRun
from desktop.services.refusals import refusal
from desktop.system.i18n import LANGUAGES
from desktop.ui.bridge.error_presenter import ErrorPresenter, Place
from desktop.ui.bridge.live_feed import LiveFeed
from desktop.ui.bridge.look import theme_choice
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.bridge.status_feed import StatusFeed
from desktop.ui.bridge.ui_thread import UiThread
from desktop.ui.components.button import Button
from desktop.ui.components.key_press import ENTER
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import SealMark
from desktop.ui.components.option import Option
from desktop.ui.components.segmented import Segmented
from desktop.ui.components.surface import Surface
from desktop.ui.design.focus_ring import FocusRing
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.first_run.arriving import ArrivingPage
from desktop.ui.first_run.sign_in import SignInPage
from desktop.ui.first_run.steps import Step, Steps
from sync.contract.errors import AppError, Code

_SIDE_PX = 340
_SEAL = 36


class FirstRunWindow(QWidget):
    """``finished`` comes with the opened application, or with ``None`` when the window was closed before."""

    finished = Signal(object)

    def __init__(self, start: FirstRun) -> None:
        """Needs a ``QApplication``."""
        super().__init__()
        self._start = start
        self._ui = UiThread(self)
        self._app: Application | None = None
        self._feed: LiveFeed | None = None
        self._status: StatusFeed | None = None
        self._kept = ("", "", "")
        self._name = ""
        self._is_left = False
        self._hub = ThemeHub(start.resources, theme_choice(start.settings, start.texts), self)
        self._hub.apply()
        self.kit = UiKit(self._hub, start.texts)
        self.setWindowTitle(app_info.NAME)
        self.setMinimumSize(*self.kit.theme.layout.min_window)
        self._content = QStackedLayout(self)
        self.focus_ring = FocusRing(self.kit, self)
        self._make()

    @property
    def application(self) -> Application | None:
        """The opened application, once there is one."""
        return self._app

    @property
    def foot_note(self) -> str:
        """What is said at the foot."""
        return self._foot_note.text()

    def focus_first(self) -> None:
        """Start where something is to be typed or pressed."""
        if self.arriving is None:
            self.sign_in.focus_first()
        else:
            self.go_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter wherever nothing else takes it."""
        if event.key() in ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.go_on()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the program; what has arrived stays, and the next start goes on from there."""
        super().closeEvent(event)
        if not self._is_left:
            app = self._app
            self._leave(None)
            if app is not None:
                app.close()

    @Slot()
    def go_on(self) -> None:
        """Do what the foot's main button says."""
        if self.arriving is None:
            self.sign_in.submit()
        else:
            self.arriving.settle()
            self._leave(self._app)

    @Slot()
    def work_with_sample(self) -> None:
        """Start the demonstration instead."""
        if self._start.open_sample is None:
            return
        self.sample_button.set_busy(True)
        future = self._start.jobs.submit_network(self._start.open_sample)
        future.add_done_callback(lambda done: self._ui.post(lambda: self._sample_opened(done)))

    @Slot(str)
    def set_language(self, language: str) -> None:
        """Speak another language at once; what was typed stays."""
        if self.arriving is None:
            self._kept = self.sign_in.texts()
        self._start.chosen_language = language
        self._start.texts.set_language(language)
        if self._app is not None:
            self._app.texts.set_language(language)
        self._hub.choose(replace(self._hub.choice, language=language))
        self._make()

    def _make(self) -> None:
        """Make everything that speaks, in the language of now."""
        old = self._content.currentWidget()
        self.sign_in = SignInPage(self.kit, self._start, self._ui)
        self.sign_in.signed_in.connect(self._signed_in)
        self.sign_in.busy_changed.connect(self._show_busy)
        self.arriving: ArrivingPage | None = None
        if any(self._kept):
            self.sign_in.set_texts(*self._kept)
        self._pages = QWidget()
        self._stack = QStackedLayout(self._pages)
        self._stack.addWidget(self.sign_in)
        whole = QWidget()
        main = Surface(self.kit, "surface")
        inside = column(self._pages, self._foot(), gap=0, into=main)
        inside.setStretch(0, 1)
        row(self._side(), main, gap=0, into=whole).setStretch(1, 1)
        self._content.addWidget(whole)
        self._content.setCurrentWidget(whole)
        if old is not None:
            self._content.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.focus_ring.raise_()
        if self._app is not None:
            self._show_arriving(self._app)
        self.focus_first()

    def _side(self) -> QWidget:
        kit = self.kit
        side = Surface(kit, "nav", "r")
        side.setFixedWidth(_SIDE_PX)
        self.steps = Steps(kit, self._step_texts(), 0)
        options = [Option(code, name) for code, name in LANGUAGES.items()]
        self.language = Segmented(kit, options, kit.texts.language, kit.t("first_run.language"))
        self.language.changed.connect(self.set_language)
        names = column(Label(kit, app_info.NAME, "heading"), Label(kit, "行商", "small", "muted"), gap=0)
        column(
            row(SealMark(kit, _SEAL), names, STRETCH, gap=12),
            40,
            self.steps,
            STRETCH,
            Label(kit, "Language 语言 語言", "small", "muted"),
            row(self.language, STRETCH, gap=0),
            gap=8,
            pad=(32, 32, 32, 24),
            into=side,
        )
        return side

    def _foot(self) -> QWidget:
        kit = self.kit
        self.sample_button = Button(kit, kit.t("first_run.sample"), "ghost")
        self.sample_button.clicked.connect(self.work_with_sample)
        self.sample_button.setVisible(self._start.open_sample is not None)
        self.pause_button = Button(kit, kit.t("on_laptop.arriving.pause"))
        self.pause_button.clicked.connect(self._pause_or_resume)
        self._foot_note = Label(kit, "", "small", "text_secondary")
        self.go_button = Button(kit, kit.t("first_run.sign_in"), "primary", key="Return")
        self.go_button.clicked.connect(self.go_on)
        foot = Surface(kit, "bg", "t")
        line = row(
            self.sample_button,
            self._foot_note,
            self.pause_button,
            self.go_button,
            gap=12,
            pad=(56, 16, 40, 16),
            into=foot,
        )
        line.setStretch(1, 1)
        self.pause_button.hide()
        self._foot_note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return foot

    def _step_texts(self) -> list[Step]:
        t = self.kit.t
        connected = self._name or t("first_run.step.connect_hint")
        return [
            Step(t("first_run.step.connect"), connected),
            Step(
                t("first_run.step.arrive"), (self.arriving and self.arriving.figures) or t("first_run.step.arrive_hint")
            ),
            Step(t("first_run.step.ready"), t("first_run.step.ready_hint")),
        ]

    @Slot(bool)
    def _show_busy(self, busy: bool) -> None:  # noqa: FBT001 - a slot
        self.go_button.set_busy(busy)
        self.language.setEnabled(not busy)

    @Slot()
    def _signed_in(self) -> None:
        try:
            app = self._start.open()
        except AppError as error:
            self.sign_in.password_field.set_error(refusal(self.kit.texts, error))
            return
        self._take(app)

    def _take(self, app: Application) -> None:
        self._app = app
        app.texts.set_language(self._start.texts.language)
        session = app.session
        self._name = ", ".join(part for part in (session.organisation, session.name) if part)
        words = RecordWords(app.texts, lambda: app.reads.catalogue, app.clock, app.zone)
        self._feed = LiveFeed(app.hub, app.jobs, self._ui, ErrorPresenter(words, _Notices(self._say)))
        self._status = StatusFeed(app.status, self._ui, self)
        self._show_arriving(app)
        self.focus_first()

    def _show_arriving(self, app: Application) -> None:
        if self._feed is None or self._status is None:
            return
        words = RecordWords(app.texts, lambda: app.reads.catalogue, app.clock, app.zone)
        self.arriving = ArrivingPage(self.kit, app, self._feed, self._status, words)
        self._stack.addWidget(self.arriving)
        self._stack.setCurrentWidget(self.arriving)
        self.arriving.changed.connect(self._show_step)
        self.sample_button.hide()
        self.go_button.set_text(self.kit.t("first_run.start"))
        self._show_step()

    @Slot()
    def _show_step(self) -> None:
        page = self.arriving
        if page is None:
            return
        self.steps.set_steps(self._step_texts(), 2 if page.is_complete else 1)
        rest = self.kit.t("on_laptop.arriving.stays" if page.is_paused else "first_run.rest")
        self._foot_note.setText("" if page.is_all_here else rest)
        self.pause_button.setVisible(not page.is_all_here)
        self.pause_button.set_text(self.kit.t(f"on_laptop.arriving.{'resume' if page.is_paused else 'pause'}"))

    @Slot()
    def _pause_or_resume(self) -> None:
        if self.arriving is not None:
            self.arriving.pause_or_resume()

    def _say(self, _place: Place, text: str) -> None:
        self._foot_note.setText(text)

    def _sample_opened(self, future: Future[Application]) -> None:
        self.sample_button.set_busy(False)
        error = future.exception()
        if error is None:
            self._leave(future.result())
            return
        said = error if isinstance(error, AppError) else AppError(Code.INTERNAL, error_id="sample")
        self._foot_note.setText(refusal(self.kit.texts, said))

    def _leave(self, app: Application | None) -> None:
        self._is_left = True
        if self._feed is not None:
            self._feed.close()
            self._feed = None
        if self._status is not None:
            self._status.close()
            self._status = None
        self._ui.close()
        self.finished.emit(app)


class _Notices:
    def __init__(self, say: Callable[[Place, str], None]) -> None:
        self._say = say

    def say(self, place: Place, text: str) -> None:
        """Show a sentence at the foot."""
        self._say(place, text)
