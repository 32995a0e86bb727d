"""Ten steps of a rep's day, walked by keys, and how long each takes until it is painted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from desktop.domain.changes import ChangeSet, Origin
from desktop.ui.bridge import routes
from desktop.ui.stopwatch import NO_MODIFIER, Stopwatch
from desktop.ui.walking import settle

if TYPE_CHECKING:
    from desktop.services.application import Application
    from desktop.ui.workplace.workplace import Workplace

_CTRL = Qt.KeyboardModifier.ControlModifier
_SOUGHT = "leng"
_GIVE_UP_S = 15.0
_QUIET_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is called in messages, the keys as they are pressed, ms from the last of them to the paint."""

    name: str
    keys: str
    ms: float


class Journey:
    """Walks through a window, which must be shown, and saves a task in it: give it a copy of a profile."""

    def __init__(self, application: "Application", workplace: "Workplace") -> None:
        """Walk in this window."""
        self._app = application
        self._workplace = workplace
        self._watch = Stopwatch(workplace.window, _GIVE_UP_S)
        self._steps: list[Step] = []
        self._walked = ""

    @property
    def steps(self) -> Sequence[Step]:
        """The steps that were timed."""
        return tuple(self._steps)

    @property
    def walked(self) -> str:
        """What the step is called in messages that was begun last, empty before the first."""
        return self._walked

    def walk(self) -> Sequence[Step]:
        """Take all steps; gives them with their times, none on a profile without customers.

        Raises:
            TimeoutError: A step did not lead to what it leads to.
        """
        self._workplace.window.activateWindow()
        self._page("today", "Ctrl+1", Qt.Key.Key_1, routes.TODAY)
        self._page("customers", "Ctrl+2", Qt.Key.Key_2, routes.CUSTOMERS)
        if not self._page_now.pane.current_id():
            return ()
        self._view()
        self._next_customer()
        self._open_customer()
        self._open_form()
        self._write()
        self._save()
        self._find()
        self._take_back()
        return self.steps

    def _step(self, name: str, keys: str, act: Callable[[], None], shown: Callable[[], bool]) -> None:
        self._walked = f"journey.{name}"
        self._steps.append(Step(self._walked, keys, self._watch.time(act, shown)))
        settle(self._app)

    def _key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> Callable[[], None]:
        return partial(self._watch.press, key, modifiers)

    def _page(self, name: str, keys: str, key: Qt.Key, page: str) -> None:
        self._step(name, keys, self._key(key, _CTRL), lambda: self._at == page)

    def _view(self) -> None:
        answers, quiet = list[int](), list[None]()

        def shown() -> bool:
            # A view with the same customers brings no answer; then it is enough that nothing more is asked.
            if self._app.hub.is_settled:
                quiet.append(None)
            return bool(answers) or len(quiet) > _QUIET_LOOKS

        self._page_now.pane.records.counted.connect(answers.append)
        self._step("unseen", "3", self._key(Qt.Key.Key_3), shown)
        if not self._page_now.pane.count:
            self._watch.press(Qt.Key.Key_1)
            settle(self._app)

    def _next_customer(self) -> None:
        pane = self._page_now.pane
        before, is_last = pane.current_id(), pane.table.currentIndex().row() == pane.count - 1
        self._step("next", "J", self._key(Qt.Key.Key_J), lambda: is_last or pane.current_id() != before)

    def _open_customer(self) -> None:
        pane = self._page_now.pane
        row = pane.records.model.record(pane.table.currentIndex().row())
        title = row.cell("name").text if row is not None else ""
        self._step("open", "Enter", self._key(Qt.Key.Key_Return), lambda: self._page_now.title() == title)

    def _open_form(self) -> None:
        acts = self._page_now.acts
        self._step("form", "T", self._key(Qt.Key.Key_T), lambda: acts.form is not None and acts.form.isVisible())

    def _write(self) -> None:
        self._step("letter", "c", partial(self._watch.type, "c"), lambda: True)
        self._watch.type("all the buyer")
        settle(self._app)

    def _save(self) -> None:
        saved = list[object]()
        self._page_now.acts.form.saved.connect(saved.append)
        self._step("save", "Ctrl+Enter", self._key(Qt.Key.Key_Return, _CTRL), lambda: bool(saved))

    def _find(self) -> None:
        self._walked = "journey.find"
        self._watch.press(Qt.Key.Key_K, _CTRL)
        self._watch.wait(lambda: self._workplace.finder.palette is not None)
        palette = self._workplace.finder.palette
        if palette is None:
            raise TimeoutError("the palette did not stay open")
        self._watch.type(_SOUGHT[:-1])
        settle(self._app)
        last = partial(self._watch.type, _SOUGHT[-1])
        self._step("find", f"Ctrl+K {_SOUGHT}", last, lambda: palette.is_answered)
        palette.close_now()
        settle(self._app)

    def _take_back(self) -> None:
        taken_back = list[ChangeSet]()

        def hear(changes: ChangeSet) -> None:
            if changes.origin is Origin.UNDO:
                taken_back.append(changes)

        leave = self._app.hub.subscribe(hear)
        try:
            self._step("undo", "Ctrl+Z", self._key(Qt.Key.Key_Z, _CTRL), lambda: bool(taken_back))
        finally:
            leave()

    @property
    def _at(self) -> str:
        route = self._workplace.window.route
        return route.page if route is not None else ""

    @property
    def _page_now(self) -> Any:  # noqa: ANN401 - the pages differ; each step knows on which it stands
        return self._workplace.window.page


def timing_sheet(steps: Sequence[Step], t: Callable[..., str], missed: str = "") -> str:
    """Write the steps with their times, in words; and which was ``missed``, if one did not lead to what it leads to."""
    lines = [f"{number:>2}  {step.ms:>7.1f} ms  {t(step.name)} ({step.keys})" for number, step in enumerate(steps, 1)]
    left_out = [t("journey.missed", step=t(missed)), ""] if missed else []
    return "\n".join([t("journey.title"), "", *lines, "", *left_out, t("journey.how"), ""])
