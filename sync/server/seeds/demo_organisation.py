"""The sample's own side: the wholesaler, its colleagues, territories, stages, products, tags and custom fields."""

from collections.abc import Iterator

from sync.server.seeds.demo_book import HISTORY_DAYS, Book, money, words
from sync.server.seeds.drafts import Draft

ORGANISATION = {
    "name": "Hoarfield Refrigeration 霜野制冷",
    "currency": "CNY",
    "country": "CN",
    "timezone": "Asia/Shanghai",
}
"""An invented wholesaler of refrigeration equipment."""

STAGES = (
    # key, name, Chinese name, probability, standard days, status
    ("qualify", "Qualify", "识别", 10, 10, "open"),
    ("survey", "Survey", "勘测", 25, 10, "open"),
    ("proposal", "Proposal", "方案", 45, 14, "open"),
    ("negotiate", "Negotiate", "谈判", 70, 21, "open"),
    ("verbal", "Verbal", "口头确认", 90, 5, "open"),
    ("won", "Won", "成交", 100, None, "won"),
    ("lost", "Lost", "丢单", 0, None, "lost"),
)
_TERRITORIES = {"east": "Delta East 珠江东岸", "west": "Delta West 珠江西岸"}
_TEAMS = {
    "field": "Field sales 外勤销售",
    "service": "Service 服务",
    "marketing": "Marketing 市场",
    "office": "Office 后台",
}
_CUSTOM_FIELDS = (
    # record type, name, type, English, 简体, 繁體, choices
    ("account", "dock_doors", "number", "Dock doors", "装卸口数", "裝卸口數", ()),
    (
        "account",
        "refrigerant",
        "choice",
        "Main refrigerant",
        "主要制冷剂",
        "主要冷媒",
        ("R290", "R404A", "R448A", "R717", "R744"),
    ),
    ("opportunity", "competitor", "text", "Competitor", "竞争对手", "競爭對手", ()),
)


def organisation_drafts(book: Book) -> Iterator[Draft]:
    """Give everything that is shared by all, each record after those it refers to."""
    at = book.calendar.instant(-HISTORY_DAYS - 30)
    for key, name in _TERRITORIES.items():
        yield book.draft("territory", key, {"name": name}, at=at)
    for key, name in _TEAMS.items():
        yield book.draft("team", key, {"name": name}, at=at)
    yield from _colleagues(book, at)
    yield from _lists(book, at)
    for position, (record_type, name, kind, *labels, choices) in enumerate(_CUSTOM_FIELDS, start=1):
        values = {
            "record_type": record_type,
            "name": name,
            "type": kind,
            "label": labels[0],
            "label_zh_cn": labels[1],
            "label_zh_tw": labels[2],
            "choices": list(choices),
            "position": position,
            "searched": True,
        }
        yield book.draft("custom_field", f"{record_type}.{name}", values, at=at)


def _colleagues(book: Book, at: str) -> Iterator[Draft]:
    for row in book.tables["colleagues"]:
        values = {
            "name": row["name"],
            "login": row["login"],
            "role": row["role"],
            "team": book.id("team", row["team"]),
            "email": row["mail"],
            "phone": row["phone"],
            "active": True,
        }
        yield book.draft("user", row["login"], values, at=at)
        for territory in words(row["territories"]):
            assigned = {"user": book.user(row["login"]), "territory": book.id("territory", territory)}
            yield book.draft("assignment", f"{row['login']}/{territory}", assigned, at=at)


def _lists(book: Book, at: str) -> Iterator[Draft]:
    for position, (key, name, local_name, probability, standard_days, status) in enumerate(STAGES, start=1):
        values = {
            "key": key,
            "name": name,
            "local_name": local_name,
            "position": position,
            "probability": probability,
            "standard_days": standard_days,
            "status": status,
        }
        yield book.draft("stage", key, values, at=at)
    for row in book.tables["products"]:
        product = {name: row[name] for name in ("code", "name", "local_name", "series", "description")}
        yield book.draft("product", row["key"], {**product, "price": money(row["price"]), "active": True}, at=at)
    for row in book.tables["tags"]:
        yield book.draft("tag", row["name"], row, at=at)
