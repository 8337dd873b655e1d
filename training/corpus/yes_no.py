"""Facts asked so that the answer is yes or no, or one of two things.

The answer begins with the right word, and then says the fact: "No, Mount Fuji is in Japan." It never repeats
what is wrong, so that a right answer names one value only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from .facts import FactGroup
from .people import RELATIVES, person
from .wording import capitals, expand, fill

Row = dict[str, str]


@dataclass(frozen=True)
class Claim:
    """A kind of fact as a claim.

    English: "{verb} {subject} {rest}?", with `says` as it is said without asking. Chinese: `says`, whose verb `verb` can be denied.
    {v} is what is claimed; `part` is how it is named in a choice.
    """

    subject: str
    verb: str
    rest: str
    says: str
    part: str = "{v}"
    pronoun: str = "it"


_CLAIMS: dict[str, dict[str, tuple[Claim, ...]]] = {
    "en": {
        "landmark_country": (Claim("{x}", "is", "in {v}", "{x} is in {v}", "in {v}"),),
        "landmark_city": (Claim("{x}", "is", "in {v}", "{x} is in {v}", "in {v}"),),
        "capital": (Claim("the capital of {x}", "is", "{v}", "the capital of {x} is {v}"), Claim("{v}", "is", "the capital of {x}", "{v} is the capital of {x}")),
        "capital_of": (Claim("{capital}", "is", "in {v}", "{capital} is in {v}", "in {v}"), Claim("{capital}", "is", "the capital of {v}", "{capital} is the capital of {v}", "of {v}")),
        "continent": (Claim("{x}", "is", "in {v}", "{x} is in {v}", "in {v}"),),
        "language": (Claim("people in {x}", "do", "speak {v}", "people in {x} speak {v}", pronoun="they"), Claim("the language of {x}", "is", "{v}", "the language of {x} is {v}")),
        "animal_kind": (Claim("{ax}", "is", "a {v}", "{ax} is a {v}", "a {v}"),),
        "animal_food": (Claim("{ax}", "does", "eat {v}", "{ax} eats {v}"), Claim("{xs}", "do", "eat {v}", "{xs} eat {v}", pronoun="they")),
        "food_colour": (Claim("{x}", "{is}", "{v}", "{x} {is} {v}", pronoun="{they}"),),
        "food_taste": (Claim("{x}", "{do}", "taste {v}", "{x} {tastes} {v}", pronoun="{they}"),),
        "food_kind": (Claim("{x}", "{is}", "a kind of {v}", "{x} {is} a kind of {v}", "a {v}", pronoun="{they}"),),
        "colour": (Claim("{x}", "{is}", "{v}", "{x} {is} {v}", pronoun="{they}"),),
        "dish_country": (Claim("{x}", "{is}", "from {v}", "{x} {is} from {v}", "from {v}", pronoun="{they}"),),
        "season_next": (Claim("the season after {x}", "is", "{v}", "the season after {x} is {v}"),),
        "day_next": (Claim("the day after {x}", "is", "{v}", "the day after {x} is {v}"), Claim("{v}", "does", "come right after {x}", "{v} comes right after {x}")),
        "day_before": (Claim("the day before {x}", "is", "{v}", "the day before {x} is {v}"),),
        "month_next": (Claim("the month after {x}", "is", "{v}", "the month after {x} is {v}"),),
        "month_season": (Claim("{x}", "is", "in {v}", "{x} is in {v}", "in {v}"),),
        "opposite": (Claim("the opposite of {x}", "is", "{v}", "the opposite of {x} is {v}"),),
        "count": (Claim("{x}", "does", "have {v} {p}", "{x} has {v} {p}", "{v} {p}"),),
        "parts": (Claim("{x}", "does", "have {v} {p}", "{x} has {v} {p}", "{v} {p}"),),
        "most": (Claim("the {x} in the world", "is", "{v}", "the {x} in the world is {v}"), Claim("{v}", "is", "the {x}", "{v} is the {x}")),
        "money": (Claim("the money of {x}", "is", "{v}", "the money of {x} is {v}"),),
    },
    "zh": {
        "landmark_country": (Claim("{x}", "在", "{v}", "{x}在{v}", "在{v}"),),
        "landmark_city": (Claim("{x}", "在", "{v}", "{x}在{v}", "在{v}"),),
        "capital": (Claim("{x}的首都", "是", "{v}", "{x}的首都是{v}", "是{v}"), Claim("{v}", "是", "{x}的首都", "{v}是{x}的首都")),
        "capital_of": (Claim("{capital}", "在", "{v}", "{capital}在{v}", "在{v}"), Claim("{capital}", "是", "{v}的首都", "{capital}是{v}的首都", "是{v}的")),
        "continent": (Claim("{x}", "在", "{v}", "{x}在{v}", "在{v}"),),
        "language": (Claim("{x}人", "说", "{v}", "{x}人说{v}", "说{v}"), Claim("{x}的语言", "是", "{v}", "{x}的语言是{v}", "是{v}")),
        "animal_kind": (Claim("{x}", "是", "{v}", "{x}是{v}", "是{v}"),),
        "animal_food": (Claim("{x}", "吃", "{v}", "{x}吃{v}", "吃{v}"),),
        "food_colour": (Claim("{x}", "是", "{v}的", "{x}是{v}的", "是{v}的"),),
        "food_taste": (Claim("{x}", "是", "{v}的", "{x}是{v}的", "是{v}的"),),
        "food_kind": (Claim("{x}", "是", "{v}", "{x}是{v}", "是{v}"),),
        "colour": (Claim("{x}", "是", "{v}的", "{x}是{v}的", "是{v}的"),),
        "dish_country": (Claim("{x}", "是", "{v}的", "{x}是{v}的", "是{v}的"),),
        "season_next": (Claim("{x}之后", "是", "{v}", "{x}之后是{v}", "是{v}"),),
        "day_next": (Claim("{x}之后", "是", "{v}", "{x}之后是{v}", "是{v}"),),
        "day_before": (Claim("{x}的前一天", "是", "{v}", "{x}的前一天是{v}", "是{v}"),),
        "month_next": (Claim("{x}之后", "是", "{v}", "{x}之后是{v}", "是{v}"),),
        "month_season": (Claim("{x}", "是", "{v}", "{x}是{v}", "是{v}"),),
        "opposite": (Claim("“{x}”的反义词", "是", "“{v}”", "“{x}”的反义词是“{v}”", "是“{v}”"),),
        "count": (Claim("{x}", "有", "{v}{p}", "{x}有{v}{p}", "有{v}{p}"),),
        "parts": (Claim("{x}", "有", "{v}{p}", "{x}有{v}{p}", "有{v}{p}"),),
        "most": (Claim("世界上{x}", "是", "{v}", "世界上{x}是{v}", "是{v}"),),
        "money": (Claim("{x}的货币", "是", "{v}", "{x}的货币是{v}", "是{v}"),),
    },
}

# What could be true after all is never claimed as false.
_MEAT = {"en": ("meat", "fish"), "zh": ("肉", "鱼")}
_PLANTS = {"en": ("grass", "bamboo", "leaves"), "zh": ("草", "竹子", "树叶")}
_PLANT_EATERS = {"en": "rabbit panda elephant horse cow sheep camel giraffe kangaroo zebra bee butterfly".split(), "zh": "兔子 熊猫 大象 马 牛 羊 骆驼 长颈鹿 袋鼠 斑马 蜜蜂 蝴蝶".split()}
_MEAT_EATERS = {"en": "cat tiger lion whale eagle penguin owl shark frog snake wolf dolphin crocodile".split(), "zh": "猫 老虎 狮子 鲸鱼 老鹰 企鹅 猫头鹰 鲨鱼 青蛙 蛇 狼 海豚 鳄鱼".split()}
_FAR_COLOURS = {
    "en": {"blue": ("red", "yellow"), "purple": ("yellow", "grey"), "black": ("pink", "yellow"), "yellow": ("blue", "purple"), "red": ("blue", "grey"), "green": ("blue", "grey"), "white": ("black", "blue"), "orange": ("blue", "purple"), "brown": ("blue", "green"), "grey": ("green", "red"), "pink": ("blue", "black")},
    "zh": {
        "蓝色": ("红色", "黄色"), "紫色": ("黄色", "灰色"), "黑色": ("粉红色", "黄色"), "黄色": ("蓝色", "紫色"), "红色": ("蓝色", "灰色"), "绿色": ("蓝色", "灰色"), "白色": ("黑色", "蓝色"), "橙色": ("蓝色", "紫色"), "棕色": ("蓝色", "绿色"), "灰色": ("绿色", "红色"), "粉红色": ("蓝色", "黑色"),
    },
}
_FAR_TASTES = {"en": {"sweet": ("salty", "bitter"), "sour": ("salty", "bitter"), "hot": ("sweet", "sour"), "salty": ("sweet", "sour"), "bitter": ("sour", "salty"), "mild": ("sour", "bitter"), "fresh": ("bitter", "salty")}, "zh": {"甜": ("咸", "苦"), "酸": ("咸", "苦"), "辣": ("甜", "酸"), "咸": ("甜", "酸"), "苦": ("酸", "咸"), "清淡": ("酸", "苦"), "清爽": ("苦", "咸")}}
_FAR_LANGUAGES = {"en": "Japanese Thai Greek Swedish Polish Norwegian".split(), "zh": "日语 泰语 希腊语 瑞典语 波兰语 挪威语".split()}
_OPEN_QUESTIONS = {"Russia", "俄罗斯", "Turkey", "土耳其", "Egypt", "埃及", "Indonesia", "印度尼西亚", "tomatoes", "西红柿", "fish", "鱼", "gold", "金子", "the night", "夜晚"}
"""Of which more than one thing can be said."""
_TWO_ANSWERS = {("food_taste", "chocolate"), ("food_taste", "巧克力"), ("dish_country", "kimchi"), ("dish_country", "泡菜"), ("dish_country", "curry"), ("dish_country", "咖喱"), ("opposite", "hard"), ("opposite", "right"), ("opposite", "light"), ("opposite", "轻")}
# Big cities that many people take for capitals.
_NOT_CAPITALS = {
    "Australia": "Sydney", "the United States": "New York", "Turkey": "Istanbul", "China": "Shanghai", "Brazil": "Rio", "Canada": "Toronto", "Switzerland": "Zurich", "Spain": "Barcelona", "澳大利亚": "悉尼", "美国": "纽约", "土耳其": "伊斯坦布尔", "中国": "上海", "巴西": "里约", "加拿大": "多伦多", "瑞士": "苏黎世", "西班牙": "巴塞罗那",
}
_DECOYS = {
    "en": {"largest ocean": "the Atlantic", "highest mountain": "Mount Fuji", "longest river": "the Amazon", "largest country": "China", "largest continent": "Africa", "largest animal": "the elephant", "tallest animal": "the elephant", "fastest land animal": "the horse", "smallest country": "Japan"},
    "zh": {"最大的海洋": "大西洋", "最高的山": "富士山", "最长的河": "亚马孙河", "最大的国家": "中国", "最大的洲": "非洲", "最大的动物": "大象", "最高的动物": "大象", "跑得最快的动物": "马", "最小的国家": "日本"},
}


def asks_so(group: FactGroup) -> bool:
    """Whether this kind of fact can be asked by a claim."""
    return group.name in _CLAIMS[group.lang]


def wrong_value(rng: Random, group: FactGroup, row: Row) -> str | None:
    """A value that the fact certainly does not have; none where that can't be said."""
    lang, x = group.lang, row.get("x", "")
    if x in _OPEN_QUESTIONS or (group.name, x) in _TWO_ANSWERS:
        return None
    mine = group.accepted(row)
    if group.name == "animal_food":
        pool = _MEAT[lang] if x in _PLANT_EATERS[lang] else _PLANTS[lang] if x in _MEAT_EATERS[lang] else ()
    elif group.name in ("food_colour", "colour"):
        pool = _FAR_COLOURS[lang].get(mine[0], ())
    elif group.name == "food_taste":
        pool = _FAR_TASTES[lang].get(mine[0], ())
    elif group.name == "language":
        pool = _FAR_LANGUAGES[lang]
    elif group.name == "most":
        pool = (_DECOYS[lang][x],)
    elif group.name == "capital" and x in _NOT_CAPITALS and rng.random() < 0.3:
        pool = (_NOT_CAPITALS[x],)
    elif group.name in ("count", "parts"):
        number = int(mine[0])
        # 366 days can be true.
        return str(number + rng.choice((-65, 5, 35)) if number > 99 else max(1, number + rng.choice((-2, -1, 1, 2, 3))))
    else:
        pool = [other[group.check].split("/")[0] for other in group.rows]
        if group.name == "landmark_city":
            # "In the desert" may be true of many things.
            pool = [city for city in pool if not city.startswith("the ") and "部" not in city and "沙漠" not in city]
        elif group.name == "food_kind":
            pool = [kind for kind in pool if kind not in ("food", "食物")]
    fitting = [value for value in pool if value not in mine and value != x]
    return rng.choice(fitting) if fitting else None


