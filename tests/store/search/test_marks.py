"""Found characters are marked where the reader sees them, also when they were typed by sound or otherwise written."""

import pytest

from desktop.domain.views import Found
from desktop.store.search import folding
from tests.store.laptops import Laptop

NAMES = "張偉 Straße Ægir Łódź Ño \uff26\uff35 İstanbul 12½ ①"


def marked(found: Found) -> list[str]:
    return [found.matched[start:end] for start, end in found.marks]


def marked_title(found: Found) -> list[str]:
    return [found.title[start:end] for start, end in found.title_marks]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("大重庆市", "cq", ["重庆"]),
        ("大重庆市", "zhongq", ["重庆"]),
        ("張偉明", "张伟", ["張偉"]),
        ("Große Straße", "strasse", ["Straße"]),
        ("Große Straße", "str gro", ["Gro", "Str"]),
        ("O'Neil Bakery", "oneil", ["O'Neil"]),
        ("O'Neil Bakery", "bakrey", ["Bakery"]),
        ("王小张", "zhang", ["张"]),
        ("A 张伟", "a zw", ["A", "张伟"]),
    ],
)
def test_title_is_marked_where_it_was_found(laptop: Laptop, title: str, text: str, expected: list[str]) -> None:
    laptop.add("account", {"name": title})

    (found,) = laptop.search(text)

    assert marked_title(found) == expected


@pytest.mark.parametrize(
    ("values", "text", "expected"),
    [
        ({"mobile": "138 1234 5678"}, "5678", ["5678"]),
        ({"mobile": "138 1234 5678"}, "12345", ["1234 5"]),
        ({"mobile": "+86 138-1234-5678"}, "13812345678", ["138-1234-5678"]),
        ({"email": "wei.zhang@example.cn"}, "zhang@exa", ["zhang@exa"]),
        ({"city": "北京"}, "beijing", ["北京"]),
        ({"tags": ["vip", "冷链"]}, "冷链", ["冷链"]),
        ({"description": f"{'x' * 200} 價格太高 {'y' * 200}"}, "价格", ["價格"]),
    ],
)
def test_other_text_is_marked_where_it_was_found(
    laptop: Laptop, values: dict[str, object], text: str, expected: list[str]
) -> None:
    laptop.add("contact", {"name": "Anna", **values})

    (found,) = laptop.search(text)

    assert "".join(marked(found)).replace("@", "") == "".join(expected).replace("@", "")
    assert found.title_marks == ()


def test_long_text_is_cut_around_its_first_mark(laptop: Laptop) -> None:
    laptop.add("activity", {"kind": "note", "subject": "Visit", "body": f"{'before ' * 40}compressor{' after' * 40}"})

    (found,) = laptop.search("compr")

    assert len(found.matched) <= 92
    assert found.matched.startswith("…")
    assert found.matched.endswith("…")
    assert marked(found) == ["compr"]


@pytest.mark.parametrize("text", [*NAMES.split(), NAMES, "Zoë", "한국어", "がぎ", "é"])
def test_folding_character_by_character_is_folding_of_the_whole(text: str) -> None:
    assert folding.folded_in_place(text).text == folding.folded(text)


@pytest.mark.parametrize("text", [*NAMES.split(), "Zoë", "後裡臺"])
def test_folded_text_does_not_change_when_it_is_folded_again(text: str) -> None:
    assert folding.folded(folding.folded(text)) == folding.folded(text)
