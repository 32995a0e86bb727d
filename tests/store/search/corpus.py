"""Records in three scripts, and what a rep who types something must find among them, in this order.

Written before the code it tests. A hit is named by the record's title; ``...`` says that others may follow.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.contract.fields import Role
from tests.store.laptops import Laptop

ACCOUNTS: Sequence[Mapping[str, Any]] = (
    {
        "name": "上海精密机械有限公司",
        "local_name": "Shanghai Precision Machinery",
        "phone": "+86 21 6888 1234",
        "city": "上海",
        "status": "active",
    },
    {"name": "重庆长安酒店", "city": "重庆", "phone": "023-6512 9900", "status": "active"},
    {"name": "臺灣冷鏈物流", "city": "臺北", "email": "service@cold-chain.example.tw", "status": "active"},
    {"name": "广州乐行音乐", "city": "广州", "tags": ["演出"], "status": "active"},
    {"name": "Müller Kühlung GmbH", "city": "Köln", "description": "Wants a 24-hour hotline.", "status": "active"},
    {
        "name": "Café Øresund",
        "city": "Malmö",
        "postcode": "21119",
        "country": "Sweden",
        "website": "https://oresund.example",
        "status": "active",
    },
    {
        "name": "O'Neil Bakery",
        "address": "12 Harbour Road",
        "postcode": "SW1A 1AA",
        "phone": "(0171) 555-0199",
        "status": "active",
    },
    {"name": "Wang", "status": "active"},
    {"name": "Wang Trading", "payment_terms": "月结三十天", "status": "active"},
    {"name": "Wang Brothers", "status": "lost"},
    {"name": "Old Wang House", "status": "active"},
    {"name": "Zhongwang Steel", "status": "active"},
)
CONTACTS: Sequence[Mapping[str, Any]] = (
    {"name": "张伟", "mobile": "13812345678", "email": "wei.zhang@example.cn", "job_title": "采购经理"},
    {"name": "張偉明", "job_title": "廠長"},
    {"name": "李志伟"},
    {"name": "曾国强"},
    {"name": "单雄信"},
    {"name": "吕洞宾"},
    {"name": "欧阳娜娜", "wechat": "nana_oy"},
    {"name": "王芳"},
    {"name": "José Núñez", "email": "jose@nunez.example", "mobile": "+49 151 2345 6789"},
    {"name": "Zoë Ångström"},
    {
        "name": "陈总",
        "given_name": "Wolfgang",
        "family_name": "Amadei",
        "province": "浙江",
        "postcode": "310000",
        "country": "中国",
    },
)
OTHERS: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("activity", {"kind": "note", "body": "客户觉得价格太高，需要再谈。电话 139-0000-8888"}),
    ("activity", {"kind": "visit", "subject": "季度拜访", "body": "压缩机噪音大，門封老化"}),
    (
        "activity",
        {
            "kind": "call",
            "subject": "Compressor alarm",
            "body": "Rings at night; send Weber a quotation.",
            "outcome": "已报价, follow up",
        },
    ),
    ("task", {"title": "给张伟回电"}),
    ("task", {"title": "Send quotation", "done": True}),
    ("task", {"title": "Send quotation again"}),
    ("task", {"title": "Follow up by mail"}),
    ("task", {"title": "竞争分析"}),
    ("opportunity", {"name": "冷库 20 m³"}),
    ("opportunity", {"name": "Freezer hall", "status": "lost", "lost_reason": "选了竞争对手"}),
)
COLLEAGUES: Sequence[Mapping[str, Any]] = (
    {"name": "顾岚", "login": "gu", "phone": "+86 137 0000 4321", "email": "nordlicht@office.example"},
)

EXPECTED: Mapping[str, Sequence[object]] = {
    # Chinese: one character and more, both ways of writing, parts of names, texts of notes.
    "张": ["张伟", "張偉明", "给张伟回电"],
    "張": ["张伟", "張偉明", "给张伟回电"],
    "张伟": ["张伟", "張偉明", "给张伟回电"],
    "張偉": ["张伟", "張偉明", "给张伟回电"],
    "精密机械": ["上海精密机械有限公司"],
    "精密機械": ["上海精密机械有限公司"],
    "机密": [],
    "台湾冷链": ["臺灣冷鏈物流"],
    "臺灣冷鏈": ["臺灣冷鏈物流"],
    "冷": ["冷库 20 m³", "臺灣冷鏈物流"],
    "门封": ["季度拜访"],
    "門封": ["季度拜访"],
    "价格太高": ["客户觉得价格太高，需要再谈。电话 139-0000-8888"],
    "张伟 采购": ["张伟"],
    "演出": ["广州乐行音乐"],
    # By sound: whole, begun, first letters, characters with several readings.
    "zhangwei": ["张伟", "張偉明", "给张伟回电"],
    "zhang wei": ["张伟", "張偉明", "给张伟回电"],
    "zhangw": ["张伟", "張偉明", "给张伟回电"],
    "ZHANGWEI": ["张伟", "張偉明", "给张伟回电"],
    "zw": ["张伟", "張偉明", ..., "李志伟"],
    "zwm": ["張偉明"],
    "cq": ["重庆长安酒店"],
    "zq": ["重庆长安酒店"],
    "chongqing": ["重庆长安酒店"],
    "zhongqing": ["重庆长安酒店"],
    "cqca": ["重庆长安酒店"],
    "zengguoqiang": ["曾国强"],
    "shanxx": ["单雄信"],
    "shanxiongxin": ["单雄信"],
    "lvdongbin": ["吕洞宾"],
    "ludongbin": ["吕洞宾"],
    "lvd": ["吕洞宾"],
    "lü": ["吕洞宾"],
    "yinyue": ["广州乐行音乐"],
    "lexing": ["广州乐行音乐"],
    "lengku": ["冷库 20 m³"],
    "tw": ["臺灣冷鏈物流"],
    "taiwan": ["臺灣冷鏈物流"],
    "taibei": ["臺灣冷鏈物流"],
    "shanghaijingmijixieyouxian": ["上海精密机械有限公司"],
    "shjmjxyxgs": ["上海精密机械有限公司"],
    "jidu": ["季度拜访"],
    "oyn": ["欧阳娜娜"],
    # With tones: as written, or by digits behind the syllables.
    "zhāngwěi": ["张伟", "張偉明", "给张伟回电"],
    "zhāng wěi": ["张伟", "張偉明", "给张伟回电"],
    "zhang1wei3": ["张伟", "張偉明", "给张伟回电"],
    "zhang1 wei3": ["张伟", "張偉明", "给张伟回电"],
    "zhang1w": ["张伟", "張偉明", "给张伟回电"],
    "chóngqìng": ["重庆长安酒店"],
    "chong2qing4": ["重庆长安酒店"],
    "shang4hai3jing1mi4": ["上海精密机械有限公司"],
    "lǚdòngbīn": ["吕洞宾"],
    "lv3dong4bin1": ["吕洞宾"],
    # Latin: with and without accents, whole and begun, in any order.
    "müller": ["Müller Kühlung GmbH"],
    "muller": ["Müller Kühlung GmbH"],
    "MULLER KUHL": ["Müller Kühlung GmbH"],
    "kuhlung mul": ["Müller Kühlung GmbH"],
    "koln": ["Müller Kühlung GmbH"],
    "jose": ["José Núñez"],
    "nuñez": ["José Núñez"],
    "cafe oresund": ["Café Øresund"],
    "zoe ang": ["Zoë Ångström"],
    "o'neil": ["O'Neil Bakery"],
    "oneil": ["O'Neil Bakery"],
    "neil": ["O'Neil Bakery"],
    "harbour": ["O'Neil Bakery"],
    "precision 上海": ["上海精密机械有限公司"],
    "weber": ["Compressor alarm"],
    "24-hour": ["Müller Kühlung GmbH"],
    # Phones: any grouping, with and without prefixes, the last four digits, from a note.
    "13812345678": ["张伟"],
    "138 1234 5678": ["张伟"],
    "138-1234-5678": ["张伟"],
    "+86 138 1234 5678": ["张伟"],
    "0086 13812345678": ["张伟"],
    "1381234": ["张伟"],
    "5678": ["José Núñez", "张伟"],
    "345 678": ["José Núñez", "张伟"],
    "021-68881234": ["上海精密机械有限公司"],
    "6888 1234": ["上海精密机械有限公司"],
    "02365129900": ["重庆长安酒店"],
    "65129900": ["重庆长安酒店"],
    "0171 5550199": ["O'Neil Bakery"],
    "0151 23456789": ["José Núñez"],
    "13900008888": ["客户觉得价格太高，需要再谈。电话 139-0000-8888"],
    # Mail addresses: whole and in parts.
    "wei.zhang@example.cn": ["张伟"],
    "wei.zhang": ["张伟", "張偉明", "给张伟回电"],
    "service@cold": ["臺灣冷鏈物流"],
    "cold-chain": ["臺灣冷鏈物流"],
    "nana_oy": ["欧阳娜娜"],
    # What very many records share, parts of names, ways to reach a colleague: behind what is called so.
    "21119": ["Café Øresund"],
    "2111": ["Café Øresund"],
    "sw1a 1aa": ["O'Neil Bakery"],
    "310000": ["陈总"],
    "sweden": ["Café Øresund"],
    "zhongguo": ["陈总"],
    "浙": ["陈总"],
    "zhejiang": ["陈总"],
    "wolfg": ["陈总"],
    "amadei chen": ["陈总"],
    "月結": ["Wang Trading"],
    "yuejie": ["Wang Trading"],
    "竞争": ["竞争分析", "Freezer hall"],
    "競爭對手": ["Freezer hall"],
    "jingzheng": ["竞争分析", "Freezer hall"],
    "jzds": ["Freezer hall"],
    "已报价": ["Compressor alarm"],
    "baojia": ["Compressor alarm"],
    "follow up": ["Follow up by mail", "Compressor alarm"],
    "4321": ["顾岚"],
    "137 0000 4321": ["顾岚"],
    "nordlicht@office": ["顾岚"],
    "nordl": ["顾岚"],
    # Order: whole title, its beginning, a word in it, its sound; what is open before what is closed.
    "wang": ["Wang", "Wang Trading", "Wang Brothers", "王芳", "Old Wang House"],
    "send quotation": ["Send quotation", "Send quotation again", "Compressor alarm"],
    "quotation": ["Send quotation again", "Send quotation", "Compressor alarm"],
    # One letter wrong, missing, surplus, out of turn; Chinese that sounds the same. Only where nothing holds it.
    "mulller": ["Müller Kühlung GmbH"],
    "mueller": ["Müller Kühlung GmbH"],
    "bakrey": ["O'Neil Bakery"],
    "compresor": ["Compressor alarm"],
    "zhagnwei": ["张伟", "張偉明", "给张伟回电"],
    "zangwei": ["张伟", "張偉明", "给张伟回电"],
    "章伟": ["张伟", "張偉明", "给张伟回电"],
    "曾国墙": ["曾国强"],
    # Nothing: neither the middle of a word, nor what is too short to guess.
    "akery": [],
    "xqzj": [],
    "zx3": [],
    "uehl": [],
    "hlx": [],
}


def fill(laptop: Laptop) -> None:
    """Write the records."""
    with laptop.unit() as work:
        for values in ACCOUNTS:
            work.create("account", values)
        for values in CONTACTS:
            work.create("contact", values)
        for type_, values in OTHERS:
            work.create(type_, values)
    with laptop.unit(role=Role.ADMIN) as work:
        for values in COLLEAGUES:
            work.create("user", values)
