"""Small arithmetic: sums and differences up to twenty, in digits and in words."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from . import building, held_wordings, typed
from .held_wordings import HELD_SUMS
from .sums_cores import CORES
from .warmth import warm
from .wording import expand, favour_first

ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
CHINESE = "零 一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十".split()

SUMS = [(a, b) for a in range(21) for b in range(21 - a)]
DIFFERENCES = [(a, b) for a in range(21) for b in range(a + 1)]

_PLUS = {
    "en": (
        "{a}+{b}=?", "{a}+{b}=", "{a} + {b} = ?", "{a}+{b}", "what is {a}+{b}?", "what is {a} plus {b}?", "what's {a} + {b}?",
        "how much is {a} plus {b}?", "[add|please add] {a} and {b}.", "calculate {a} + {b}.",
        "what do you get if you add {a} and {b}?", "{a} plus {b} is what?", "{a} plus {b} equals?", "what is the sum of {a} and {b}?", "how much is {a}+{b}?", "please tell me what {a} + {b} is.", "solve {a} + {b}.", "add {b} to {a}.",
        "what number is {a} plus {b}?", "do you know what {a} plus {b} is?", "{a} and {b} together?", "if I have {a} and get {b}, how many do I have?", "count {a} and {b} together.",
    ),
    "zh": (
        "{a}+{b}=?", "{a}+{b}等于几？", "{a}加{b}等于[几|多少]？", "{a}加{b}是[几|多少]？", "{a}加上{b}[等于|是]多少？",
        "算一下{a}+{b}。", "{a}+{b}是多少？", "{a} + {b} = ？", "计算{a}加{b}。",
        "{a}和{b}的和是[几|多少]？", "{a}与{b}相加等于[几|多少]？", "把{a}和{b}加起来。", "{a}加{b}得几？", "{a}加{b}？", "{a}+{b}", "{a}+{b}=", "请算一算{a}+{b}。", "请计算{a}加上{b}。", "{a}再加{b}是多少？", "{a}加{b}的答案是多少？", "{a}添上{b}是几？", "{a}个加{b}个一共几个？",
    ),
}
_MINUS = {
    "en": (
        "{a}-{b}=?", "{a} - {b} = ?", "{a}-{b}", "what is {a}-{b}?", "what is {a} minus {b}?", "how much is {a} minus {b}?",
        "take {b} away from {a}.", "calculate {a} - {b}.",
        "{a}-{b}=?", "{a}-{b}=", "what is left if I take {b} from {a}?", "{a} minus {b} is what?", "{a} minus {b} equals?", "what's {a} - {b}?", "how much is {a}-{b}?", "please tell me what {a} - {b} is.", "solve {a} - {b}.", "what is the difference between {a} and {b}?",
        "what number is {a} minus {b}?", "do you know what {a} minus {b} is?", "if I have {a} and lose {b}, how many are left?", "subtract {b} from {a}.",
    ),
    "zh": (
        "{a}-{b}=?", "{a}-{b}等于几？", "{a}减{b}等于[几|多少]？", "{a}减{b}是[几|多少]？", "{a}减去{b}[等于|是]多少？",
        "算一下{a}-{b}。", "{a}-{b}是多少？", "{a}-{b}=", "{a} - {b} = ？", "计算{a}减{b}。", "{a}和{b}的差是[几|多少]？", "{a}减{b}得几？", "{a}减{b}？", "{a}-{b}", "请算一算{a}-{b}。", "请计算{a}减去{b}。", "{a}里面拿走{b}还剩几？",
        "{a}比{b}多几？", "{a}减掉{b}是多少？", "从{a}里减去{b}是多少？",
    ),
}
_ANSWERS = {"en": ("{a} {op} {b} = {c}.", "the answer is {c}.", "that is {c}."), "zh": ("{a} {op} {b} = {c}。", "答案是{c}。", "等于{c}。")}
_STORIES = {
    ("+", "en"): ("I have {a} apples and get {b} more. How many apples do I have?", "there are {a} birds. {b} more come. How many birds are there?", "Anna has {a} books. She gets {b} more. How many books has she now?", "Tom has {a} balls and Lily has {b}. How many balls do they have together?", "in the box are {a} eggs, in the bag {b}. How many eggs are there?"),
    ("+", "zh"): ("我有{a}个苹果，又得到{b}个，一共有几个？", "树上有{a}只鸟，又飞来{b}只，现在有几只？", "小明有{a}本书，又买了{b}本，现在有几本？", "小红有{a}颗糖，小华有{b}颗，一共有几颗？", "盒子里有{a}个鸡蛋，包里有{b}个，一共几个？"),
    ("-", "en"): ("I have {a} apples and eat {b}. How many are left?", "there are {a} birds. {b} fly away. How many stay?", "Tom has {a} balls and gives away {b}. How many has he now?", "of {a} eggs {b} are broken. How many are good?", "Anna had {a} cakes. She ate {b}. How many are there now?"),
    ("-", "zh"): ("我有{a}个苹果，吃了{b}个，还剩几个？", "树上有{a}只鸟，飞走{b}只，还有几只？", "小明有{a}个球，送给别人{b}个，还有几个？", "{a}个鸡蛋，打碎了{b}个，还有几个好的？", "小红有{a}颗糖，吃掉{b}颗，还剩几颗？"),
}


@dataclass(frozen=True)
class Sum:
    """Two numbers, `+` or `-`, and the result."""

    op: str
    a: int
    b: int
    c: int


def draw(rng: Random) -> Sum:
    op = "+" if rng.random() < 0.5 else "-"
    a, b = rng.choice(SUMS if op == "+" else DIFFERENCES)
    return Sum(op, a, b, a + b if op == "+" else a - b)


def ask(rng: Random, lang: str, held: bool = False, given: Sum | None = None) -> tuple[str, Sum]:
    """A question in digits, words or a little story; `held`: worded as training never words it."""
    problem = given or draw(rng)
    op, a, b = problem.op, problem.a, problem.b
    if held:
        return expand(rng, rng.choice(HELD_SUMS[op, lang]), a=str(a), b=str(b)), problem
    if rng.random() < 0.1:
        return expand(rng, rng.choice(_STORIES[op, lang]), a=str(a), b=str(b)), problem
    left, right = _numbers(rng, lang, a, b)
    text = building.build(rng, lang, CORES[op, lang], (_PLUS if op == "+" else _MINUS)[lang], {"a": left, "b": right}, (left, right), held_wordings.sums).text
    return (typed.full_width(rng, text) if rng.random() < (0.05 if lang == "zh" else 0.015) else text), problem


def _numbers(rng: Random, lang: str, a: int, b: int) -> tuple[str, str]:
    """Two numbers in digits or words, now and then one of each or in the words of the other language."""
    dice = rng.random()
    names = ENGLISH if (lang == "en") != (dice > 0.985) else CHINESE
    if dice < 0.72:
        return str(a), str(b)
    if dice < 0.76:
        return (names[a], str(b)) if rng.random() < 0.5 else (str(a), names[b])
    return names[a], names[b]


def ask_built(rng: Random, lang: str, given: Sum) -> str:
    """A question built in ways that training never uses."""
    left, right = _numbers(rng, lang, given.a, given.b)
    return building.build_held(rng, lang, CORES[given.op, lang], (_PLUS if given.op == "+" else _MINUS)[lang], {"a": left, "b": right}, (left, right)).text


def answer(rng: Random, lang: str, problem: Sum, style: str) -> str:
    """The result by itself (`terse`), as a sentence (`plain`), or as a sentence with a kind word (`kind`)."""
    if style == "terse":
        return f"{problem.c}" + ("." if lang == "en" else "。")
    plain = expand(rng, favour_first(rng, _ANSWERS[lang]), a=str(problem.a), b=str(problem.b), c=str(problem.c), op=problem.op)
    return plain if style == "plain" else warm(rng, lang, plain)


def problem(rng: Random, lang: str) -> tuple[str, str]:
    """A random question and its answer."""
    question, drawn = ask(rng, lang)
    return question, answer(rng, lang, drawn, "plain")


def held_problem(rng: Random, lang: str, op: str, a: int, b: int) -> tuple[str, str]:
    """A question worded as training never words it, and the number a right answer holds."""
    question = expand(rng, rng.choice(HELD_SUMS[op, lang]), a=str(a), b=str(b))
    return question, str(a + b if op == "+" else a - b)
