"""Normalises characters that the reader's model mixes up. Pure.

The PP-OCR models read simplified Chinese too and sometimes answer with the simplified form of a Japanese
character. Only forms that are not Japanese characters themselves are mapped; variant kanji of names (髙 﨑
邉) are not touched, the chip gives those.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.ocr.text import TextLine

SIMPLIFIED_PAIRS = (
    "别別 岛島 现現 广広 县県 乡郷 东東 长長 码碼 说説 记記 银銀 门門 间間 关関 开開 见見 证証 书書 项項 "
    "预預 领領 顺順 颜顔 风風 飞飛 马馬 鸟鳥 齐斉 龙竜 泽沢 滨浜 边辺 实実 荣栄 龄齢 气気 发発 传伝 丰豊 "
    "严厳 樱桜 冈岡 桥橋 铃鈴 张張 细細 绘絵 结結 纪紀 绫綾 贵貴 贺賀 诚誠 义義 华華 阳陽 汤湯 冲沖 泷滝 "
    "宫宮 涩渋 丽麗 纯純 织織 钟鐘 铁鉄 轮輪 过過 连連 爱愛 阵陣 图図 镜鏡 频頻 "
    "树樹 鹤鶴 凤鳳 龟亀 绪緒 绿緑 纱紗 纺紡 缘縁 练練 级級 约約 红紅 纸紙 纲綱 纳納 终終 组組 绍紹 "
    "经経 统統 继継 绩績 续続 编編 缩縮 总総 贞貞 负負 财財 责責 货貨 质質 费費 资資 赏賞 赖頼 轩軒 "
    "辉輝 车車 军軍 载載 轻軽 辅輔 软軟 转転 农農 郑鄭 针針 钓釣 钢鋼 钱銭 锅鍋 锦錦 键鍵 镇鎮 镰鎌 "
    "闭閉 问問 闲閑 闻聞 阁閣 际際 陆陸 难難 雾霧 页頁 须須 题題 饭飯 饮飲 饰飾 馆館 驱駆 驹駒 骏駿 "
    "骑騎 验験 鲁魯 鲜鮮 鲤鯉 鸭鴨 鹰鷹 临臨 为為 举挙 乐楽 习習 亚亜 亲親 亿億 仪儀 优優 伟偉 侧側 "
    "债債 倾傾 动動 务務 劳労 势勢 协協 单単 卖売 卢盧 压圧 变変 员員 团団 围囲 坟墳 垒塁 处処 备備 "
    "头頭 夹挟 奖奨 妇婦 娱娯 孙孫 审審 宪憲 宾賓 尝嘗 尧尭 层層 岁歳 岚嵐 币幣 师師 帐帳 带帯 归帰 "
    "庆慶 废廃 强強 弹弾 录録 忆憶 恳懇 悬懸 惯慣 戏戯 战戦 户戸 执執 扩拡 扫掃 抚撫 护護 报報 拟擬 "
    "择択 损損 换換 摄摂 敌敵 时時 显顕 晓暁 晖暉 暂暫 术術 杀殺 杂雑 权権 杨楊 枪槍 枫楓 标標 栈桟 "
    "栏欄 样様 检検 椭楕 欢歓 毕畢 汇彙 汉漢 济済 浊濁 测測 浓濃 润潤 涡渦 满満 炼錬 热熱 焕煥 爷爺 "
    "牵牽 狮獅 猎猟 玛瑪 环環 琼瓊 电電 畅暢 疗療 盐塩 监監 盘盤 础礎 祯禎 积積 稳穏 穷窮 竞競 笃篤 "
    "节節 简簡 纤繊 络絡 给給 绵綿 缓緩 缔締 罗羅 罢罷 职職 联聯 肃粛 肠腸 胁脅 脑脳 艺芸 苍蒼 苏蘇 "
    "药薬 莲蓮 获獲 萤蛍 营営 萧蕭 蓝藍 蔷薔 虑慮 补補 袭襲 观観 规規 视視 览覧 觉覚 计計 订訂 认認 "
    "讨討 让譲 训訓 议議 讯訊 许許 论論 设設 访訪 评評 识識 诉訴 诊診 词詞 译訳 试試 诗詩 话話 该該 "
    "详詳 语語 误誤 请請 诸諸 课課 调調 谈談 谊誼 谋謀 谜謎 谦謙 谢謝 谱譜 贝貝 贡貢 贤賢 败敗 贩販 "
    "贪貪 贫貧 购購 贯貫 贮貯 贸貿 赁賃 赋賦 赔賠 赞賛 赠贈 轨軌 轴軸 较較 辈輩 输輸 还還 进進 远遠 "
    "违違 迟遅 选選 递逓 遗遺 邻隣 酱醤 释釈 鉴鑑 钝鈍 铜銅 铸鋳 链鎖 销銷 锐鋭 错錯 锡錫 闪閃 闰閏 "
    "闸閘 阅閲 队隊 阶階 险険 陈陳 隐隠 韩韓 顶頂 顷頃 顾顧 颇頗 额額 飘飄 饥飢 饱飽 馈饋 驿駅 骄驕 "
    "鱼魚 鸡鶏 鸣鳴 缲繰"
)
"""Simplified form and its Japanese form. Left out: 叶 庄 云, which are Japanese characters themselves."""
SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in SIMPLIFIED_PAIRS.split()})
DIGIT_LOOKALIKES = str.maketrans("OoＯ〇lI|ｌ", "00001111")
"""Letters that stand for digits, only where digits are expected."""
CODINGS = ("cp932", "euc_jis_2004")
"""JIS X 0208 with its usual additions, and JIS X 0213: together all characters that cards print, and more."""
MARKED = frozenset("ソゾバパビピブプベペボポ")
MIN_MARKED_CONFIDENCE = 0.90
"""On specimens four of five lost marks were read with less, and one in seven that was kept."""
BUILDINGS = re.compile(r"メゾン|コーポ|パレス|パーク|プラザ|ビル|アパート|シャンボール|スペース")
"""Words of buildings that are no words without their marks: read with them, they have them."""
KATAKANA = "[ァ-ヿ]"
KANA_SHAPED = dict(zip("八二口力工夕卜才", "ハニロカエタトオ", strict=True))
"""Kanji that look like katakana (Unicode Technical Standard 39 lists them as confusable)."""
DASH_IN_KANA = re.compile(rf"(?<={KATAKANA})[一\-―‐](?![番丁条区])")
"""The long vowel mark; in メゾン一番町 一 is a number."""
KANJI_IN_KANA = re.compile(
    rf"(?:(?<={KATAKANA})|(?<![^号地番\d])(?=.{KATAKANA}{KATAKANA}))"
    rf"[{''.join(KANA_SHAPED)}](?={KATAKANA})(?![ノヶケヵツ])"
)
"""Inside a word (サン八イツ) or where a building's name begins after a number (12号八イツ), but not before
kana that join kanji in place names (八ヶ岳, 二ノ宮)."""


def normalise(text: str) -> str:
    """Give half-width digits (NFKC), Japanese forms of simplified glyphs, and katakana among katakana."""
    return _kana(unicodedata.normalize("NFKC", text).translate(SIMPLIFIED))


def is_japanese(text: str) -> bool:
    """False where a character belongs to no Japanese character set: the reader mistook it for another."""
    return all(any(_has(coding, character) for coding in CODINGS) for character in text)


def is_sure(text: str, confidences: Sequence[float]) -> bool:
    """False where a katakana whose small marks readers lose (メソン, アパート) was read with doubt."""
    known = {place for match in BUILDINGS.finditer(text) for place in range(*match.span())}
    return all(
        confidence >= MIN_MARKED_CONFIDENCE or place in known
        for place, (character, confidence) in enumerate(zip(text, confidences, strict=True))
        if character in MARKED
    )


def _has(coding: str, character: str) -> bool:
    return bool(character.encode(coding, "ignore"))


def compact(line: TextLine) -> tuple[str, tuple[float, ...], tuple[float, ...]]:
    """Normalise a line and drop its spaces.

    Returns:
        The remaining characters, the confidence of each, and its centre as a share of the line's length.
    """
    kept = [
        (character, confidence, centre)
        for original, confidence, centre in zip(line.text, line.confidences, line.centres, strict=True)
        for character in normalise(original)
        if not character.isspace()
    ]
    text = _kana("".join(character for character, _, _ in kept))
    return text, tuple(confidence for _, confidence, _ in kept), tuple(centre for _, _, centre in kept)


def _kana(text: str) -> str:
    """Read a kanji or dash of a katakana's shape as the katakana where it stands among katakana."""
    return KANJI_IN_KANA.sub(lambda found: KANA_SHAPED[found[0]], DASH_IN_KANA.sub("ー", text))
