"""Words from which sets of any size are made: cities, segments, names of companies and people, sentences.

Everything is invented or generic. Lists stand in the order of how often their members occur.
"""

from typing import Final

CITIES: Final = (
    # city, province, country, area code, latitude, longitude
    ("深圳", "广东", "CN", "755", 22.55, 114.06),
    ("广州", "广东", "CN", "20", 23.13, 113.26),
    ("东莞", "广东", "CN", "769", 23.02, 113.75),
    ("香港", "香港", "HK", "", 22.32, 114.17),
    ("佛山", "广东", "CN", "757", 23.02, 113.12),
    ("惠州", "广东", "CN", "752", 23.11, 114.42),
    ("中山", "广东", "CN", "760", 22.52, 113.39),
    ("珠海", "广东", "CN", "756", 22.27, 113.58),
    ("厦门", "福建", "CN", "592", 24.48, 118.09),
    ("长沙", "湖南", "CN", "731", 28.23, 112.94),
    ("杭州", "浙江", "CN", "571", 30.27, 120.16),
    ("苏州", "江苏", "CN", "512", 31.30, 120.59),
    ("上海", "上海", "CN", "21", 31.23, 121.47),
    ("成都", "四川", "CN", "28", 30.57, 104.07),
    ("武汉", "湖北", "CN", "27", 30.59, 114.31),
    ("北京", "北京", "CN", "10", 39.90, 116.40),
)

SEGMENTS: Final = (
    "餐饮",
    "Retail",
    "零售",
    "Food processing",
    "物流",
    "Hotel",
    "食品加工",
    "Bakery",
    "医药",
    "Seafood",
    "批发",
    "Catering",
    "乳品",
    "Brewery",
    "学校",
    "Laboratory",
    "花卉",
    "Confectionery",
)

LATIN_BEGINNINGS: Final = (
    "Alder",
    "Amber",
    "Bracken",
    "Briar",
    "Cobble",
    "Copper",
    "Drift",
    "Elder",
    "Fallow",
    "Fern",
    "Gorse",
    "Hazel",
    "Heron",
    "Juniper",
    "Kiln",
    "Larch",
    "Linden",
    "Marsh",
    "Mill",
    "Nettle",
    "Osier",
    "Pebble",
    "Quarry",
    "Rowan",
    "Saffron",
    "Tarn",
    "Umber",
    "Vetch",
    "Willow",
    "Yarrow",
)
LATIN_ENDINGS: Final = (
    "bank",
    "beck",
    "bourne",
    "brook",
    "combe",
    "croft",
    "dale",
    "field",
    "ford",
    "gate",
    "hollow",
    "holt",
    "hurst",
    "ley",
    "mere",
    "moor",
    "mouth",
    "quay",
    "ridge",
    "stead",
    "thorpe",
    "wick",
    "wold",
    "worth",
)
LATIN_TRADES: Final = (
    "Foods",
    "Hotel",
    "Bakery",
    "Provisions",
    "Catering",
    "Cold Storage",
    "Seafood",
    "Dairy",
    "Kitchens",
    "Brewing",
    "Logistics",
    "Markets",
    "Laboratories",
    "Fresh",
)

