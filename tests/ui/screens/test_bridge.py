"""Between screens and application: where answers arrive, what ends when, where refusals are shown."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.commands.records import SetFields
from desktop.domain.changes import ChangeSet, Origin
from desktop.domain.listing import Listing
from desktop.store.unfinished import Unfinished
from desktop.ui.bridge import routes
from desktop.ui.bridge.drafts import Drafts
from desktop.ui.bridge.error_presenter import Place, place_of
from desktop.ui.bridge.live_feed import LiveFeed
from desktop.ui.bridge.trail import RecordTrail, TrailPlace
from desktop.ui.bridge.ui_thread import UiThread
from desktop.ui.bridge.writer import Reaction
from sync.contract.errors import AppError, Code
from tests.ui.screens.conftest import Window
from tests.ui.screens.desk import Desk


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def feed(window: Window) -> LiveFeed:
    return window.place.context.feed


def touch(desk: Desk, record_type: str) -> None:
    desk.app.hub.publish(ChangeSet(Origin.SYNC, {record_type: frozenset()}))


def test_answer_arrives_on_the_thread_that_draws(window: Window, feed: LiveFeed, owner: QWidget) -> None:
    asked: list[str] = []
    arrived: list[str] = []

    feed.watch(owner, {"account"}, lambda: asked.append(threading.current_thread().name), lambda _: None)
    feed.read(owner, lambda: threading.current_thread().name, lambda _: arrived.append(threading.current_thread().name))
    window.wait(lambda: bool(asked and arrived))

    assert arrived == [threading.main_thread().name]
    assert threading.main_thread().name not in asked


def test_watch_answers_again_after_a_change_of_its_types_only(
    window: Window, feed: LiveFeed, owner: QWidget, desk: Desk
) -> None:
    answers: list[int] = []
    counter = iter(range(100))
    owner.show()

    feed.watch(owner, {"account"}, lambda: next(counter), answers.append)
    window.wait(lambda: answers == [0])
    touch(desk, "product")
    touch(desk, "account")
    window.wait(lambda: len(answers) == 2)

    assert answers == [0, 1]


def test_watch_ends_with_its_widget(window: Window, feed: LiveFeed, desk: Desk) -> None:
    asked: list[int] = []
    seen: list[int] = []
    gone, stays = QWidget(), QWidget(window.shell)
    feed.watch(gone, {"account"}, lambda: len(asked), lambda _: asked.append(1))
    window.wait(lambda: len(asked) == 1)

    gone.deleteLater()
    window.wait(lambda: not isValid(gone))
    feed.watch(stays, {"account"}, lambda: len(seen), lambda _: seen.append(1))
    touch(desk, "account")
    window.wait(lambda: len(seen) >= 1)

    assert asked == [1]


def test_answer_for_a_widget_that_is_gone_is_dropped(window: Window, feed: LiveFeed, owner: QWidget) -> None:
    gone = QWidget()
    gate = threading.Event()
    answers: list[str] = []

    feed.read(gone, lambda: gate.wait(5), lambda _: answers.append("gone"))
    gone.deleteLater()
    window.wait(lambda: not isValid(gone))
    feed.read(owner, lambda: 1, lambda _: answers.append("first"))
    gate.set()
    feed.read(owner, lambda: 1, lambda _: answers.append("last"))
    window.wait(lambda: "last" in answers and "first" in answers)
    feed.read(owner, lambda: 1, lambda _: answers.append("end"))
    window.wait(lambda: "end" in answers)

    assert "gone" not in answers


def test_hidden_widget_is_told_when_it_is_shown(window: Window, feed: LiveFeed, owner: QWidget, desk: Desk) -> None:
    answers: list[int] = []
    counter = iter(range(100))
    owner.show()
    feed.watch(owner, {"account"}, lambda: next(counter), answers.append)
    window.wait(lambda: answers == [0])

    owner.hide()
    touch(desk, "account")
    other: list[int] = []
    feed.watch(window.shell, {"account"}, lambda: 1, other.append)
    window.wait(lambda: other == [1])
    while_hidden = list(answers)
    owner.show()
    window.wait(lambda: len(answers) == 2)

    assert while_hidden == [0]


def test_only_the_last_question_of_a_place_is_answered(window: Window, feed: LiveFeed, owner: QWidget) -> None:
    answers: list[int] = []
    gate = threading.Event()

    def slow(number: int) -> Callable[[], int]:
        def run() -> int:
            gate.wait(5)
            return number

        return run

    latest = feed.latest(owner, answers.append)
    for number in range(5):
        latest.ask(slow(number))
    gate.set()
    window.wait(lambda: bool(answers))

    assert answers == [4]


def test_refusal_stands_beside_the_field_when_there_is_one(window: Window, desk: Desk) -> None:
    window.show(routes.CUSTOMERS)
    account = desk.ids("account")[0]
    said: list[str] = []
    failed: list[BaseException] = []

    window.place.context.writer.run(
        SetFields("account", account, {"name": ""}), Reaction(inline=said.append, failed=failed.append)
    )
    window.wait(lambda: bool(failed))

    assert said == ["Name is needed. Nothing was changed."]
    assert window.toasts == []


def test_refusal_without_a_field_is_a_toast(window: Window, desk: Desk) -> None:
    window.show(routes.CUSTOMERS)

    window.place.context.writer.run(SetFields("account", "nobody", {"name": "x"}))

    window.wait(lambda: len(window.toasts) == 1)


def test_act_that_changes_nothing_says_nothing(window: Window, desk: Desk) -> None:
    window.show(routes.CUSTOMERS)
    account = desk.ids("account")[0]
    done: list[object] = []

    name = desk.values("account", account)["name"]
    window.place.context.writer.run(SetFields("account", account, {"name": name}), Reaction(done=done.append))
    window.wait(lambda: bool(done))

    assert window.toasts == []


@pytest.mark.allow_logs("unexpected error [0-9a-f]{8}", "a job failed")
def test_unknown_error_is_said_with_the_number_of_its_log_entry(window: Window, owner: QWidget) -> None:
    window.show(routes.CUSTOMERS)

    def broken() -> int:
        raise ZeroDivisionError

    window.place.context.feed.read(owner, broken, lambda _: None)
    window.wait(lambda: len(window.toasts) == 1)

    assert "Something unexpected happened" in window.toasts[0]


@pytest.mark.parametrize(
    ("code", "place"),
    [
        (Code.VALUE_TOO_LONG, Place.INLINE),
        (Code.RECORD_READ_ONLY, Place.TOAST),
        (Code.DISK_FULL, Place.BANNER),
        (Code.DATABASE_NEWER, Place.DIALOG),
    ],
)
def test_refusal_has_its_place_by_code(code: Code, place: Place) -> None:
    assert place_of(code) is place


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
def test_every_refusal_has_a_sentence(window: Window, language: str) -> None:
    words = window.place.context.words
    window.desk.app.texts.set_language(language)
    keys = ("field", "value", "expected", "known", "type", "record", "target", "by", "length", "limit", "low", "high")
    more = ("path", "line", "reason", "error_id", "source", "id", "title", "act", "count", "at")

    for code in Code:
        assert words.refusal(AppError(code, **dict.fromkeys((*keys, *more), "x")))


def test_sentence_names_field_and_type_as_the_screens_do(window: Window) -> None:
    error = AppError(Code.VALUE_UNREADABLE, type="account", field="founded", value="old", expected="number")

    assert window.place.context.errors.sentence(error).startswith("“old” does not fit Founded, which takes: Number.")


def test_calls_of_other_threads_run_in_order_and_not_after_closing(qtbot: QtBot) -> None:
    ui = UiThread()
    ran: list[int] = []

    def post_all() -> None:
        for number in range(50):
            ui.post(partial(ran.append, number))

    thread = threading.Thread(target=post_all)

    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(ran) == 50)
    ui.close()
    ui.post(lambda: ran.append(99))

    assert ran == list(range(50))


def test_trail_knows_place_and_neighbours() -> None:
    trail = RecordTrail()
    trail.follow("account", ["a", "b", "c"])

    assert trail.place("account", "b") == TrailPlace(2, 3)
    assert (trail.neighbour("account", "b", 1), trail.neighbour("account", "b", -1)) == ("c", "a")
    assert trail.neighbour("account", "c", 1) is None
    assert trail.place("account", "z") is None


def test_draft_that_is_empty_is_forgotten(tmp_path: Path) -> None:
    drafts = Drafts(Unfinished(tmp_path / "unfinished.bin", bytes(32)))

    drafts.keep("note", {"body": "half"})
    kept = drafts.get("note")
    drafts.keep("note", {"body": "  "})

    assert kept == {"body": "half"}
    assert drafts.get("note") == {}


def test_value_written_for_editing_is_read_back(window: Window, desk: Desk) -> None:
    words = window.place.context.words

    for record_type in ("account", "contact", "opportunity", "task", "activity"):
        for row in desk.app.reads.rows(record_type, desk.app.reads.ids(Listing(record_type, limit=5))):
            for name, field in words.catalogue[record_type].fields.items():
                if name in row and field.target is None:
                    text = words.editable(record_type, name, row[name])
                    assert words.read(record_type, name, text) == rounded(row[name])


def rounded(value: object) -> object:
    """Instants are edited to the minute."""
    is_instant = isinstance(value, str) and value.endswith("Z") and "T" in value
    return f"{str(value)[:16]}:00.000Z" if is_instant else value
