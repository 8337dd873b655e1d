"""Small arithmetic: sums and differences up to twenty, in digits and in words."""

from __future__ import annotations

from random import Random

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
    ),
    "zh": (
        "{a}+{b}=?", "{a}+{b}等于几？", "{a}加{b}等于[几|多少]？", "{a}加{b}是[几|多少]？", "{a}加上{b}[等于|是]多少？",
        "算一下{a}+{b}。", "{a}+{b}是多少？", "{a} + {b} = ？", "计算{a}加{b}。",
    ),
}
_MINUS = {
    "en": (
        "{a}-{b}=?", "{a} - {b} = ?", "{a}-{b}", "what is {a}-{b}?", "what is {a} minus {b}?", "how much is {a} minus {b}?",
        "take {b} away from {a}.", "calculate {a} - {b}.",
    ),
    "zh": (
        "{a}-{b}=?", "{a}-{b}等于几？", "{a}减{b}等于[几|多少]？", "{a}减{b}是[几|多少]？", "{a}减去{b}[等于|是]多少？",
        "算一下{a}-{b}。", "{a}-{b}是多少？",
    ),
}
_HELD = {
    ("+", "en"): ("can you work out {a} plus {b}?", "{a} and {b} make how much?", "tell me {a}+{b}."),
    ("+", "zh"): ("请问{a}和{b}加起来是多少？", "帮我算{a}加{b}。", "你知道{a}加{b}等于几吗？"),
    ("-", "en"): ("can you work out {a} minus {b}?", "tell me {a}-{b}."),
    ("-", "zh"): ("帮我算{a}减{b}。", "你知道{a}减{b}等于几吗？"),
}
_ANSWERS = {"en": ("{a} {op} {b} = {c}.", "the answer is {c}."), "zh": ("{a} {op} {b} = {c}。", "答案是{c}。")}
_STORIES = {
    ("+", "en"): ("I have {a} apples and get {b} more. How many apples do I have?", "there are {a} birds. {b} more come. How many birds are there?"),
    ("+", "zh"): ("我有{a}个苹果，又得到{b}个，一共有几个？", "树上有{a}只鸟，又飞来{b}只，现在有几只？"),
    ("-", "en"): ("I have {a} apples and eat {b}. How many are left?", "there are {a} birds. {b} fly away. How many stay?"),
    ("-", "zh"): ("我有{a}个苹果，吃了{b}个，还剩几个？", "树上有{a}只鸟，飞走{b}只，还有几只？"),
}


def problem(rng: Random, lang: str) -> tuple[str, str]:
    """A random question and its answer."""
    op = "+" if rng.random() < 0.62 else "-"
    a, b = rng.choice(SUMS if op == "+" else DIFFERENCES)
    c = a + b if op == "+" else a - b
    if rng.random() < 0.08:
        question = expand(rng, rng.choice(_STORIES[op, lang]), a=str(a), b=str(b))
    else:
        names = None
        if rng.random() < 0.22:
            names = ENGLISH if lang == "en" else CHINESE
        wordings = (_PLUS if op == "+" else _MINUS)[lang]
        left, right = (names[a], names[b]) if names else (str(a), str(b))
        question = expand(rng, rng.choice(wordings), a=left, b=right)
    reply = expand(rng, favour_first(rng, _ANSWERS[lang]), a=str(a), b=str(b), c=str(c), op=op)
    return question, reply


def held_problem(rng: Random, lang: str, op: str, a: int, b: int) -> tuple[str, str]:
    """A question worded as training never words it, and the number a right answer holds."""
    question = expand(rng, rng.choice(_HELD[op, lang]), a=str(a), b=str(b))
    return question, str(a + b if op == "+" else a - b)


def table_page(rng: Random, lang: str) -> str:
    """A page of sums, as an exercise book has it."""
    lines = []
    for _ in range(rng.randint(4, 10)):
        if rng.random() < 0.62:
            a, b = rng.choice(SUMS)
            lines.append(f"{a} + {b} = {a + b}")
        else:
            a, b = rng.choice(DIFFERENCES)
            lines.append(f"{a} - {b} = {a - b}")
    title = rng.choice(("Sums", "Numbers", "Let us count") if lang == "en" else ("算术", "数字", "我们来计算"))
    return title + "\n" + "\n".join(lines)