CHINESE_SIGNS: Final = "云溪岚松鹤禾桐砚渚榆苇澜霁青竹石棠雁望栖漱丹檀沐晴朗泊川麓原野舟帆渔樵耕穗桥塘湾屿峰岭林泉露霜"
CHINESE_TRADES: Final = (
    "餐饮管理",
    "食品",
    "超市",
    "冷链物流",
    "水产批发",
    "烘焙",
    "酒店",
    "乳业",
    "中央厨房",
    "生鲜配送",
    "医药",
    "速冻食品",
    "农贸市场",
    "茶饮",
)

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏"
    "程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺"
)
GIVEN_SIGNS: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文斌志宇欣怡佳琪子涵雨晨思远嘉"
    "豪梓轩一诺若曦书瑶景行安然"
)
LATIN_GIVEN: Final = (
    "Alice",
    "Ben",
    "Clara",
    "Daniel",
    "Emma",
    "Felix",
    "Grace",
    "Henry",
    "Iris",
    "Jack",
    "Kate",
    "Leo",
    "Maya",
    "Noah",
    "Olive",
    "Peter",
    "Quinn",
    "Ruth",
    "Samuel",
    "Tess",
    "Uma",
    "Victor",
    "Wendy",
    "Yusuf",
    "Zoe",
)
LATIN_FAMILY: Final = (
    "Abbot",
    "Barrow",
    "Castle",
    "Dunn",
    "Easton",
    "Farrow",
    "Garland",
    "Hale",
    "Ives",
    "Jarvis",
    "Kemp",
    "Lowe",
    "Marlow",
    "Nash",
    "Orton",
    "Pryor",
    "Quayle",
    "Rowe",
    "Sewell",
    "Tate",
    "Underhill",
    "Vane",
    "Wells",
    "Yates",
)

JOB_TITLES: Final = (
    "采购经理",
    "Purchasing manager",
    "总经理",
    "Owner",
    "设备主管",
    "Chief engineer",
    "财务",
    "Quality lead",
)
TAGS: Final = ("key account", "旺季", "multi-site", "price-sensitive", "new site", "付款慢", "food safety", "续约")
ACTIVITY_KINDS: Final = ("visit", "call", "message", "note", "meeting")
ACTIVITY_SHARES: Final = (38, 26, 18, 12, 6)
OUTCOMES: Final = ("follow up", "已完成", "interested", "要报价", "done", "再联系", "call back", "有意向")
SUBJECTS: Final = (
    "Quarterly walk-through",
    "季度巡检",
    "Price question",
    "询价",
    "Delivery agreed",
    "约送货",
    "Report wanted",
    "要温度报告",
    "Site survey",
    "现场勘测",
    "Renewal of maintenance",
    "维保续签",
    "Alarm in the night",
    "夜间报警",
)
SENTENCES: Final = (
    "Checked every unit, seals on room {n} are worn.",
    "{n} 号库门封条老化，其余正常。",
    "Asked for a price by the end of the week.",
    "这周内要报价。",
    "Truck comes at {n} in the morning.",
    "货车早上 {n} 点到。",
    "Peaks to {n} °C on delivery mornings, the door stands open too long.",
    "送货早上最高到 {n} °C，是开门时间太长。",
    "Second site is being looked at, nothing signed.",
    "在看第二个点，还没签。",
    "Content with the service, wants fewer alarms.",
    "对服务满意，希望少报警。",
    "Decision falls in {n} weeks.",
    "{n} 周后定。",
)
TASK_TITLES: Final = (
    "Send the quote",
    "发送报价",
    "Call back",
    "回电",
    "Order gaskets",
    "订门封",
    "Confirm the date",
    "确认日期",
)
PRODUCTS: Final = (
    # code, name, Chinese name, price in yuan
    ("S-20", "Cold room, 20 m³", "冷库 20 m³", 68_000),
    ("S-60", "Cold room, 60 m³", "冷库 60 m³", 186_000),
    ("S-12", "Blast chiller", "速冻柜", 54_000),
    ("S-03", "Display cabinet", "陈列柜", 42_000),
    ("S-02", "Air curtain", "风幕机", 9_800),
    ("S-45", "Glycol chiller", "乙二醇冷水机", 238_000),
    ("S-28", "Medicine cabinet", "医药冷藏柜", 28_500),
    ("S-99", "Maintenance, per unit and year", "维保（每台每年）", 4_800),
)
STAGE_KEYS: Final = (
    ("qualify", 10),
    ("survey", 8),
    ("proposal", 7),
    ("negotiate", 4),
    ("verbal", 2),
    ("won", 42),
    ("lost", 27),
)