_EN_ASKS = (
    # Template, whether it denies, whether "yes" agrees with what is said (and not with the fact).
    ("{V} {s} {r}?", False, False), ("{V} {s} {r}?", False, False), ("{V} {s} {r}?", False, False), ("{says}, {v}n't {they}?", False, False), ("{says}, right?", False, False), ("{says}?", False, False), ("is it true that {says}?", False, False), ("{V} {s} {r}, yes or no?", False, False),
    ("is it right that {says}?", False, False), ("I think {says}. Is that right?", False, False), ("they say {says}. Is that so?", False, False), ("yes or no: {says}?", False, False), ("tell me, {v} {s} {r}?", False, False), ("so {says}?", False, False), ("{says}, correct?", False, False), ("true or false: {says}", False, False),
    ("{V}n't {s} {r}?", False, False), ("{V}n't {s} {r}?", False, False), ("{v} {s} not {r}?", False, False), ("isn't it true that {says}?", False, False), ("am I right that {says}?", False, False), ("do you think {says}?", False, False), ("surely {says}?", False, False), ("could it be that {says}?", False, False),
    *((wording, False, False) for wording in (
        "[my {relative}|{name}|my friend|a friend|our teacher|somebody|a boy at school|a girl in my class|the guide|my book|the radio] [says|said|claims|thinks|believes|insists|told me|is sure|is convinced|keeps saying] [that |]{says}. [Is that so?|Is that right?|Is it true?|Is that true?|True?|Right?|Can that be?|Do you agree?|Yes or no?|Does that fit?|What do you say?|Correct?|Can I believe it?]",
        "[I|we] [think|thought|believe|guess|suppose|heard|read|learned|say|remember|am sure] [that |]{says}. [Is that so?|Is it right?|Is that true?|True?|Right?|Am I right?|Are we right?|Do you agree?|Yes or no?|Is this correct?|Did I get that right?|What do you say?]", "{says}, [isn't that so|isn't that right|isn't that true|don't you think|don't you agree|do you agree|or not|or is it not|yes or no|true or false|true|is that so|is that right|is that correct|is it true|no]?",
        "{says}, [I think|I guess|I believe|I suppose|I hear|they say|people say|you know|I am told|as far as I know|if I remember well|unless I mix something up][?|.|]", "[can|could|may] it be[ true|] that {says}?", "[do|would] you [agree|believe|think|say yes|nod|confirm] [that|when I say that|if I say that] {says}?", "[is it|would it be] [true|right|correct|fair|okay] to [say|write|claim|think] [that |]{says}?",
        "[check|please check|judge|mark|confirm|test]: {says}[.|?|]", "[right or wrong|yes or no|true or not|correct or not|a fact or not]: {says}[.|?|]", "{says}[ - | ... |. ][yes or no|true or false|right or wrong|true or not|correct][?|]", "[so|and|but|then|oh|really|what|wait|hm], {says}?", "[so|and|but|then|oh|really|hm], {v} {s} {r}?",
        "{V} {s} [really|truly|in fact|actually|perhaps|still|maybe] {r}?", "{V} {s} {r}, [or not|true|do you think|right|am I right|I wonder|what do you think|is that so]?", "[tell me if|say if|do you know if|I wonder if|I want to know if|can you say whether|let me know whether|I'm not sure whether|I don't know if|I ask myself whether] {says}[.|?]", "[how|is it] [about |possible ]that {says}?", "{V}n't {s} {r}[ after all| then| in the end|, or|, though|, please|]?",
        "isn't it [so|right|a fact|known|clear] that {says}?", "[what do you think of this|what about this|how does this sound|look at this|listen|a thought|a guess|an idea|my guess|my answer|news]: {says}[.|?|!|. Agreed?|. Okay?|. Fine?|. Good?]", "{says}[? I ask you.|? Tell me.|? I wonder.|? Please check.|? Come on.|? Be honest with me.|? What do you mean?|? I'm not certain.|? I was told so.|? It's a bet.|? Help me.]",
        "[{name}|my {relative}] [bets|swore|wrote|shouted|guesses|repeats|promises|argues|maintains|dreamed|assures me] that {says}. [Is {name} right?|Is that good?|Is it so?|What now?|Okay?|Does it hold?|Is there something wrong?|Should I believe it?|Can it be?]", "[if I say|suppose I say|when somebody says|when people say] {says}, [is that right|is it right|am I right|are they right|is it true|what do you answer]?", "[in your opinion|to your mind|as you know it|according to you|by the way|for your information], {says}?", "[can one|may I|should I|could we|do people] [say|write|claim|believe] {says}?", "[did you know|do you know|have you heard] that {says}? [Or not?|Is it so?|True?|]", "[I bet|I'd say|I would say|surely|certainly|of course|clearly] {says}[, no|, right|, yes|][?|.]", "[here is a claim|a claim|in my book it says|it is written here|someone wrote|my note says]: {says}[. True?|. Right?|. Is that so?|. Yes or no?]",
    )),
    # English answers by the fact, whichever way it is asked: "It isn't in France, right?" "Yes, it is."
    ("{denies}, {v} {they}?", True, False), ("{denies}, right?", True, False), ("{denies}, I think?", True, False), ("{denies}?", True, False),
)
_ZH_ASKS = (
    ("{says}吗？", False, False), ("{says}吗？", False, False), ("{says}吗？", False, False), ("{says}，对吗？", False, False), ("{says}，对不对？", False, False), ("{says}吧？", False, False), ("{says}，是吗？", False, False), ("{says}，是不是？", False, False), ("{says}，是真的吗？", False, False), ("{s}是不是{vr}？", False, False),
    ("{s}是{vr}吗？", False, False), ("我觉得{says}，对吗？", False, False), ("听说{says}，真的吗？", False, False), ("有人说{says}，对吗？", False, False), ("{says}对么", False, False), ("{says}，没错吧？", False, False), ("难道{says}吗？", False, False), ("{says}？", False, False), ("判断对错：{says}。", False, False),
    *((wording, False, False) for wording in (
        "[我{relative}|{name}|我朋友|同学|老师|有人|导游|书上|电视上|隔壁阿姨|网友][说|认为|觉得|以为|告诉我|坚持说|一直说|相信|猜|打赌说]{says}[，对吗？|，是吗？|，是真的吗？|，是这样吗？|，对不对？|，真的假的？|，可信吗？|，你同意吗？|。对还是错？|，是不是？|，没说错吧？|，你怎么看？]",
        "[我|我们][想|觉得|以为|猜|认为|听说|读到|学过|看到|知道|相信]{says}[，对吗？|，对不对？|，是吧？|，是这样吗？|，是真的吗？|，没错吧？|。对还是错？|，你同意吗？|，这对吗？|，说得对不对？]", "{says}[，对还是不对？|，真的假的？|，是这样吗？|，这对吗？|，这是真的吗？|，没问题吧？|，正确吗？|，你说呢？|，是还是不是？|，说对了吗？|，同意吗？|，可以这么说吗？|，是事实吗？|，对吧？|，不是吗？|，我说得对吗？|，这话对吗？|，这种说法对吗？]",
        "[请判断|判断一下|判断|对错题|对还是错|是非题|请核对|核实一下|检查一下|看看对不对]：{says}[。|？|]", "{s}[是否|究竟是不是|到底是不是|真的是|应该是不是|可不可以说是]{vr}[？|]", "[会不会|可不可能|该不会|是不是说|能不能说|可以说|真的|真是|请问|请问是不是|你说|难不成|那么|所以|原来]{says}[？|吗？]", "[能|可以]说{says}吗？", "说{says}[对吗|对不对|行吗|没错吧]？",
        "[听好|看这句|一个想法|我的答案|新闻里|猜一下|有一条]：{says}[。|？|！|。同意吗？|。行吗？|。可以吗？|。怎么样？]", "{says}？[我问你。|告诉我。|请查一下。|我不敢肯定。|别人说的。|打个赌。|帮我看看。|你来判断。|说实话。]", "[{name}|我{relative}][打赌|写道|喊着|重复说|保证|争辩说|梦见|断言|咬定]{says}，[{name}对吗？|行不行？|是这么回事吗？|怎么办？|站得住脚吗？|有问题吗？|该信吗？|可能吗？|说得对吗？]", "[要是|如果|假如][我|有人|别人]说{says}，[对吗|对不对|说对了吗|是真的吗|你怎么回答]？", "[依你看|在你看来|照你说|据你所知|按你的说法]，{says}[吗|对吗|是不是|]？", "[可不可以|能不能|应不应该|该不该]说{says}？", "你知[道|不知道]{says}[吗|]？[对不对？|是真的吗？|]", "{s}[莫不是|想必是|该是|不就是|总归是|也许是]{vr}[吧|吗|]？",
        "{says}，[有人这么说|大家都这么说|我听说的|书上写的|我猜的][，对吗？|。对不对？|，是真的吗？]", "[肯定|当然|显然|大概|好像|似乎]{says}[吧？|，对吧？|，是吗？]", "[想确认一下|确认一下|问一下|我想知道|你知道]，{says}[吗？|，对吗？|，是吗？]", "{s}[真的|确实|的确]是{vr}[吗？|么？]", "{says}[是真的？|没错？|对？|是吧|不？|嘛？]", "[有个说法|有句话|笔记上写着|题目说]：{says}[。对吗？|。对不对？|。是真的吗？]",
    )),
    ("{s}不是{vr}吗？", False, False), ("{s}不是{vr}吗？", False, False), ("{s}不是{vr}嘛", False, False), ("不是说{says}吗？", False, False), ("{s}难道不是{vr}吗？", False, False),
    # Chinese agrees with what is said: these turn the word round, and are few, or unknown words would turn it round too.
    ("{denies}，对吗？", True, True),
)
_SPOKEN_PLAINLY = 0.6
"""Share of the drawn denials that are asked without one after all: where few claims are denied, a claim in unknown words is not taken for a denial."""
# Evaluation has an uncle who is wrong.
_TELLERS = {"en": [one for one in RELATIVES["en"] if one != "uncle"], "zh": [one for one in RELATIVES["zh"] if one != "叔叔"]}
_HELD_EN = (("would you say that {says}?", False, False), ("my uncle swears {says}. Is he right?", False, False), ("{says}, or am I wrong?", False, False), ("{V}n't {s} {r}, by any chance?", False, False), ("fact check: {says}.", False, False))
_HELD_ZH = (("{says}，我没记错吧？", False, False), ("我舅舅非说{says}，他说得对吗？", False, False), ("{says}，有这回事吗？", False, False), ("莫非{says}？", False, False), ("敢问{s}可是{vr}？", False, False))
_CHOICE = {
    "en": ("{V} {s} {one} or {two}?", "{V} {s} {one} or {two}?", "{V} {s} {one}, or {two}?", "which is right: {v} {s} {one} or {two}?", "{s}: {one} or {two}?", "tell me: {v} {s} {one} or {two}?", "I don't know if {s} {v} {one} or {two}.", "{V} {s} {one} or rather {two}?"),
    "zh": ("{s}{one}还是{two}？", "{s}{one}还是{two}？", "{s}到底{one}还是{two}？", "{s}，{one}还是{two}？", "{one}还是{two}，{s}？", "请问{s}{one}还是{two}？", "你说{s}{one}还是{two}？", "{s}究竟{one}，还是{two}？", "我不知道{s}{one}还是{two}。"),
}
_HELD_CHOICE = {"en": ("pick one for me, {v} {s} {one} or {two}?", "{V} {s} {one} or, hmm, {two}?"), "zh": ("二选一：{s}{one}还是{two}？", "{s}{one}呢，还是{two}呢？")}

