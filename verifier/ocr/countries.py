"""Names of countries and regions as Japanese documents print them. Pure.

A text reader often loses the small marks of katakana (フィリビン for フィリピン): a name that is no country's
is given as the one country that differs in such marks only, and not at all where there is none.

Source: short names of the Ministry of Foreign Affairs (国・地域), and those that the Immigration Services
Agency prints for the most frequent ones.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LISTED: Final = """
中国 台湾 香港 マカオ 韓国 朝鮮 北朝鮮 米国 英国 アメリカ アメリカ合衆国 中華人民共和国 中国(香港)
中国(その他) 大韓民国 インド インドネシア カンボジア シンガポール スリランカ タイ ネパール パキスタン
バングラデシュ 東ティモール フィリピン ブータン ブルネイ ベトナム マレーシア ミャンマー モルディブ
モンゴル ラオス オーストラリア キリバス クック諸島 サモア ソロモン ソロモン諸島 ツバル トンガ ナウル
ニウエ ニュージーランド バヌアツ パプアニューギニア パラオ フィジー マーシャル マーシャル諸島
ミクロネシア アルゼンチン アンティグア・バーブーダ ウルグアイ エクアドル エルサルバドル ガイアナ カナダ
キューバ グアテマラ グレナダ コスタリカ コロンビア ジャマイカ スリナム セントクリストファー・ネービス
セントビンセント セントルシア チリ ドミニカ ドミニカ共和国 トリニダード・トバゴ ニカラグア ハイチ パナマ
バハマ パラグアイ バルバドス ブラジル ベネズエラ ベリーズ ペルー ボリビア ホンジュラス メキシコ
アイスランド アイルランド アゼルバイジャン アルバニア アルメニア アンドラ イタリア ウクライナ
ウズベキスタン エストニア オーストリア オランダ カザフスタン 北マケドニア キプロス ギリシャ キルギス
クロアチア コソボ サンマリノ ジョージア スイス スウェーデン スペイン スロバキア スロベニア セルビア
タジキスタン チェコ デンマーク ドイツ トルクメニスタン ノルウェー バチカン ハンガリー フィンランド
フランス ブルガリア ベラルーシ ベルギー ボスニア・ヘルツェゴビナ ポーランド ポルトガル マルタ モナコ
モルドバ モンテネグロ ラトビア リトアニア リヒテンシュタイン ルーマニア ルクセンブルク ロシア
アフガニスタン アラブ首長国連邦 イエメン イスラエル イラク イラン オマーン カタール クウェート
サウジアラビア シリア トルコ バーレーン ヨルダン レバノン パレスチナ アルジェリア アンゴラ ウガンダ
エジプト エスワティニ エチオピア エリトリア ガーナ カーボベルデ ガボン カメルーン ガンビア ギニア
ギニアビサウ ケニア コートジボワール コモロ コンゴ共和国 コンゴ民主共和国 サントメ・プリンシペ ザンビア
シエラレオネ ジブチ ジンバブエ スーダン 赤道ギニア セーシェル セネガル ソマリア タンザニア チャド
中央アフリカ チュニジア トーゴ ナイジェリア ナミビア ニジェール ブルキナファソ ブルンジ ベナン ボツワナ
マダガスカル マラウイ マリ 南アフリカ 南アフリカ共和国 南スーダン モーリシャス モーリタニア モザンビーク
モロッコ リビア リベリア ルワンダ レソト 無国籍
"""
NAMES: Final = frozenset(_LISTED.split())
MARKS: Final = frozenset("\u3099\u309a")
"""Combining forms of ゛ and ゜."""


def as_country(text: str) -> str | None:
    """The country of this name, or the only one whose name differs in small marks; None without one."""
    if text in NAMES:
        return text
    alike = _BY_BARE_NAME.get(_bare(text), ())
    return alike[0] if len(alike) == 1 else None


def _bare(text: str) -> str:
    """Without ゛ and ゜, and with dots of one kind."""
    parts = unicodedata.normalize("NFD", text.replace("·", "・").replace("･", "・"))
    return "".join(part for part in parts if part not in MARKS)


_BY_BARE_NAME: Final = {
    bare: tuple(name for name in NAMES if _bare(name) == bare) for bare in map(_bare, NAMES)
}
