"""Which faces text is set in: the shipped Inter, then the system's Chinese faces, the language's own first.

Han unification makes the order matter: 直, 骨 and 令 differ between the Simplified and the Traditional face.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontDatabase

from desktop.ui.design.tokens import Faces, Tokens

_LOADED = "roundsman_fonts_loaded"

# Characters of names and trade that exist only in Traditional writing. Enough to tell the script of a
# company or a person; text without any of them looks the same, or nearly so, in both faces.
_TRADITIONAL_ONLY = frozenset(
    "萬與專業東絲兩嚴個豐臨為麗舉義烏樂喬習鄉書買亂爭於虧雲產親億僅從侖倉儀們價眾優會傘偉傳傷倫偽體傭傑備債傾儲兒"
    "兌黨蘭關興養獸內岡冊寫軍農馮沖決況凍淨涼減鳳憑凱擊鑿劉則剛創劃劇劍劑勸辦務動勵勁勞勢勝區醫華協單賣盧衛卻廠廳"
    "曆歷壓廈廚縣參雙發變葉號嘆嚇吳員聽啟響團園圍國圖圓聖場壞塊堅壇墳壘壯聲壹處備複夠頭夾奪奮獎婦媽嬌孫學寧寶實審"
    "憲宮寬賓對導壽將爾塵嘗層屆屬嶺島峽巖師帳帶幫廣慶應廟張強彈歸錄徹徑後憶憂懷態總戀戶撲執擴掃揚換據擔擁擇擊攝攤"
    "敵數齋鬥斷無舊時曠晝顯曉曬術機殺雜權條來楊極構槍樣標樓橋櫃檔檢歡歐歲殘殼毀氣漢湯溝沒滬淚潔灑濟瀏渾濃濤潤漲漸"
    "漁滲溫遊灣濕滿濱燈靈災爐點煉煙燒熱愛爺牽獨獲獻瑪環現璽電畫暢療瘋瘡皺監盤盜眾瞭礦碼磚確禮祿禪離種積稱穩窮竊競"
    "筆築籃簽簡糧糾紀約紅紋納級紙紗純細紹終結絡給絕統絲經綠維網綜緊線練組織績繼續繪羅聯職聰腦臉腳臺舊艦艱藝節蘇蘋"
    "藥蘆處虛蟲蠟補裝製複襯見規視覽覺觀觸訂計訊討訓記講許論設訪證評識詞試詩話誠詢該詳語誤說請諸課調談誼謀謝譜護讀"
    "變讓貝負財責賢敗貨質販貪貧購貴貸費賀資賈賓賜賠賴賺賽贈贊贏趕趙躍車軌軟轉輪輕載較輔輛輝輸轄辭邊遼達遷過運還這"
    "進遠違連遲選遺鄧鄭鄰釋裡針釣鈔鈴銀銅鋼錢錦鍵鍋鍊鎖鎮鏡鐵鑄鑽長門閃閉開閒間閩閱闊關陽陰陣階際陸陳隊險隨隱難雞"
    "離電霧靜韓頁頂項順須預頒頓領頸頻題額顏類顧風飛飯飲飼飽餃餅餐館饅馬馳駐駕騰驅驗驚髮鮮鯉鯨鱷鳥鳴鴻鵝鶴鷹鹽麥麵"
    "黃點齊齒齡龍龜鍾穀灃璟"
)


def load_fonts(folder: Path) -> None:
    """Register every font file below ``folder`` with the running application, once."""
    app = QCoreApplication.instance()
    if app is None or app.property(_LOADED):
        return
    for path in sorted(folder.rglob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))
    app.setProperty(_LOADED, True)


def platform_faces(tokens: Tokens) -> Faces:
    """Choose the family lists of this operating system."""
    name = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    return tokens.faces[name]


def families(faces: Faces, language: str) -> list[str]:
    """List families for text in ``language``: Latin, the language's own Chinese face, then the other one."""
    own, other = (faces.zh_hant, faces.zh_hans) if language == "zh_TW" else (faces.zh_hans, faces.zh_hant)
    return [faces.latin, *own, *other, faces.sans_fallback]


def text_language(text: str) -> str:
    """Name the language whose face text out of a record needs, ``""`` when it makes no difference."""
    if text.isascii():
        return ""
    return "zh_TW" if any(letter in _TRADITIONAL_ONLY for letter in text) else ""


def has_chinese(text: str) -> bool:
    """Tell whether there is a Chinese character in the text."""
    return not text.isascii() and any("\u3400" <= letter <= "\u9fff" for letter in text)
