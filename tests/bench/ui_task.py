"""Measures the real window by its keys, drawn into memory: ``python -m tests.bench.ui_task PROFILE``.

Each figure runs from a key being pressed until what it leads to is painted. Beside it stands what the bare question to
the store takes, or a table that holds nothing. The profile is changed: give a copy.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

from desktop.bootstrap import open_application
from desktop.commands.records import AddRecord
from desktop.domain.listing import Condition, Sort, Test
from desktop.services.application import Application
from desktop.system.paths import profile_paths
from desktop.ui.bridge import routes
from desktop.ui.bridge.drafts import MemoryShelf
from desktop.ui.components.record_table import RecordTable
from desktop.ui.customers.view import CustomersPage
from desktop.ui.records.conditions import NamedCondition
from desktop.ui.records.filters import Filters
from desktop.ui.shell.page import Route
from desktop.ui.stopwatch import Stopwatch
from desktop.ui.workplace.workplace import Workplace
from tests.bench.frames import frame_ms
from tests.bench.processes import peak_memory_mb

SIZE = (1440, 900)
_ROUNDS = 5
_SETTLE_MS = 200
_FRAMES = 240
_STEP_PX = 90
_CTRL = Qt.KeyboardModifier.ControlModifier
_PAGES = (
    (Qt.Key.Key_1, routes.TODAY),
    (Qt.Key.Key_3, routes.PEOPLE),
    (Qt.Key.Key_4, routes.PIPELINE),
    (Qt.Key.Key_2, routes.CUSTOMERS),
)
_VIEWS = (Qt.Key.Key_3, Qt.Key.Key_1)
_SORTS = (Sort("last_visit_at", descending=True), Sort("city"), Sort("name"))
_FILTERS = (
    Condition("city", Test.EQ, "深圳"),
    Condition("status", Test.IN, ("active", "prospect")),
)
_TYPED = ("heron", "zhangwei", "shenzhen", "冷链物流", "fernwick")
_PALETTE_LIMIT, _PALETTE_PER_TYPE = 40, 8


@dataclass(frozen=True, slots=True)
class Desk:
    """A window over an open application, and a watch beside it."""

    app: Application
    workplace: Workplace
    watch: Stopwatch

    @property
    def page(self) -> Any:
        """The open page."""
        return self.workplace.window.page

    def go(self, page: str) -> None:
        """Open a page, and wait until nothing comes any more."""
        self.workplace.window.open(Route(page))
        self.watch.rest(_SETTLE_MS)

    def rest(self) -> None:
        """Let everything arrive that was asked for."""
        self.watch.rest(_SETTLE_MS)
        self.watch.wait(lambda: self.app.hub.is_settled)


def measure_ui(app: Application) -> dict[str, Any]:
    """Walk through the window by its keys; milliseconds, and megabytes."""
    qt = QApplication.instance() or QApplication([sys.argv[0]])
    # What another run left half typed must not come back.
    workplace = Workplace(app, shelf=MemoryShelf())
    try:
        workplace.show()
        workplace.window.resize(*SIZE)
        workplace.window.activateWindow()
        desk = Desk(app, workplace, Stopwatch(workplace.window))
        desk.rest()
        found: dict[str, Any] = {"pages_ms": _switch_pages(desk)}
        found |= _scroll(desk)
        found |= _filter(desk)
        found |= _open_records(desk)
        found |= _save(desk)
        found |= _search(desk)
        found["peak_mb"] = peak_memory_mb()
        return found
    finally:
        workplace.close()
        qt.quit()


def _switch_pages(desk: Desk) -> list[float]:
    """Go round the pages; the first round, which makes them, is left out."""
    samples = []
    for _turn in range(_ROUNDS + 1):
        for key, page in _PAGES:
            samples.append(desk.watch.time(partial(desk.watch.press, key, _CTRL), partial(_is_at, desk, page)))
            desk.rest()
    return samples[len(_PAGES) :]


def _is_at(desk: Desk, page: str) -> bool:
    route = desk.workplace.window.route
    return route is not None and route.page == page


def _scroll(desk: Desk) -> dict[str, list[float]]:
    """Roll the list of customers, and a table that holds nothing, frame by frame."""
    desk.go(routes.CUSTOMERS)
    table = _customers(desk).pane.table
    own = _roll(desk.watch, table)
    bare = QTableView()
    bare.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    bare.setModel(_Nothing(_customers(desk).pane.count, table.model().columnCount()))
    bare.resize(table.size())
    bare.show()
    watch = Stopwatch(bare)
    watch.rest(_SETTLE_MS)
    try:
        return {"frames_ms": own, "bare_frames_ms": _roll(watch, bare)}
    finally:
        bare.close()
        desk.workplace.window.activateWindow()
        desk.rest()


def _roll(watch: Stopwatch, table: QTableView) -> list[float]:
    bar = table.verticalScrollBar()
    bar.setValue(0)
    watch.rest(_SETTLE_MS)
    frames = [frame_ms(watch, partial(bar.setValue, frame * _STEP_PX)) for frame in range(1, _FRAMES + 1)]
    bar.setValue(0)
    return frames


def _filter(desk: Desk) -> dict[str, list[float]]:
    """Press 3 and 1, each another view of 100,000 customers, then filter by two fields, then sort by three."""
    page = _customers(desk)
    pane = page.pane
    narrowed = Filters(tuple(NamedCondition(each, {}) for each in _FILTERS))
    acts = [partial(desk.watch.press, key) for key in _VIEWS]
    acts += [partial(pane.set_filters, narrowed), partial(pane.set_filters, Filters())]
    sorts = [partial(pane.set_sort, (sort,)) for sort in _SORTS]
    rounds = [[_answered(desk, act) for act in (*acts, *sorts)] for _turn in range(_ROUNDS)]
    filtered = [each for found in rounds for each in found[: len(acts)]]
    ordered = [each for found in rounds for each in found[len(acts) :]]
    return {
        "filter_ms": [each for each, _ in filtered],
        "bare_filter_ms": [each for _, each in filtered],
        "sort_ms": [each for each, _ in ordered],
        "bare_sort_ms": [each for _, each in ordered],
    }


def _answered(desk: Desk, act: Callable[[], None]) -> tuple[float, float]:
    """Ask a list something else; gives the milliseconds until it is painted, and those of the question alone."""
    page = _customers(desk)
    page.focus_main()
    answers = list[int]()
    page.pane.records.counted.connect(answers.append)
    spent = desk.watch.time(act, lambda: bool(answers) and _has_rows(page.pane.table))
    page.pane.records.counted.disconnect(answers.append)
    desk.rest()
    return spent, _ms(lambda: desk.app.reads.ids(page.pane.listing))


def _open_records(desk: Desk) -> dict[str, list[float]]:
    """J and Enter, then back; the first one makes the page."""
    samples, bare = [], []
    window = desk.workplace.window
    for _turn in range(2 * _ROUNDS + 1):
        page = _customers(desk)
        page.focus_main()
        desk.watch.press(Qt.Key.Key_J)
        desk.rest()
        account = page.pane.current_id()
        name = str(desk.app.reads.rows("account", [account])[0]["name"])
        samples.append(desk.watch.time(partial(desk.watch.press, Qt.Key.Key_Return), partial(_is_titled, desk, name)))
        desk.rest()
        bare.append(_ms(partial(_read_customer, desk.app, account)))
        window.back()
        desk.rest()
    return {"open_ms": samples[1:], "bare_open_ms": bare[1:]}


def _is_titled(desk: Desk, title: str) -> bool:
    page = desk.workplace.window.page
    return page is not None and page.title() == title


def _save(desk: Desk) -> dict[str, list[float]]:
    """T, a few words, Ctrl+Enter: until the form says that it is saved; beside it the command alone."""
    samples, bare = [], []
    page = _customers(desk)
    account = page.pane.current_id()
    for turn in range(_ROUNDS):
        page.focus_main()
        desk.watch.press(Qt.Key.Key_T)
        desk.rest()
        form = page.preview.acts.form
        if form is None:
            raise TimeoutError("no form opened")
        desk.watch.type(f"call the buyer {turn}")
        desk.rest()
        saved = list[object]()
        form.saved.connect(saved.append)
        samples.append(desk.watch.time(partial(desk.watch.press, Qt.Key.Key_Return, _CTRL), partial(bool, saved)))
        desk.rest()
        task = AddRecord("task", {"account": account, "title": f"call the buyer {turn}"})
        bare.append(_ms(partial(desk.app.bus.run, task)))
        desk.rest()
    return {"save_ms": samples, "bare_save_ms": bare}


def _search(desk: Desk) -> dict[str, list[float]]:
    """Open the palette and type letter by letter, each until its answer is painted."""
    samples, bare = [], []
    for text in _TYPED:
        samples += _type_into_palette(desk, text)
        for end in range(1, len(text) + 1):
            search = partial(desk.app.reads.search, text[:end], limit=_PALETTE_LIMIT, per_type=_PALETTE_PER_TYPE)
            bare.append(_ms(search))
    return {"search_ms": samples, "bare_search_ms": bare}


def _type_into_palette(desk: Desk, text: str) -> list[float]:
    desk.watch.press(Qt.Key.Key_K, _CTRL)
    desk.rest()
    palette = desk.workplace.finder.palette
    if palette is None:
        raise TimeoutError("no palette opened")
    samples = []
    for letter in text:
        samples.append(desk.watch.time(partial(desk.watch.type, letter), lambda: palette.is_answered))
        desk.rest()
    palette.close_now()
    desk.rest()
    return samples


def _customers(desk: Desk) -> CustomersPage:
    page = desk.page
    if not isinstance(page, CustomersPage):
        raise TypeError(f"{type(page).__name__} is open")
    return page


def _has_rows(table: RecordTable) -> bool:
    model = table.model()
    first = max(0, table.rowAt(0))
    return model.rowCount() > first and model.record(first) is not None


def _read_customer(app: Application, account: str) -> None:
    app.reads.record("account", account)
    app.reads.timeline(account, limit=60)


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


class _Nothing(QAbstractTableModel):
    """As many empty cells as wanted."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self._rows, self._columns = rows, columns

    def rowCount(self, _parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        return self._rows

    def columnCount(self, _parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        return self._columns

    def data(self, _index: QModelIndex | QPersistentModelIndex, _role: int = 0) -> None:
        return None


def main(arguments: Sequence[str]) -> int:
    """Measure and write one JSON document."""
    app = open_application(profile_paths(Path(arguments[0])))
    try:
        json.dump(measure_ui(app), sys.stdout)
    finally:
        app.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