# Where the first answer of a group says more than was asked.
_SHORT = {
    ("landmark_country", "en"): "{x} is in {country}.", ("landmark_country", "zh"): "{x}在{country}。", ("animal_kind", "en"): "{ax} is {akind}.", ("animal_kind", "zh"): "{x}是{kind}。",
    ("landmark_kind", "en"): "{x} is {akind}.", ("landmark_kind", "zh"): "{x}是{kind}。",
}
YES = {"en": ("yes", "right", "correct", "true"), "zh": ("是", "对", "没错", "嗯", "正确", "在", "有", "吃", "说")}
NO = {"en": ("no", "wrong", "false"), "zh": ("不", "错", "没有", "没，", "否")}


@dataclass(frozen=True)
class Asked:
    """A question of yes or no (`agrees` is set), or of one thing or another (it is not)."""

    text: str
    row: Row
    agrees: bool | None


def _slots(group: FactGroup, claim: Claim, row: Row, value: str) -> dict[str, str]:
    slots = {**group.shown(row), "v": value}
    slots.setdefault("is", "is")
    slots["they"] = "they" if slots.get("is") == "are" else "it"
    return slots


def _an(text: str) -> str:
    return re.sub(r"\ba (?=[aeio])", "an ", text)


def _pieces(rng: Random, group: FactGroup, claim: Claim, row: Row, value: str) -> dict[str, str]:
    slots = _slots(group, claim, row, value)
    say = lambda template: _an(fill(rng, template, slots)) if group.lang == "en" else fill(rng, template, slots)  # noqa: E731
    subject, verb, rest = say(claim.subject), say(claim.verb), say(claim.rest)
    pieces = {"s": subject, "r": rest, "v": verb, "V": verb, "says": say(claim.says), "they": say(claim.pronoun)}
    if group.lang == "en":
        pieces["denies"] = f"{subject} {verb}n't {rest}"
    else:
        pieces["denies"] = f"{subject}{'没' if verb == '有' else '不'}{verb}{rest}"
        pieces["vr"] = rest if verb == "是" else verb + rest
    return pieces


