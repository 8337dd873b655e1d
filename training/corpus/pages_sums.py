"""Sums and differences up to twenty as exercise pages, in words, in sentences and in little stories."""

from __future__ import annotations

from random import Random

from .arithmetic import CHINESE, DIFFERENCES, ENGLISH, SUMS
from .people import RELATIVES, THINGS, person, second
from .wording import join, pick

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

_PLUS = {
    "en": ("{A} plus {B} is {C}.", "{A} and {B} make {C}.", "{A} plus {B} equals {C}.", "if you add {B} to {A}, you get {C}.", "{C} is {A} plus {B}.", "add {A} and {B}, and you have {C}.", "together {A} and {B} are {C}.", "{a} + {b} = {c}, so {a} and {b} make {c}.", "the sum of {A} and {B} is {C}."),
    "zh": ("{A}加{B}等于{C}。", "{A}加{B}是{C}。", "{A}和{B}加起来是{C}。", "{A}加上{B}得{C}。", "{C}等于{A}加{B}。", "{a}+{b}={c}，所以{A}加{B}等于{C}。", "{A}和{B}的和是{C}。", "{a}加{b}等于{c}。"),
}
_MINUS = {
    "en": ("{A} minus {B} is {C}.", "{A} minus {B} equals {C}.", "take {B} away from {A}, and {C} is left.", "if you take {B} from {A}, you have {C}.", "{C} is {A} minus {B}.", "from {A} to {B} the difference is {C}.", "{a} - {b} = {c}, for {c} and {b} make {a}.", "{A} less {B} is {C}."),
    "zh": ("{A}减{B}等于{C}。", "{A}减{B}是{C}。", "{A}减去{B}还剩{C}。", "从{A}里拿走{B}，剩下{C}。", "{C}等于{A}减{B}。", "{a}-{b}={c}，因为{c}加{b}等于{a}。", "{A}和{B}相差{C}。", "{a}减{b}等于{c}。"),
}


def _draw(rng: Random) -> tuple[str, int, int, int]:
    if rng.random() < 0.52:
        a, b = rng.choice(SUMS)
        return "+", a, b, a + b
    a, b = rng.choice(DIFFERENCES)
    return "-", a, b, a - b


def _slots(rng: Random, lang: str, a: int, b: int, c: int, words: bool) -> dict[str, str]:
    names = ENGLISH if lang == "en" else CHINESE
    show = (lambda n: names[n]) if words else str
    return {"a": str(a), "b": str(b), "c": str(c), "A": show(a), "B": show(b), "C": show(c)}


def equation(lang: str, style: str, op: str, a: int, b: int, c: int) -> str:
    """One line of an exercise book."""
    if style == "spaced":
        return f"{a} {op} {b} = {c}"
    if style == "tight":
        return f"{a}{op}{b}={c}"
    if style == "wide":
        return f"{a}{'＋' if op == '+' else '－'}{b}＝{c}"
    if style == "full width":
        return f"{a}{'＋' if op == '+' else '－'}{b}＝{c}".translate(FULL_WIDTH)
    if lang == "en":
        return f"{ENGLISH[a]} {'plus' if op == '+' else 'minus'} {ENGLISH[b]} is {ENGLISH[c]}"
    return f"{CHINESE[a]}{'加' if op == '+' else '减'}{CHINESE[b]}等于{CHINESE[c]}"


_TITLES = {"en": ("Sums", "Numbers", "Let us count", "Exercises", "Adding and taking away", "Page {n}"), "zh": ("算术", "数字", "我们来计算", "练习", "加法和减法", "第{n}页")}


def exercise_page(rng: Random, lang: str) -> str:
    """Equations in lines: mixed, all with one number, or all with one result."""
    how = rng.random()
    count = rng.randint(5, 14)
    if how < 0.6:
        chosen = [_draw(rng) for _ in range(count)]
    elif how < 0.75:
        n = rng.randint(0, 10)
        chosen = [("+", n, b, n + b) for b in range(0, 11)] if rng.random() < 0.6 else [("-", a, n, a - n) for a in range(n, n + 11)]
        if rng.random() < 0.6:
            rng.shuffle(chosen)
        chosen = chosen[:count]
    elif how < 0.88:
        c = rng.randint(3, 20)
        chosen = [("+", a, c - a, c) for a in range(c + 1)]
        rng.shuffle(chosen)
        chosen = chosen[:count]
    else:
        # Families: two sums and two differences of the same three numbers.
        chosen = []
        while len(chosen) < count:
            a, b = rng.choice(SUMS)
            chosen += [("+", a, b, a + b), ("+", b, a, a + b), ("-", a + b, a, b), ("-", a + b, b, a)]
    style = rng.choices(("spaced", "tight", "words", "wide", "full width"), (5, 3, 2, *((0.2, 0.1) if lang == "en" else (0.8, 0.4))))[0]
    lines = [equation(lang, style, *one) for one in chosen]
    if rng.random() < 0.15:
        end = "；" if lang == "zh" else "; "
        return end.join(lines) + ("。" if lang == "zh" else ".")
    title = pick(rng, _TITLES[lang], n=str(rng.randint(1, 60))) + "\n" if rng.random() < 0.5 else ""
    return title + "\n".join(lines)


def sentences(rng: Random, lang: str) -> str:
    """Sums as sentences."""
    words = rng.random() < 0.55
    lines = []
    for _ in range(rng.randint(4, 8)):
        op, a, b, c = _draw(rng)
        lines.append(pick(rng, (_PLUS if op == "+" else _MINUS)[lang], **_slots(rng, lang, a, b, c, words)))
    return join(lang, lines)


