"""Days and months, opposites, and a small dictionary between Chinese and English."""

from __future__ import annotations

from .ask_wordings import widened
from .facts import FactGroup, rows
from .wording import table

DAYS = table("""
Monday | 星期一
Tuesday | 星期二
Wednesday | 星期三
Thursday | 星期四
Friday | 星期五
Saturday | 星期六
Sunday | 星期日
""")

# month | 月份 | season (north) | 季节
MONTHS = table("""
January | 一月 | winter | 冬天
February | 二月 | winter | 冬天
March | 三月 | spring | 春天
April | 四月 | spring | 春天
May | 五月 | spring | 春天
June | 六月 | summer | 夏天
July | 七月 | summer | 夏天
August | 八月 | summer | 夏天
September | 九月 | autumn | 秋天
October | 十月 | autumn | 秋天
November | 十一月 | autumn | 秋天
December | 十二月 | winter | 冬天
""")

# word | opposite | 词 | 反义词
FIRST_OPPOSITES = table("""
big | small | 大 | 小
hot | cold | 热 | 冷
fast | slow | 快 | 慢
long | short | 长 | 短
high | low | 高 | 低
happy | sad | 高兴 | 难过
day | night | 白天 | 夜晚
open | closed | 开 | 关
old | young | 老 | 年轻
new | old | 新 | 旧
black | white | 黑 | 白
left | right | 左 | 右
up | down | 上 | 下
full | empty | 满 | 空
hard | soft | 硬 | 软
light | heavy | 轻 | 重
wet | dry | 湿 | 干
clean | dirty | 干净 | 脏
early | late | 早 | 晚
good | bad | 好 | 坏
rich | poor | 富 | 穷
strong | weak | 强 | 弱
near | far | 近 | 远
thick | thin | 厚 | 薄
""")

OPPOSITES = FIRST_OPPOSITES + table("""
easy | difficult | 容易 | 困难
cheap | expensive | 便宜 | 贵
true | false | 真 | 假
inside | outside | 里 | 外
beautiful | ugly | 美 | 丑
love | hate | 爱 | 恨
""")
"""Those of the first edition come first."""

# word | 词
WORDS = table("""
water | 水
fire | 火
sun | 太阳
moon | 月亮
star | 星星
mountain | 山
river | 河
sea | 大海
tree | 树
flower | 花
rain | 雨
snow | 雪
wind | 风
cat | 猫
dog | 狗
bird | 鸟
horse | 马
panda | 熊猫
apple | 苹果
banana | 香蕉
rice | 米饭
tea | 茶
milk | 牛奶
bread | 面包
egg | 鸡蛋
book | 书
school | 学校
teacher | 老师
student | 学生
friend | 朋友
mother | 妈妈
father | 爸爸
child | 孩子
house | 房子
door | 门
window | 窗户
table | 桌子
car | 汽车
train | 火车
city | 城市
red | 红色
green | 绿色
blue | 蓝色
hello | 你好
goodbye | 再见
thank you | 谢谢
sorry | 对不起
I love you | 我爱你
good morning | 早上好
good night | 晚安
model | 模型
language | 语言
word | 单词
computer | 电脑
""")


def _neighbours(cells: list[list[str]], column: int) -> tuple[dict[str, str], ...]:
    names = [row[column] for row in cells]
    count = len(names)
    return tuple(
        {"x": name, "next": names[(i + 1) % count], "before": names[i - 1], "n": str(i + 1)}
        for i, name in enumerate(names)
    )



def _both_ways(cells: list[list[str]], *names: str) -> tuple[dict[str, str], ...]:
    """Every word with its opposite, from either side."""
    there = rows(cells, *names)
    back = tuple({"x": r["y"], "y": r["x"]} for r in there if "old" not in r.values())
    # "old" is the opposite of both "young" and "new": it would have two answers.
    return tuple(r for r in there + back if r["x"] != "old")


_EN, _ZH = ("x", "y", "_", "_"), ("_", "_", "x", "y")
_MORE_OPPOSITES = OPPOSITES[len(FIRST_OPPOSITES) :]
_BOTH_EN = _both_ways(FIRST_OPPOSITES, *_EN) + _both_ways(_MORE_OPPOSITES, *_EN)
_BOTH_ZH = _both_ways(FIRST_OPPOSITES, *_ZH) + _both_ways(_MORE_OPPOSITES, *_ZH)
_DICTIONARY = rows(WORDS, "en", "zh")