def ask(rng: Random, group: FactGroup, row: Row, held: bool = False) -> Asked | None:
    """A yes-or-no question; true half of the time, where something false can be claimed."""
    true = rng.random() < 0.5
    value = rng.choice(group.accepted(row)[:1]) if true else wrong_value(rng, group, row)
    if value is None:
        true, value = True, group.accepted(row)[0]
    claim = rng.choice(_CLAIMS[group.lang][group.name])
    pool = (_HELD_EN if held else _EN_ASKS) if group.lang == "en" else (_HELD_ZH if held else _ZH_ASKS)
    template, denies, with_words = rng.choice(pool)
    if denies and rng.random() < _SPOKEN_PLAINLY:
        template, denies, with_words = rng.choice([wording for wording in pool if not wording[1]])
    tellers = {} if held else {"name": person(rng, group.lang)["name"], "relative": rng.choice(_TELLERS[group.lang])}
    text = expand(rng, template, **_pieces(rng, group, claim, row, value), **tellers)
    agrees = true if not (denies and with_words) else not true
    return Asked(text, row, agrees)


def choice(rng: Random, group: FactGroup, row: Row, held: bool = False) -> Asked | None:
    """A question that names the right value and a wrong one."""
    wrong = wrong_value(rng, group, row)
    if wrong is None:
        return None
    claims = [claim for claim in _CLAIMS[group.lang][group.name] if "{v}" not in claim.subject]
    if not claims or group.lang == "en" and claims[0].verb in ("do", "does", "{do}"):
        claims = [claim for claim in claims if claim.verb in ("is", "{is}")] or claims
    claim = rng.choice(claims)
    values = [group.accepted(row)[0], wrong]
    rng.shuffle(values)
    pieces = _pieces(rng, group, claim, row, values[0])
    one, two = (_an(fill(rng, claim.part, _slots(group, claim, row, value))) for value in values)
    if group.lang == "en":
        # "Does a cat eat fish or grass?": the verb stays before what is chosen.
        verb = pieces["r"].removesuffix(one).strip() if pieces["r"].endswith(one) else ""
        pieces["s"] = f"{pieces['s']} {verb}".strip()
        templates = (_HELD_CHOICE if held else _CHOICE)["en"]
        template = rng.choice(templates if pieces["v"] == "is" and not verb else templates[:2])
    else:
        template = rng.choice((_HELD_CHOICE if held else _CHOICE)["zh"])
    text = expand(rng, template, one=one, two=two, **pieces)
    return Asked(text.replace("还是是", "还是").replace("还是有", "还是"), row, None)


