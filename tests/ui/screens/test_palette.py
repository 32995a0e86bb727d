"""The palette: every action is in it, from the one registry that keys and menus come from, beside every record."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.commands.records import DeleteRecord
from desktop.system.i18n import LANGUAGES, Translator
from desktop.system.settings import LANGUAGE
from desktop.ui.bridge import routes
from desktop.ui.find.calculating import calculated
from desktop.ui.find.commands import OPENS_PALETTE, commands_of
from desktop.ui.find.palette import Palette
from desktop.ui.find.row_acts import ROW_ACT
from desktop.ui.find.rows import ACTION
from desktop.ui.find.wanted import Kind, read_wanted
from desktop.ui.records import account_acts
from desktop.ui.records.found_rows import FoundRow
from desktop.ui.shell.window_actions import hints_of
from tests.ui.screens.conftest import Window

Key = Qt.Key
CUSTOMER = "霁川冷链物流"


@pytest.fixture
def everywhere(window: Window) -> Window:
    """The window that has been on every page once, which gives it the actions of each in turn."""
    window.show(routes.TODAY)
    return window


def palette_of(window: Window) -> Palette:
    assert window.place.finder.palette is not None
    return window.place.finder.palette


def rows(window: Window) -> Sequence[FoundRow]:
    return palette_of(window).rows.rows


def actions(window: Window) -> set[str]:
    return {row.id for row in rows(window) if row.type == ACTION}


def open_with(window: Window, text: str) -> None:
    window.ctrl(Key.Key_K)
    window.type(text)


def test_every_action_of_every_page_has_a_palette_entry_words_in_all_languages_and_a_line_in_the_key_sheet(
    everywhere: Window,
) -> None:
    kit, account = everywhere.place.kit, everywhere.desk.named("account", CUSTOMER)
    languages = [Translator(everywhere.desk.app.resources / "i18n", each, strict=True) for each in LANGUAGES]
    seen: set[str] = set()
    for spec in everywhere.shell.frame.pages.specs:
        # Two actions with one key, or one id, are refused when the page is opened.
        everywhere.open(spec.name, {"id": account} if spec.name == routes.CUSTOMER else None)
        active = everywhere.shell.active_actions()
        offered = {each.id for each in commands_of(kit, active)}
        assert offered == {each.id for each in active if each.is_enabled()} - {OPENS_PALETTE}, spec.name
        assert len(hints_of(kit, active)) == len([each for each in active if each.shortcut]), spec.name
        assert all(texts.t(each.title_key) for each in active for texts in languages), spec.name
        seen |= offered

    assert len(seen) > 30


def test_empty_palette_offers_what_was_opened_last_and_what_can_be_done_here(customers: Window) -> None:
    account = customers.desk.named("account", CUSTOMER)
    customers.open(routes.CUSTOMER, {"id": account})
    customers.open(routes.CUSTOMERS)

    customers.shell.start_find()
    customers.wait(lambda: bool(rows(customers)))

    assert (rows(customers)[0].type, rows(customers)[0].title) == ("account", CUSTOMER)
    assert "customers.new" in actions(customers)


def test_record_that_is_not_here_any_more_is_not_named_among_the_last(customers: Window) -> None:
    account = customers.desk.named("account", CUSTOMER)
    customers.open(routes.CUSTOMER, {"id": account})
    customers.desk.run(DeleteRecord("account", account))
    customers.open(routes.CUSTOMERS)

    customers.shell.start_find()
    customers.wait(lambda: bool(rows(customers)))

    assert CUSTOMER not in {row.title for row in rows(customers)}


@pytest.mark.parametrize("typed", [">商机", ">shangji", "sj"])
def test_action_is_found_as_records_are_and_enter_does_it(customers: Window, typed: str) -> None:
    customers.desk.app.settings.set(LANGUAGE, "zh_CN")
    customers.wait(lambda: customers.place.kit.theme.choice.language == "zh_CN")
    open_with(customers, typed)
    customers.wait(lambda: "go.pipeline" in actions(customers))
    while (current := palette_of(customers).rows.current) is not None and current.id != "go.pipeline":
        customers.press(Key.Key_Down)
    customers.press(Key.Key_Return)

    customers.wait(lambda: customers.shell.route is not None and customers.shell.route.page == routes.PIPELINE)
    assert customers.place.finder.palette is None


def test_action_shows_its_key(customers: Window) -> None:
    open_with(customers, ">")
    customers.wait(lambda: "customers.new" in actions(customers))

    assert {row.id: row.keys for row in rows(customers)}["customers.new"] == "N"


@pytest.mark.parametrize(("typed", "kind"), [("@邱", "contact"), ("#冷", "account"), (">s", ACTION)])
def test_sign_narrows_to_people_customers_and_actions(customers: Window, typed: str, kind: str) -> None:
    open_with(customers, typed[1:])
    customers.wait(lambda: bool(palette_of(customers).note))
    everything = {row.type for row in rows(customers)}
    customers.press(Key.Key_Escape, Key.Key_Escape)

    open_with(customers, typed)
    customers.wait(lambda: bool(palette_of(customers).note))

    assert {row.type for row in rows(customers)} == {kind}
    assert everything > {kind}


def found_with(window: Window, text: str, record_id: str) -> FoundRow:
    """Type a text and move to a record."""
    open_with(window, text)
    window.wait(lambda: any(row.id == record_id for row in rows(window)))
    while (current := palette_of(window).rows.current) is not None and current.id != record_id:
        window.press(Key.Key_Down)
    found = palette_of(window).rows.current
    assert found is not None
    return found


def test_tab_offers_what_can_be_done_with_a_record_and_goes_back(customers: Window) -> None:
    account = customers.desk.named("account", CUSTOMER)
    row = found_with(customers, CUSTOMER, account)

    customers.press(Key.Key_Tab)
    offered = [each.id for each in rows(customers)]
    customers.press(Key.Key_Escape)
    customers.wait(lambda: palette_of(customers).rows.current is not None and rows(customers)[0].type != ROW_ACT)

    assert [keys for keys, _ in row.hints] == ["Ctrl+Return", "Return"]
    assert offered == ["open", "call", "visit", "task", "contact", "opportunity", "note"]
    assert palette_of(customers).field.text() == CUSTOMER


def test_enter_right_after_going_back_from_what_can_be_done_opens_the_record(customers: Window) -> None:
    account = customers.desk.named("account", CUSTOMER)
    found_with(customers, CUSTOMER, account)

    customers.press(Key.Key_Tab, Key.Key_Escape, Key.Key_Return)

    customers.wait(lambda: customers.shell.route is not None and customers.shell.route.page == routes.CUSTOMER)
    assert customers.shell.route is not None
    assert customers.shell.route.args["id"] == account


def test_record_is_current_and_in_sight_again_after_going_back_from_what_can_be_done_with_it(customers: Window) -> None:
    open_with(customers, "#s")
    palette = palette_of(customers)
    customers.wait(lambda: len(rows(customers)) > 20)
    customers.press(Key.Key_Up)
    last = palette.rows.current

    customers.press(Key.Key_Tab, Key.Key_Escape)
    customers.wait(lambda: rows(customers)[0].type != ROW_ACT)
    customers.settle()

    assert palette.rows.current == last == rows(customers)[-1]
    bottom = palette.rows.rect().bottomLeft() - QPoint(0, 5)
    assert palette.rows.visibleRegion().contains(bottom)


def test_act_that_was_chosen_behind_tab_opens_over_the_page(customers: Window) -> None:
    found_with(customers, CUSTOMER, customers.desk.named("account", CUSTOMER))
    customers.press(Key.Key_Tab)

    customers.press(Key.Key_Down, Key.Key_Down, Key.Key_Return)

    finder = customers.place.finder
    customers.wait(lambda: finder.acts.acts is not None and finder.acts.acts.form is not None)
    assert finder.palette is None
    assert customers.shell.route is not None
    assert customers.shell.route.page == routes.CUSTOMERS


@pytest.mark.parametrize("first", [(), (Key.Key_Tab, Key.Key_Down, Key.Key_Down)], ids=["found", "among its acts"])
def test_ctrl_enter_calls_the_person_and_opens_the_report(
    customers: Window, monkeypatch: pytest.MonkeyPatch, first: Sequence[Qt.Key]
) -> None:
    dialled: list[str] = []
    monkeypatch.setattr(account_acts, "dial", dialled.append)
    contact = next(
        each for each in customers.desk.ids("contact") if customers.desk.values("contact", each).get("mobile")
    )
    person = customers.desk.values("contact", contact)
    found_with(customers, f"@{person['name']}", contact)
    customers.press(*first)

    customers.ctrl(Key.Key_Return)

    finder = customers.place.finder
    customers.wait(lambda: finder.acts.acts is not None and finder.acts.acts.form is not None)
    assert dialled == [person["mobile"]]


def test_tab_offers_all_actions_where_nothing_is_found(customers: Window) -> None:
    open_with(customers, "qqxxqq")
    customers.wait(lambda: bool(palette_of(customers).note))

    customers.press(Key.Key_Tab)

    customers.wait(lambda: "go.pipeline" in actions(customers))
    assert palette_of(customers).field.text() == ">"


@pytest.mark.parametrize(("typed", "letters"), [("jcll", "J"), ("jichuan", "Ji")])
def test_chinese_hit_shows_how_it_sounds_with_what_was_typed(customers: Window, typed: str, letters: str) -> None:
    row = found_with(customers, typed, customers.desk.named("account", CUSTOMER))

    assert row.reading.replace(" ", "").lower() == "jichuanlenglianwuliu"
    start, end = row.reading_matches[0]
    assert row.reading[start:end] == letters


def test_action_shows_how_it_sounds_too(customers: Window) -> None:
    customers.desk.app.settings.set(LANGUAGE, "zh_CN")
    customers.wait(lambda: customers.place.kit.theme.choice.language == "zh_CN")
    open_with(customers, ">sj")
    customers.wait(lambda: "go.pipeline" in actions(customers))

    row = next(each for each in rows(customers) if each.id == "go.pipeline")

    assert row.reading == "Shang Ji"


def test_sum_is_shown_and_enter_copies_it(customers: Window) -> None:
    open_with(customers, "=1200*1.5")
    customers.wait(lambda: bool(rows(customers)))
    shown = rows(customers)[0].title
    customers.press(Key.Key_Return)

    assert shown == "1,800"
    assert QGuiApplication.clipboard().text() == "1800"


def test_escape_empties_the_line_then_leaves_and_gives_the_focus_back(customers: Window) -> None:
    before = customers.focus
    open_with(customers, "冷")
    customers.press(Key.Key_Escape)
    emptied = palette_of(customers).field.text()
    customers.press(Key.Key_Escape)

    assert emptied == ""
    assert customers.place.finder.palette is None
    assert customers.focus is before


def test_click_beside_the_palette_leaves_it_and_one_on_a_row_opens_it(customers: Window) -> None:
    open_with(customers, CUSTOMER)
    customers.wait(lambda: bool(rows(customers)))
    found = palette_of(customers).rows
    QTest.mouseClick(found, Qt.MouseButton.LeftButton, pos=QPoint(100, found.height() - 8))
    opened = customers.shell.route
    customers.ctrl(Key.Key_K)
    QTest.mouseClick(palette_of(customers), Qt.MouseButton.LeftButton, pos=QPoint(4, 4))

    assert opened is not None
    assert opened.page != routes.CUSTOMERS
    assert customers.place.finder.palette is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1+2*3", "7"),
        ("(1+2)*3", "9"),
        ("0.1+0.2", "0.3"),
        ("1,200 × 15%", "180"),
        ("\uff11\uff12\uff10\uff10÷\uff14", "300"),
        ("-5+2", "-3"),
        ("1/0", None),
        ("2**9", None),
        ("9//2", None),
        ("", None),
        ("1+", None),
        ("__import__", None),
        ("((((", None),
    ],
)
def test_sum_is_calculated_exactly_or_not_at_all(typed: str, value: str | None) -> None:
    assert calculated(typed) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("@ 邱敏", Kind.PEOPLE, "邱敏"),
        ("\uff03冷", Kind.CUSTOMERS, "冷"),
        ("》新", Kind.ACTIONS, "新"),
        ("\uff1d1+1", Kind.SUM, "1+1"),
        ("a@b", Kind.EVERYTHING, "a@b"),
        ("", Kind.EVERYTHING, ""),
    ],
)
def test_sign_is_read_from_every_keyboard(typed: str, kind: Kind, text: str) -> None:
    wanted = read_wanted(typed)

    assert (wanted.kind, wanted.text) == (kind, text)
