"""Words, plurals, dates and money in the three languages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from desktop.services.on_laptop import Kind
from desktop.system.i18n import MissingMessageError, Translator, flatten_messages, system_language
from desktop.ui.on_laptop.words import LaptopWords

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "i18n"
NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Catalogues of one area in two languages."""
    for language, text in (
        ("en", 'saved = "{name} saved"\nwaiting = {one = "{count} change", other = "{count} changes"}\n'),
        ("zh_CN", 'saved = "已存 {name}"\nwaiting = {other = "{count} 项更改"}\n'),
    ):
        (tmp_path / language).mkdir()
        (tmp_path / language / "area.toml").write_text(text, "utf-8")
    return tmp_path


def test_message_with_placeholder_is_filled(folder: Path) -> None:
    texts = Translator(folder, "en", strict=True)

    assert texts.t("area.saved", name="Kestrel") == "Kestrel saved"


def test_placeholder_value_with_braces_stays_as_it_is(folder: Path) -> None:
    texts = Translator(folder, "en", strict=True)

    assert texts.t("area.saved", name="{count}<b>") == "{count}<b> saved"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 changes"), (1, "1 change"), (2, "2 changes"), (1284, "1,284 changes")]
)
def test_plural_in_english_follows_the_count(folder: Path, count: int, said: str) -> None:
    texts = Translator(folder, "en", strict=True)

    assert texts.t("area.waiting", count=count) == said


@pytest.mark.parametrize("count", [0, 1, 2])
def test_plural_in_chinese_has_one_form(folder: Path, count: int) -> None:
    texts = Translator(folder, "zh_CN", strict=True)

    assert texts.t("area.waiting", count=count) == f"{count} 项更改"


def test_language_change_speaks_the_other_language_at_once(folder: Path) -> None:
    texts = Translator(folder, "en", strict=True)

    texts.set_language("zh_CN")

    assert texts.t("area.saved", name="Kestrel") == "已存 Kestrel"


def test_missing_message_when_strict_raises(folder: Path) -> None:
    with pytest.raises(MissingMessageError, match=r"area\.nothing"):
        Translator(folder, "en", strict=True).t("area.nothing")


def test_missing_message_in_production_shows_its_key(folder: Path, allow_logs: Callable[[str], None]) -> None:
    allow_logs(r"no message for area\.nothing")

    assert Translator(folder, "en").t("area.nothing") == "area.nothing"


def test_missing_placeholder_value_when_strict_raises(folder: Path) -> None:
    with pytest.raises(MissingMessageError, match="name"):
        Translator(folder, "en", strict=True).t("area.saved", other="x")


def test_unknown_language_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="fr"):
        Translator(folder, "fr")


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("de_DE.UTF-8", "en"),
        ("zh_CN.UTF-8", "zh_CN"),
        ("zh_HK.UTF-8", "zh_TW"),
        ("zh-Hant-MO", "zh_TW"),
        ("zh_SG", "zh_CN"),
        ("C", "en"),
    ],
)
def test_system_language_is_the_nearest_supported_one(locale: str, language: str) -> None:
    assert system_language({"LANG": locale}) == language


def test_catalogue_with_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r"area\.x"):
        flatten_messages({"x": 3}, "area")


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", 0, "today"),
        ("en", 1, "tomorrow"),
        ("en", -1, "yesterday"),
        ("en", 3, "in 3 days"),
        ("en", -7, "7 days ago"),
        ("en", 8, "28 Nov"),
        ("zh_CN", 3, "3 天后"),
        ("zh_TW", 3, "3 天後"),
        ("zh_CN", 8, "11月28日"),
    ],
)
def test_day_within_a_week_is_counted_and_beyond_is_written(language: str, days: int, said: str) -> None:
    texts = Translator(FOLDER, language, strict=True)

    assert texts.relative(NOW + timedelta(days=days), NOW) == said


def test_relative_day_counts_in_the_zone_of_now() -> None:
    texts = Translator(FOLDER, "en", strict=True)
    shenzhen = NOW.astimezone(timezone(timedelta(hours=8)))

    assert texts.relative(datetime(2026, 11, 20, 17, 0, tzinfo=UTC), shenzhen) == "tomorrow"


@pytest.mark.parametrize(
    ("language", "short", "full"),
    [("en", "20 Nov", "20 Nov 2026"), ("zh_CN", "11月20日", "2026年11月20日"), ("zh_TW", "11月20日", "2026年11月20日")],
)
def test_date_leaves_the_year_out_only_in_the_same_year(language: str, short: str, full: str) -> None:
    texts = Translator(FOLDER, language, strict=True)
    day = date(2026, 11, 20)

    assert (texts.date(day, today=day), texts.date(day)) == (short, full)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Friday 20 November"), ("zh_CN", "11月20日 星期五"), ("zh_TW", "11月20日 星期五")]
)
def test_long_date_says_the_weekday(language: str, said: str) -> None:
    assert Translator(FOLDER, language, strict=True).long_date(date(2026, 11, 20)) == said


@pytest.mark.parametrize(
    ("language", "minor", "compact", "said"),
    [
        ("en", 48_600_000, False, "¥486,000"),
        ("en", 48_600_050, False, "¥486,000.50"),
        ("en", -1_000, False, "−¥10"),
        ("en", 241_000_000, True, "¥2.41M"),
        ("en", 8_800_000, True, "¥88k"),
        ("zh_CN", 241_000_000, True, "¥241 万"),
        ("zh_TW", 241_000_000, True, "¥241 萬"),
        ("zh_CN", 2_410_000_000_000, True, "¥241 亿"),
        ("en", None, False, "–"),
    ],
)
def test_money_is_written_for_records_and_for_summaries(
    language: str, minor: int | None, *, compact: bool, said: str
) -> None:
    assert Translator(FOLDER, language, strict=True).money(minor, "CNY", compact=compact) == said


def test_money_in_a_currency_without_minor_units_has_no_decimals() -> None:
    assert Translator(FOLDER, "en", strict=True).money(48_600, "KRW") == "₩48,600"


@pytest.mark.parametrize(("language", "listed"), [("en", "a, b"), ("zh_CN", "a、b"), ("zh_TW", "a、b")])
def test_kinds_on_the_laptop_are_listed_as_the_language_lists(language: str, listed: str) -> None:
    words = LaptopWords(Translator(FOLDER, language, strict=True), types_name=str)

    assert words.title(Kind(family="a", types=("a", "b"))) == listed