def answer(rng: Random, group: FactGroup, row: Row, asked: Asked, style: str) -> str:
    """The right word first, and then the fact."""
    lang = group.lang
    value = group.accepted(row)[0]
    fact = fill(rng, statement(group), group.shown(row))
    if asked.agrees is None:
        first = value[:1].upper() + value[1:]
        if style == "terse":
            return first + ("." if lang == "en" else "。")
        return capitals(f"{first}. {fact[:1].upper()}{fact[1:]}" if lang == "en" else f"{first}。{fact}")
    word = ("Yes" if asked.agrees else "No") if lang == "en" else ("对" if asked.agrees else "不对")
    return f"{word}, {fact}" if lang == "en" else f"{word}，{fact}"


def statement(group: FactGroup) -> str:
    """One sentence that says the fact and names what it is about."""
    return _SHORT.get((group.name, group.lang)) or group.answer[0]


def begins_right(text: str, lang: str, asked: Asked) -> bool:
    """Whether an answer begins as it has to: with yes or no, or, where there was a choice, without yes and no."""
    low = text.strip().lower()
    yes, no = (low.startswith(words[lang]) for words in (YES, NO))
    if asked.agrees is None:
        return not low.startswith(("yes", "no,", "no.", "对，", "不对", "是的"))
    return yes and not no if asked.agrees else no
