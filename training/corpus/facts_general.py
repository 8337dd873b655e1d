"""What every beginner asks: how many, the biggest and the highest, festivals, money."""

from __future__ import annotations

from .cores_en import ENGLISH
from .cores_zh import CHINESE
from .facts import FactGroup, rows
from .wording import table

# the whole | 整体 | parts | 部分（带量词） | number | 数
COUNTS = table("""
a week | 一个星期 | days | 天 | 7/seven | 7/七
a day | 一天 | hours | 个小时 | 24/twenty-four | 24/二十四
an hour | 一个小时 | minutes | 分钟 | 60/sixty | 60/六十
a minute | 一分钟 | seconds | 秒 | 60/sixty | 60/六十
a year | 一年 | months | 个月 | 12/twelve | 12/十二
a year | 一年 | days | 天 | 365 | 365
a year | 一年 | seasons | 个季节 | 4/four | 4/四
the rainbow | 彩虹 | colours | 种颜色 | 7/seven | 7/七
""")
# what has them | 谁有 | parts | 部分（带量词） | number | 数
PARTS = table("""
a cat | 猫 | legs | 条腿 | 4/four | 4/四
a dog | 狗 | legs | 条腿 | 4/four | 4/四
a horse | 马 | legs | 条腿 | 4/four | 4/四
a bird | 鸟 | legs | 条腿 | 2/two | 2/两
an ant | 蚂蚁 | legs | 条腿 | 6/six | 6/六
a spider | 蜘蛛 | legs | 条腿 | 8/eight | 8/八
a hand | 一只手 | fingers | 根手指 | 5/five | 5/五
a triangle | 三角形 | sides | 条边 | 3/three | 3/三
a square | 正方形 | sides | 条边 | 4/four | 4/四
""")
# the most of its kind in the world | 世界上最…的 | its name | 名字
MOST = table("""
largest ocean | 最大的海洋 | the Pacific Ocean/the Pacific | 太平洋
highest mountain | 最高的山 | Mount Everest | 珠穆朗玛峰/珠峰
longest river | 最长的河 | the Nile | 尼罗河
largest country | 最大的国家 | Russia | 俄罗斯
largest continent | 最大的洲 | Asia | 亚洲
largest animal | 最大的动物 | the blue whale | 蓝鲸
tallest animal | 最高的动物 | the giraffe | 长颈鹿
fastest land animal | 跑得最快的动物 | the cheetah | 猎豹
smallest country | 最小的国家 | the Vatican | 梵蒂冈
""")
# festival | 节日 | food | 食物 | day | 日子
FESTIVALS = table("""
the Spring Festival | 春节 | dumplings | 饺子 | the first day of the lunar year | 农历正月初一
the Lantern Festival | 元宵节 | sweet rice balls | 汤圆 | the fifteenth day of the lunar year | 农历正月十五
the Dragon Boat Festival | 端午节 | rice in leaves | 粽子 | the fifth day of the fifth lunar month | 农历五月初五
the Mid-Autumn Festival | 中秋节 | mooncakes | 月饼 | the fifteenth day of the eighth lunar month | 农历八月十五
""")
# holiday | 节日 | day | 日子
DATES = table("""
Christmas | 圣诞节 | December 25 | 12月25日/十二月二十五
New Year's Day | 元旦 | January 1 | 1月1日/一月一日
China's National Day | 国庆节 | October 1 | 10月1日/十月一日
Children's Day in China | 儿童节 | June 1 | 6月1日/六月一日
""")
# country | 国家 | money | 货币
MONEY = table("""
China | 中国 | the yuan | 人民币
Japan | 日本 | the yen | 日元
the United States | 美国 | the dollar | 美元
Britain | 英国 | the pound | 英镑
France | 法国 | the euro | 欧元
Germany | 德国 | the euro | 欧元
Italy | 意大利 | the euro | 欧元
Spain | 西班牙 | the euro | 欧元
Russia | 俄罗斯 | the ruble | 卢布
India | 印度 | the rupee | 卢比
South Korea | 韩国 | the won | 韩元
Thailand | 泰国 | the baht | 泰铢
""")

_EN, _ZH = 0, 1