_GETS = {
    "en": (
        "{name} has {a} {xs}. {His} {relative} gives {him} {b} more. Now {name} has {c} {cs}[, because {A} plus {B} is {C}|].", "{name} found {a} {xs} and {name2} found {b}. Together they have {c} {cs}.", "{name} sees {a} {xs} on the table, and {name} puts {b} more beside them. Now there are {c}: {a} + {b} = {c}.",
        "{name} counts {a} {xs} in the box and {b} in the bag. That makes {c} {cs} in all.", "in the morning {name} had {a} {xs}; in the evening, after {b} more had come, there were {c}.", "on one side lie {a} {xs}, on the other side {b}. {name} counts them all: {c}. {A} and {B} make {C}.",
    ),
    "zh": (
        "{name}有{a}个{x}，{relative}又给了{he}{b}个，现在{name}有{c}个{x}[，因为{A}加{B}等于{C}|]。", "{name}找到{a}个{x}，{name2}找到{b}个，一共有{c}个{x}。", "桌上有{a}个{x}，{name}又放上{b}个，现在有{c}个：{a}+{b}={c}。", "{name}的盒子里有{a}个{x}，包里有{b}个，一共是{c}个。",
        "早上{name}有{a}个{x}，又来了{b}个，晚上就有{c}个了。", "左边有{a}个{x}，右边有{b}个，{name}数了数，一共{c}个。{A}加{B}是{C}。",
    ),
}
_LOSES = {
    "en": (
        "{name} has {a} {xs}. {He} gives {b} to {name2}. Now {c} {cs} {are} left[, because {A} minus {B} is {C}|].", "{a} {xs} lay on the table. {name} took {b} away, so {c} stayed: {a} - {b} = {c}.", "{name} had {a} {xs} and lost {b}. {He} counted again: there were {c}.", "of the {a} {xs} {b} were for {name2}. For {name} there were {c}. {A} minus {B} is {C}.",
        "{a} {xs} lay in the box. After {b} were gone, {name} found only {c}.",
    ),
    "zh": (
        "{name}有{a}个{x}，给了{name2}{b}个，还剩{c}个[，因为{A}减{B}等于{C}|]。", "桌上有{a}个{x}，{name}拿走了{b}个，还有{c}个：{a}-{b}={c}。", "{name}有{a}个{x}，丢了{b}个，数一数，还有{c}个。", "{a}个{x}里面，{b}个是给{name2}的，{name}自己有{c}个。{A}减{B}是{C}。", "盒子里有{a}个{x}，少了{b}个以后，{name}只找到{c}个。",
    ),
}
_ASKED = {
    "en": ('"How much is {A} {op} {B}?" asked the teacher. "{CC}," said {name}.', 'the teacher pointed at {name}. "{a} {sign} {b}?" "{a} {sign} {b} = {c}," answered {name} quickly.', '{name} asked {name2}, "What is {A} {op} {B}?" "That is {C}," said {name2}.', '"{AA} {op} {B} is {C}," said {name}. "Right," said the teacher.'),
    "zh": ("老师问：“{A}{op}{B}等于几？”{name}说：“{C}。”", "老师看着{name}：“{a}{sign}{b}等于多少？”{name}很快回答：“{a}{sign}{b}={c}。”", "{name}问{name2}：“{A}{op}{B}是多少？”{name2}说：“是{C}。”", "{name}说：“{A}{op}{B}等于{C}。”老师说：“对。”"),
}
_SCENE = {
    "en": ("in the lesson they were counting.", "{name} and {name2} played shop.", "it was a rainy day, and {name} counted everything in the room.", "{name} likes numbers.", "today the class had sums.", "after lunch {name} sat down with {his} {relative} and a sheet of paper."),
    "zh": ("课上大家在学数数。", "{name}和{name2}在玩开商店的游戏。", "下雨天，{name}把屋里的东西都数了一遍。", "{name}很喜欢数字。", "今天班里上算术课。", "吃过午饭，{name}和{relative}坐下来，拿出一张纸。"),
}


def story_sums(rng: Random, lang: str) -> str:
    """Word problems told to their end, and sums asked and answered in a scene."""
    p = person(rng, lang)
    q = second(person(rng, lang, p))
    p |= {"relative": rng.choice(RELATIVES[lang]), "His": p.get("his", "").capitalize(), "He": p["he"].capitalize()}
    lines = [pick(rng, _SCENE[lang], **p, **q)] if rng.random() < 0.6 else []
    for _ in range(rng.randint(2, 4)):
        op, a, b, c = _draw(rng)
        words = rng.random() < 0.5
        s = _slots(rng, lang, a, b, c, words)
        if words and lang == "en" and rng.random() < 0.6:
            s |= {k: ENGLISH[n] for k, n in zip("abc", (a, b, c))} if rng.random() < 0.4 else {}
        thing = rng.choice(THINGS[lang])
        s |= {"x": thing, "xs": thing + ("" if a == 1 else "s"), "cs": thing + ("" if c == 1 else "s"), "are": "is" if c == 1 else "are"}
        if lines and rng.random() < 0.4:
            s |= {"op": ("plus" if op == "+" else "minus") if lang == "en" else ("加" if op == "+" else "减"), "sign": op}
            # At the beginning of what is said.
            s |= {"AA": s["A"].capitalize(), "CC": s["C"].capitalize()}
            lines.append(pick(rng, _ASKED[lang], **p, **q, **s))
        else:
            lines.append(pick(rng, (_GETS if op == "+" else _LOSES)[lang], **p, **q, **s))
    return join(lang, lines)
