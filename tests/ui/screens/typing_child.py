"""A window that is killed: opened on a profile, used by keys, and left standing in the middle of a keystroke.

``python -m tests.ui.screens.typing_child PROFILE WHAT`` says ``typed`` and waits to be killed; nothing runs meanwhile.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.listing import Listing
from desktop.ui.bridge import routes
from desktop.ui.components.splitter import Splitter
from desktop.ui.records.list_pane import ListPane
from desktop.ui.shell.page import Route
from desktop.ui.workplace.workplace import Workplace
from tests.ui.screens.desk import Desk

BEAT_MS = 20
PANE_PX = 360
NAME = "Kill Minus Nine Ltd"
FACT = "Cold chain and"
FILTERED = "Website"
QUESTION = "segment = Seafo"
NOTE = "Gate code 4711, ask for"


def until(holds: Callable[[], bool]) -> None:
    """Let things happen until something is so; the parent gives up when it never is."""
    loop, beat = QEventLoop(), QTimer()
    beat.timeout.connect(lambda: loop.quit() if holds() else None)
    beat.start(BEAT_MS)
    loop.exec()


def focus() -> QWidget:
    holder = QApplication.focusWidget()
    assert holder is not None
    return holder


def type_new_customer(place: Workplace) -> None:
    place.window.open(Route(routes.CUSTOMERS))
    pane = place.window.page.pane  # type: ignore[union-attr]
    until(lambda: pane.count > 0)
    place.window.focus_page()
    for _ in range(3):
        QTest.keyClick(focus(), Qt.Key.Key_J)
    QTest.keyClick(focus(), Qt.Key.Key_N)
    QTest.keyClicks(focus(), NAME)


def type_note(place: Workplace) -> None:
    account = place.context.reads.ids(Listing("account"))[0]
    place.window.open(Route(routes.CUSTOMER, {"id": account}))
    page = place.window.page
    until(lambda: page.title() != place.context.t("shell.nav.customers"))  # type: ignore[union-attr]
    page.write_note()  # type: ignore[union-attr]
    QTest.keyClicks(focus(), NOTE)


def type_fact(place: Workplace) -> None:
    account = place.context.reads.ids(Listing("account"))[0]
    place.window.open(Route(routes.CUSTOMER, {"id": account}))
    page = place.window.page
    until(lambda: page.title() != place.context.t("shell.nav.customers"))  # type: ignore[union-attr]
    page.people.facts.edit("segment")  # type: ignore[union-attr]
    QTest.keyClicks(focus(), FACT)


def write_in_a_list(place: Workplace, *keys: str) -> ListPane:
    """Open the customers and press keys; what needs a while to be there is waited for by name."""
    place.window.open(Route(routes.CUSTOMERS))
    pane = place.window.page.pane  # type: ignore[union-attr]
    until(lambda: pane.count > 0)
    place.window.focus_page()
    QTest.keySequence(focus(), QKeySequence(*keys))
    return cast(ListPane, pane)


def type_view_name(place: Workplace) -> None:
    write_in_a_list(place, "Shift+N")
    QTest.keyClicks(focus(), NAME)


def type_filter(place: Workplace) -> None:
    pane = write_in_a_list(place, "F")
    menu = pane.filters.menu
    assert menu is not None
    while menu.rows.current is None or menu.rows.current.text != FILTERED:
        QTest.keyClick(focus(), Qt.Key.Key_Down)
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    QTest.keyClicks(focus(), FACT)


def type_question(place: Workplace) -> None:
    write_in_a_list(place, "Shift+F")
    QTest.keyClicks(focus(), QUESTION)


def walk_through_a_list(place: Workplace) -> None:
    place.window.open(Route(routes.CUSTOMERS))
    pane = place.window.page.pane  # type: ignore[union-attr]
    until(lambda: pane.count > 0)
    place.window.focus_page()
    QTest.keyClick(focus(), Qt.Key.Key_J)
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    page = place.window.page
    until(lambda: page.title() != place.context.t("shell.nav.customers"))  # type: ignore[union-attr]
    QTest.keyClick(focus(), Qt.Key.Key_BracketRight)
    assert page is not None
    page.findChildren(Splitter)[0].moveSplitter(PANE_PX, 1)
    unfinished = place.context.app.unfinished
    until(lambda: "panes" in (unfinished.get("layout") or {}).get(routes.CUSTOMER, {}))


TYPED = {
    "customer": type_new_customer,
    "note": type_note,
    "fact": type_fact,
    "view": type_view_name,
    "filter": type_filter,
    "question": type_question,
    "walk": walk_through_a_list,
}


def main(profile: str, what: str) -> None:
    _qt = QApplication(sys.argv[:1])
    desk = Desk(Path(profile))
    place = Workplace(desk.app)
    place.show()
    place.window.activateWindow()
    until(place.window.isActiveWindow)
    TYPED[what](place)
    sys.stdout.write("typed\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