def _rows(cells: list[list[str]], lang: int, *names: str) -> tuple[dict[str, str], ...]:
    """Rows of one language: every other cell."""
    return rows([line[lang::2] for line in cells], *names)


# Whose question is asked in whole sentences stands in `cores_en` and `cores_zh`.
GROUPS: list[FactGroup] = [
    FactGroup(
        "count", "en", _rows(COUNTS, _EN, "x", "p", "n"), ask=ENGLISH["count"].direct,
        held=("I would like to know how many {p} there are in {x}.",), answer=("{x} has {n} {p}.", "there are {n} {p} in {x}."), check="n", first=0,
    ),
    FactGroup("count", "zh", _rows(COUNTS, _ZH, "x", "p", "n"), ask=CHINESE["count"].direct, held=("能说说{x}有几{p}吗？",), answer=("{x}有{n}{p}。", "{x}一共有{n}{p}。"), check="n", first=0),
    FactGroup(
        "parts", "en", _rows(PARTS, _EN, "x", "p", "n"), ask=ENGLISH["parts"].direct,
        held=("I would like to know how many {p} {x} has.",), answer=("{x} has {n} {p}.", "there are {n}: {x} has {n} {p}."), check="n", first=0,
    ),
    FactGroup("parts", "zh", _rows(PARTS, _ZH, "x", "p", "n"), ask=CHINESE["parts"].direct, held=("能说说{x}有几{p}吗？",), answer=("{x}有{n}{p}。", "{x}一共有{n}{p}。"), check="n", first=0),
    FactGroup(
        "most", "en", _rows(MOST, _EN, "x", "y"), ask=ENGLISH["most"].direct,
        held=("I would like to know what the {x} is.",), answer=("the {x} in the world is {y}.", "{y} is the {x} in the world."), check="y", first=0, follow=("and the {x}?", "what about the {x}?"),
    ),
    FactGroup("most", "zh", _rows(MOST, _ZH, "x", "y"), ask=CHINESE["most"].direct, held=("能说说{x}是哪个吗？",), answer=("世界上{x}是{y}。", "{y}是世界上{x}。"), check="y", first=0, follow=("那{x}呢？",)),
    FactGroup(
        "festival_food", "en", _rows(FESTIVALS, _EN, "x", "food", "day"), ask=ENGLISH["festival_food"].direct,
        held=("I would like to know what people eat at {x}.",), answer=("at {x} people eat {food}.", "people eat {food} at {x}."), check="food", first=0, follow=("and at {x}?",),
    ),
    FactGroup("festival_food", "zh", _rows(FESTIVALS, _ZH, "x", "food", "day"), ask=CHINESE["festival_food"].direct, held=("能说说{x}吃什么吗？",), answer=("{x}吃{food}。", "{x}的时候，人们吃{food}。"), check="food", first=0, follow=("那{x}呢？",)),
    FactGroup(
        "festival_day", "en", _rows(FESTIVALS, _EN, "x", "_", "day") + _rows(DATES, _EN, "x", "day"), ask=ENGLISH["festival_day"].direct,
        held=("I would like to know when {x} is.",), answer=("{x} is on {day}.", "people celebrate {x} on {day}."), check="day", first=0, follow=("and {x}?",),
    ),
    FactGroup(
        "festival_day", "zh", _rows(FESTIVALS, _ZH, "x", "_", "day") + _rows(DATES, _ZH, "x", "day"), ask=CHINESE["festival_day"].direct,
        held=("能说说{x}是哪天吗？",), answer=("{x}在{day}。", "{day}是{x}。"), check="day", first=0, follow=("那{x}呢？",),
    ),
    FactGroup(
        "money", "en", _rows(MONEY, _EN, "x", "money"), ask=ENGLISH["money"].direct,
        held=("I would like to know what the currency of {x} is.",), answer=("people in {x} pay with {money}.", "the currency of {x} is {money}."), check="money", first=0, follow=("and in {x}?",),
    ),
    FactGroup("money", "zh", _rows(MONEY, _ZH, "x", "money"), ask=CHINESE["money"].direct, held=("能说说{x}用什么钱吗？",), answer=("{x}用{money}。", "{x}的货币是{money}。"), check="money", first=0, follow=("那{x}呢？",)),
]
