"""The find field: everything on this laptop, found while one types, opened with Enter."""

from collections.abc import Sequence

from PySide6.QtCore import Qt

from desktop.domain.listing import Listing
from desktop.ui.bridge import routes
from desktop.ui.find.palette import Palette
from desktop.ui.find.rows import find
from desktop.ui.records.found_rows import FoundRow, FoundRows
from tests.ui.screens.conftest import Window

Key = Qt.Key


def box_of(window: Window) -> Palette:
    assert window.place.finder.palette is not None
    return window.place.finder.palette


def titles(window: Window) -> Sequence[str]:
    return [row.title for row in box_of(window).rows.rows]


def test_chinese_text_finds_customers_people_and_deals(customers: Window) -> None:
    customers.ctrl(Key.Key_K)
    customers.type("冷链")

    customers.wait(lambda: "霁川冷链物流" in titles(customers))

    assert {row.type for row in box_of(customers).rows.rows} >= {"account"}


def test_enter_opens_what_is_current_and_escape_comes_back(customers: Window) -> None:
    account = customers.desk.named("account", "霁川冷链物流")

    customers.ctrl(Key.Key_K)
    customers.type("霁川冷链物流")
    customers.wait(lambda: bool(titles(customers)))
    customers.press(Key.Key_Return)
    opened = customers.shell.route
    customers.press(Key.Key_Escape)

    assert opened is not None
    assert (opened.page, opened.args["id"]) == (routes.CUSTOMER, account)
    assert customers.shell.route is not None
    assert customers.shell.route.page == routes.CUSTOMERS


def test_arrow_keys_choose_another_row(customers: Window) -> None:
    customers.ctrl(Key.Key_K)
    customers.type("冷")
    customers.wait(lambda: len(titles(customers)) > 2)

    customers.press(Key.Key_Down)

    assert box_of(customers).rows.current == box_of(customers).rows.rows[1]


def test_enter_before_the_answer_never_opens_a_row_of_what_stood_there_before(customers: Window) -> None:
    other, account = customers.desk.ids("account")[0], customers.desk.named("account", "霁川冷链物流")
    customers.open(routes.CUSTOMER, {"id": other})
    customers.open(routes.CUSTOMERS)
    customers.ctrl(Key.Key_K)
    customers.wait(lambda: bool(titles(customers)))

    customers.type("霁川冷链物流")
    customers.press(Key.Key_Return)
    customers.wait(lambda: customers.place.finder.palette is None)

    assert customers.shell.route is not None
    assert customers.shell.route.args.get("id") == account


def test_other_rows_begin_at_the_first_unless_the_user_moved(customers: Window) -> None:
    shown = FoundRows(customers.place.kit)
    one, two = FoundRow("account", "1", "One"), FoundRow("account", "2", "Two")
    shown.set_rows([one], "")

    shown.set_rows([two, one], "")
    untouched = shown.current
    shown.step(1)
    shown.set_rows([two, FoundRow("account", "3", "Three"), one], "")

    assert (untouched, shown.current) == (two, one)
    shown.deleteLater()


def test_name_typed_by_sound_is_found_and_its_characters_are_marked(customers: Window) -> None:
    customers.ctrl(Key.Key_K)
    customers.type("lengl")
    customers.wait(lambda: "霁川冷链物流" in titles(customers))

    (row,) = (each for each in box_of(customers).rows.rows if each.title == "霁川冷链物流")
    assert [row.title[start:end] for start, end in row.matches or ()] == ["冷链"]


def test_words_found_beside_the_name_are_marked_there(customers: Window) -> None:
    phone = next(
        each["mobile"] for each in customers.desk.app.reads.rows("contact", _people(customers)) if "mobile" in each
    )
    customers.ctrl(Key.Key_K)
    customers.type(phone[-4:])
    customers.wait(lambda: any(row.second_matches for row in box_of(customers).rows.rows))

    marked = [row.second[start:end] for row in box_of(customers).rows.rows for start, end in row.second_matches]
    assert phone[-4:] in {each.replace(" ", "") for each in marked}


def test_search_ends_when_another_letter_is_typed(customers: Window) -> None:
    found = find(customers.desk.app.reads, customers.place.context.words, "冷", lambda: True)

    assert found.rows == []


def _people(window: Window) -> list[str]:
    return window.desk.app.reads.ids(Listing("contact"))


def test_person_is_found_by_name_and_shown_among_people(customers: Window) -> None:
    customers.ctrl(Key.Key_K)
    customers.type("邱敏")
    customers.wait(lambda: "邱敏" in titles(customers))
    customers.press(Key.Key_Return)

    assert customers.shell.route is not None
    assert customers.shell.route.page == routes.PEOPLE


def test_text_that_nobody_has_says_so(customers: Window) -> None:
    customers.ctrl(Key.Key_K)
    customers.type("zzzzqqqq")

    customers.wait(lambda: box_of(customers).note == customers.place.kit.t("find.nothing"))

    assert titles(customers) == []


def test_enter_before_the_answer_opens_the_first_one(customers: Window) -> None:
    customers.ctrl(Key.Key_K)
    customers.type("霁川冷链物流")
    customers.press(Key.Key_Return)

    customers.wait(lambda: customers.shell.route is not None and customers.shell.route.page == routes.CUSTOMER)