GROUPS: list[FactGroup] = widened([
    FactGroup(
        "day_next", "en", _neighbours(DAYS, 0),
        ask=("what day comes after {x}?", "what is the day after {x}?", "today is {x}. What day is [it |]tomorrow?", "after {x} comes which day?"),
        held=("if today is {x}, what day is tomorrow?",),
        answer=("the day after {x} is {next}.", "after {x} comes {next}."), check="next", follow=("and after {x}?",),
    ),
    FactGroup(
        "day_next", "zh", _neighbours(DAYS, 1),
        ask=("{x}的后一天是星期几？", "{x}之后是星期几？", "今天是{x}，明天[是|]星期几？", "{x}过后是哪一天？"),
        held=("如果今天{x}，那么明天是星期几？",),
        answer=("{x}的后一天是{next}。", "{x}之后是{next}。"), check="next", follow=("那{x}之后呢？",),
    ),
    FactGroup(
        "day_before", "en", _neighbours(DAYS, 0),
        ask=("what day comes before {x}?", "what is the day before {x}?", "today is {x}. What day was yesterday?"),
        held=("if today is {x}, what day was yesterday?",),
        answer=("the day before {x} is {before}.", "before {x} comes {before}."), check="before",
    ),
    FactGroup(
        "day_before", "zh", _neighbours(DAYS, 1),
        ask=("{x}的前一天是星期几？", "{x}之前是星期几？", "今天是{x}，昨天[是|]星期几？"),
        held=("如果今天{x}，那么昨天是星期几？",),
        answer=("{x}的前一天是{before}。", "{x}之前是{before}。"), check="before",
    ),
    FactGroup(
        "month_next", "en", _neighbours(MONTHS, 0),
        ask=("what month comes after {x}?", "what is the month after {x}?", "which month follows {x}?"),
        held=("when {x} ends, which month comes?",),
        answer=("the month after {x} is {next}.", "after {x} comes {next}."), check="next", follow=("and after {x}?",),
    ),
    FactGroup(
        "month_next", "zh", _neighbours(MONTHS, 1),
        ask=("{x}之后是几月？", "{x}的下一个月是几月？", "{x}过后是哪个月？"),
        held=("{x}结束以后是几月？",),
        answer=("{x}之后是{next}。", "{x}的下一个月是{next}。"), check="next", follow=("那{x}之后呢？",),
    ),
    FactGroup(
        "month_season", "en", rows(MONTHS, "x", "_", "season", "_"),
        ask=("[which|what] season is {x} in?", "{x} is in which season?"),
        held=("tell me the season of {x}.",),
        answer=("in the north, {x} is in {season}.", "{x} is a month of {season} in the north."), check="season", follow=("and {x}?",),
    ),
    FactGroup(
        "month_season", "zh", rows(MONTHS, "_", "x", "_", "season"),
        ask=("{x}是什么季节？", "{x}属于哪个季节？", "{x}是哪个季节？"),
        held=("你知道{x}是什么季节吗？",),
        answer=("在北半球，{x}是{season}。", "{x}属于{season}。"), check="season", follow=("那{x}呢？",),
    ),
    FactGroup(
        "opposite", "en", _BOTH_EN, first=len(_both_ways(FIRST_OPPOSITES, *_EN)),
        ask=('what is the opposite of ["{x}"|{x}]?', "the opposite of {x}?", "tell me the opposite of {x}.", "which word is the opposite of {x}?"),
        held=("do you know the opposite of {x}?",),
        answer=('the opposite of "{x}" is "{y}".', 'it is "{y}".'), check="y", follow=("and {x}?", "what about {x}?"),
    ),
    FactGroup(
        "opposite", "zh", _BOTH_ZH, first=len(_both_ways(FIRST_OPPOSITES, *_ZH)),
        ask=("[“{x}”|{x}]的反义词是什么？", "{x}的反义词[呢|]？", "告诉我{x}的反义词。", "哪个词和{x}相反？"),
        held=("你知道{x}的反义词是什么吗？",),
        answer=("“{x}”的反义词是“{y}”。", "是“{y}”。"), check="y", follow=("那{x}呢？", "{x}呢？"),
    ),
    FactGroup(
        "to_zh", "en", _DICTIONARY,
        ask=('how do you say ["{en}"|{en}] in Chinese?', 'what is ["{en}"|{en}] in Chinese?', "translate {en} into Chinese.", "say {en} in Chinese.", "{en} in Chinese?"),
        held=("what is the Chinese word for {en}?",),
        answer=('"{en}" in Chinese is “{zh}”.', 'you say “{zh}”.'), check="zh", follow=("and {en}?",),
    ),
    FactGroup(
        "to_en", "en", _DICTIONARY,
        ask=("what does [“{zh}”|{zh}] mean?", "what is {zh} in English?", "translate {zh} into English.", "{zh} in English?"),
        held=("can you tell me what {zh} means?",),
        answer=('“{zh}” means "{en}".', '“{zh}” in English is "{en}".'), check="en", follow=("and {zh}?",),
    ),
    FactGroup(
        "to_en", "zh", _DICTIONARY,
        ask=("[“{zh}”|{zh}]用英语怎么说？", "{zh}的英语是什么？", "把{zh}翻译成英[语|文]。", "{zh}[用|]英文怎么说？"),
        held=("你知道{zh}用英语怎么说吗？",),
        answer=("“{zh}”的英语是“{en}”。", "可以说“{en}”。"), check="en", follow=("那{zh}呢？",),
    ),
    FactGroup(
        "to_zh", "zh", _DICTIONARY,
        ask=("{en}是什么意思？", "{en}用中文怎么说？", "把{en}翻译成中文。", "{en}的中文[意思|]是什么？"),
        held=("你知道{en}的意思吗？",),
        answer=("“{en}”的意思是“{zh}”。", "“{en}”的中文是“{zh}”。"), check="zh", follow=("那{en}呢？",),
    ),
])
