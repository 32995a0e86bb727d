"""What holds for any records: the beginning of each word finds them, and the index is what a new one would be."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.store import checks
from desktop.store.search.building import build_some
from desktop.store.search.folding import folded, pieces
from desktop.store.search.pinyin import whole_spellings
from tests.store.laptops import Laptop, account_row, open_database, page, raw_connection, row

LATIN = "abcdeghiknorstuvwzABCÉéèüÜößøłçñ"
HAN = "张張王李重庆慶长長行乐樂曾单單吕呂女绿冷链鏈后後里裡台臺机機"
word = st.one_of(
    st.text(LATIN, min_size=1, max_size=9),
    st.text(HAN, min_size=1, max_size=5),
    st.text("0123456789", min_size=1, max_size=8),
    st.text(LATIN + HAN + "0123456789-.'@/", min_size=1, max_size=8),
)
line = st.lists(word, min_size=1, max_size=4).map(" ".join)
someone = st.fixed_dictionaries(
    {"name": line}, optional={"job_title": line, "description": line, "tags": st.lists(word, min_size=1, max_size=2)}
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    """One database to which every example adds a record."""
    with open_database(tmp_path_factory.mktemp("shared")) as database:
        yield Laptop(database)


@settings(max_examples=12, deadline=None)
@given(values=someone)
def test_every_beginning_of_a_word_finds_its_record(shared: Laptop, values: dict[str, Any]) -> None:
    record = shared.add("contact", values)

    for value in values.values():
        for each in value if isinstance(value, list) else value.split():
            for end in range(1, len(each) + 1):
                if pieces(folded(each[:end])):
                    assert record in {found.id for found in shared.search(each[:end], limit=500, per_type=500)}


@settings(max_examples=15, deadline=None)
@given(name=st.text(HAN, min_size=1, max_size=6), data=st.data())
def test_every_way_to_spell_a_name_finds_it(shared: Laptop, name: str, data: st.DataObject) -> None:
    record = shared.add("contact", {"name": name})

    typed = data.draw(st.sampled_from(whole_spellings(name)))

    assert record in {found.id for found in shared.search(typed, limit=500, per_type=500)}


@pytest.mark.parametrize("seed", [1, 2])
def test_index_after_any_edits_is_what_a_new_one_would_be(tmp_path: Path, laptop: Laptop, seed: int) -> None:
    edit(laptop, random.Random(seed))
    kept = index_of(tmp_path)

    checks.search_again(laptop.database)
    while not build_some(laptop.database).ready:
        pass

    assert kept
    assert kept == index_of(tmp_path)


def edit(laptop: Laptop, dice: random.Random) -> None:
    """Let the user and the office create, change, delete, bring back, take away and give again."""

    def text() -> str:
        return "".join(dice.choices(LATIN + HAN + "  ", k=dice.randint(1, 12))).strip() or "x"

    own = [laptop.add("contact", {"name": text(), "mobile": str(dice.randint(10**6, 10**9))}) for _ in range(6)]
    theirs = [f"01900000-0000-7000-8000-{number:012}" for number in range(4)]
    for step in range(25):
        one, other = dice.choice(own), dice.choice(theirs)
        match dice.randrange(6):
            case 0:
                laptop.change("contact", one, name=text(), description=text())
            case 1:
                laptop.delete("contact", one)
                laptop.restore("contact", one)
            case 2 | 3:
                laptop.replica.take_page(page(account_row(other, 10 + step, name=text(), city=text()), seq=10 + step))
            case 4:
                note = row("activity", other.replace("0190", "0191"), 10 + step, scope=other, kind="note", body=text())
                laptop.replica.take_page(page(account_row(other, 10 + step), note, seq=10 + step))
            case _:
                own.append(laptop.add("task", {"title": text()}))
                laptop.change("task", own.pop(), title=text())


def index_of(folder: Path) -> dict[str, set[tuple[str, int]]]:
    """Read which entry stands for which document."""
    with raw_connection(folder) as raw:
        found = {}
        for name in ("search_text", "search_title"):
            raw.execute(f"CREATE VIRTUAL TABLE temp.seen_{name} USING fts5vocab('main', '{name}', 'instance')")
            found[name] = set(raw.execute(f"SELECT term, doc FROM temp.seen_{name}").fetchall())
        return found
