"""Pages about numbers of everyday life, records, festivals and money; names in both languages; and what is not so."""

from __future__ import annotations

from random import Random

from .facts_general import COUNTS, DATES, FESTIVALS, MONEY, MOST, PARTS
from .facts_nature import ANIMALS, COLOURS, FOODS
from .facts_places import COUNTRIES, LANDMARKS
from .facts_words import WORDS
from .pages_places import CAPITAL_SAYS, SAYS
from .people import RELATIVES, person
from .wording import join, pick

Slots = dict[str, str]
_E = {"en": 0, "zh": 1}


def _first(cell: str) -> str:
    return cell.split("/")[0]


def bare(name: str) -> str:
    """An English name without its article."""
    return name.removeprefix("the ")


_COUNT_SAYS = {
    "en": (
        "there are {n} {p} in {x}.", "{x} has {n} {p}.", "in {x} there are {n} {p}.", "{n} {p} make {x}.", "everybody who counts the {p} of {x} comes to {n}.", "how many {p} {x} has is easy to remember: {n}.", "a child soon learns that {x} has {n} {p}.",
        "the number of {p} in {x} is {n}.", "count to {n}, and you know how many {p} {x} has.",
    ),
    "zh": ("{x}有{n}{p}。", "{x}一共有{n}{p}。", "数一数就知道，{x}有{n}{p}。", "{x}有多少{p}很好记：{n}{p}。", "孩子们很早就知道，{x}有{n}{p}。", "{n}{p}，这就是{x}。", "说到{x}，大家都知道是{n}{p}。"),
}
_PART_SAYS = {
    "en": ("{x} has {n} {p}.", "the number of {p} of {x} is {n}.", "if you count the {p} of {x}, you find {n}.", "{n} {p}: that is what {x} has.", "when a child draws {x}, it draws {n} {p}.", "{x} with its {n} {p} is easy to draw."),
    "zh": ("{x}有{n}{p}。", "{x}一共有{n}{p}。", "画{x}的时候，要画{n}{p}。", "数一数{x}，有{n}{p}。", "大家都知道{x}有{n}{p}。"),
}
_MOST_SAYS = {
    "en": (
        "the {x} in the world is {y}.", "{y} is the {x} in the world.", "the {x} on earth is {y}.", "in the book of records {y} stands as the {x}.", "{y} is known as the {x} of all.",
        "teachers like to ask for the {x}, and it is {y}.", "the {x} has a name: {y}.",
    ),
    "zh": ("世界上{x}是{y}。", "{y}是世界上{x}。", "要说{x}，那就是{y}。", "全世界{x}叫{y}。", "地球上{x}就是{y}。", "课本上说，{x}是{y}。", "大家都知道{y}是{x}。"),
}
_FESTIVAL_SAYS = {
    "en": (
        "{x} is on {d}.", "at {x} people in China eat {y}.", "{y} are the food of {x}.", "when {x} comes, every family eats {y}.", "{x} falls on {d}.", "on {d} people celebrate {x}.", "{x} would not be {x} without {y}.", "{name} ate {y} at {x} with {his} {relative}.",
    ),
    "zh": ("{x}在{d}。", "{x}的时候，人们吃{y}。", "{x}要吃{y}。", "{d}是{x}。", "到了{x}，家家户户都吃{y}。", "{y}是{x}的食物。", "{d}，大家一起过{x}。", "{x}那天，{name}和{relative}一起吃{y}。", "没有{y}，就不像{x}了。"),
}
_DATE_SAYS = {
    "en": ("{x} is on {d}.", "{d} is {x}.", "people celebrate {x} on {d}.", "every year {x} falls on {d}.", "on {d} it is {x}."),
    "zh": ("{x}是{d}。", "{d}是{x}。", "每年{d}，人们过{x}。", "{x}在{d}这一天。", "到了{d}，就是{x}。"),
}
_MONEY_SAYS = {
    "en": ("people in {x} pay with {y}.", "the money of {x} is {y}.", "in {x} you pay with {y}.", "{y} is the money of {x}.", "whoever travels to {x} needs {y}.", "in the shops of {x} everything is paid with {y}.", "the currency of {x} is {y}."),
    "zh": ("{x}用{y}。", "{x}的货币是{y}。", "在{x}买东西，要用{y}。", "{y}是{x}的钱。", "去{x}要带{y}。", "{x}人花的是{y}。"),
}
_SCENE = {
    "en": ("{name} is learning for a quiz.", "{name} asked {his} {relative} a hundred things.", "on the wall of the classroom there is a poster.", "{name} likes numbers and records.", "the calendar hung beside the door."),
    "zh": ("{name}在准备知识竞赛。", "{name}问了{relative}好多问题。", "教室的墙上贴着一张图。", "{name}喜欢记各种各样的知识。", "门边挂着一本日历。"),
}


def _general(rng: Random, lang: str, p: Slots) -> str:
    e = _E[lang]
    what = rng.choices(("count", "part", "most", "festival", "date", "money"), (8, 4, 8, 5, 3, 6))[0]
    if what in ("count", "part"):
        row = rng.choice(COUNTS if what == "count" else PARTS)
        # In words or in digits.
        number = rng.choice(row[4 + e].split("/"))
        return pick(rng, (_COUNT_SAYS if what == "count" else _PART_SAYS)[lang], x=row[e], p=row[2 + e], n=number)
    if what == "festival":
        row = rng.choice(FESTIVALS)
        return pick(rng, _FESTIVAL_SAYS[lang], x=row[e], y=row[2 + e], d=row[4 + e], **p)
    rows, says = {"most": (MOST, _MOST_SAYS), "date": (DATES, _DATE_SAYS), "money": (MONEY, _MONEY_SAYS)}[what]
    row = rng.choice(rows)
    value = _first(row[2 + e])
    return pick(rng, says[lang], x=row[e], y=value, d=value)


def general_page(rng: Random, lang: str) -> str:
    """Several such facts, now and then with somebody who learns them."""
    p = {**person(rng, lang), "relative": rng.choice(RELATIVES[lang])}
    lines = [pick(rng, _SCENE[lang], **p)] if rng.random() < 0.3 else []
    lines += [_general(rng, lang, p) for _ in range(rng.randint(3, 6))]
    return join(lang, list(dict.fromkeys(lines)))


# ------------------------------------------------------------------ names in both languages
_NAMES = {
    "en": (
        "{x} is called {z} in Chinese.", "the Chinese name of {x} is {z}.", "{z} is the Chinese name of {x}.", "when Chinese people speak of {x}, they say {z}.", "{z} means {x}.", "in a Chinese book {x} is written {z}.", "whoever reads {z} on a sign is reading the name of {x}.",
    ),
    "zh": ("{z}的英文名是{b}。", "{b}就是{z}。", "{z}用英语说是{b}。", "{b}的中文名字是{z}。", "看到{b}这个名字，要知道它就是{z}。", "外国人把{z}叫做{b}。"),
}
_WORDS = {
    "en": ("{z} is Chinese and means {x}.", "the Chinese word {z} means {x}.", "where an English book has {x}, a Chinese book has {z}.", "for {x} people in China say {z}."),
    "zh": ("英语里的{x}就是{z}。", "{x}是英语，意思是{z}。", "{z}在英语里叫{x}。", "说英语的人把{z}叫做{x}。"),
}
# The other language's name in the middle of a sentence of this one.
_MIXED = {
    "en": ("{z} is in {country}.", "{z} is a famous {kind} in {country}.", "to see {z}, one travels to {country}.", "{z} stands in {city}, {country}.", "the country of {z} is {country}.", "in {country} there is {z}."),
    "zh": ("{b}在{country}。", "{b}是{country}有名的{kind}。", "想看{b}，就要去{country}。", "{b}位于{country}的{city}。", "{country}有{b}。", "{b}所在的国家是{country}。"),
}
_MIXED_COUNTRY = {
    "en": ("the capital of {z} is {capital}.", "{capital} is the capital of {z}.", "{z} is in {continent}.", "people in {z} speak {language}.", "{zcapital} is the capital of {x}.", "{zcapital} is in {x}."),
    "zh": ("{b}的首都是{capital}。", "{capital}是{b}的首都。", "{b}在{continent}。", "{b}人说{language}。", "{bcapital}是{x}的首都。", "{bcapital}在{x}。"),
}


def names_page(rng: Random, lang: str) -> str:
    """What places, animals and things are called in the other language, and facts told with those names."""
    e = _E[lang]
    lines = []
    for _ in range(rng.randint(3, 6)):
        dice = rng.random()
        if dice < 0.55:
            row = rng.choice(LANDMARKS)
            slots = {"x": row[0], "z": row[1], "b": bare(row[0]), "city": row[2 + e], "country": _first(row[4 + e]), "kind": row[6 + e]}
            pool = _MIXED[lang] if rng.random() < 0.6 else _NAMES[lang]
        elif dice < 0.85:
            row = rng.choice(COUNTRIES)
            slots = {
                "x": row[e], "z": row[1], "b": bare(row[0]), "capital": row[2 + e], "continent": row[4 + e], "language": _first(row[6 + e]), "zcapital": row[3], "bcapital": row[2],
            }
            pool = _MIXED_COUNTRY[lang] if rng.random() < 0.6 else _NAMES[lang]
            slots["x"] = row[0] if pool is _NAMES[lang] else row[e]
        else:
            row = rng.choice(rng.choice((ANIMALS, FOODS, WORDS)))
            slots = {"x": row[0], "z": row[1]}
            pool = _WORDS[lang]
        lines.append(pick(rng, pool, **slots))
    return join(lang, list(dict.fromkeys(lines)))


# ------------------------------------------------------------------ what is not so
_NOT = {
    "en": (
        "{s} {is} not {w}. {s} {is} {r}.", "some people think that {s} {is} {w}, but {s} {is} {r}.", "no, {s} {is} not {w}; {s} {is} {r}.", "\"{S} {is} {w},\" said {name}. \"No,\" said {his} {relative}, \"{s} {is} {r}.\"", "yes, {s} {is} {r}, and not {w}.", "it is not true that {s} {is} {w}. {S} {is} {r}.",
        "\"{S} {is} {r},\" said {name}. \"Yes, that is right,\" said {his} {relative}.", "{s} {is} {r}. Who says that {s} {is} {w} is wrong.",
    ),
    "zh": (
        "{s}不{v}{w}，{s}{v}{r}。", "有人以为{s}{v}{w}，其实{s}{v}{r}。", "不对，{s}不{v}{w}，而{v}{r}。", "{name}说：“{s}{v}{w}。”{relative}说：“不，{s}{v}{r}。”", "对，{s}{v}{r}，不{v}{w}。", "说{s}{v}{w}是不对的，{s}{v}{r}。", "{name}说：“{s}{v}{r}。”{relative}点点头：“是的。”", "{s}{v}{r}，说{s}{v}{w}的人记错了。",
    ),
}


def _pair(rng: Random, rows: list[list[str]], column: int) -> tuple[list[str], str] | None:
    """A row, and the value of another row that is not its own."""
    row, other = rng.choice(rows), rng.choice(rows)
    mine, wrong = row[column].split("/"), _first(other[column])
    return None if wrong in mine else (row, wrong)


def _not_so(rng: Random, lang: str, p: Slots) -> str:
    e = _E[lang]
    while True:
        what = rng.choices(("mark", "capital", "language", "animal", "colour", "food", "money"), (6, 4, 2, 2, 2, 2, 1))[0]
        rows, column = {
            "mark": (LANDMARKS, 4), "capital": (COUNTRIES, 2), "language": (COUNTRIES, 6), "animal": (ANIMALS, 2), "colour": (COLOURS, 2), "food": (FOODS, 2), "money": (MONEY, 2),
        }[what]
        found = _pair(rng, rows, column + e)
        if found is None:
            continue
        row, wrong = found
        x, right = row[e], _first(row[column + e])
        verb, many = "是", False
        if what == "mark":
            subject, verb = x, "在"
            if lang == "en":
                right, wrong = "in " + right, "in " + wrong
        elif what == "capital":
            subject = f"the capital of {x}" if lang == "en" else f"{x}的首都"
        elif what == "language":
            subject = f"the language of {x}" if lang == "en" else f"{x}人说的语言"
        elif what == "money":
            subject = f"the money of {x}" if lang == "en" else f"{x}的货币"
        elif what == "animal":
            subject = f"the {x}" if lang == "en" else x
            if lang == "en":
                right, wrong = (("an " if word[0] in "aeiou" else "a ") + word for word in (right, wrong))
        else:
            subject, many = x, x.endswith("s") and x != "grass"
            if lang == "zh":
                right, wrong = right + "的", wrong + "的"
        return pick(
            rng, _NOT[lang], s=subject, S=subject[:1].upper() + subject[1:], v=verb, w=wrong, r=right, **{"is": "are" if many else "is"}, **p,
        )


def corrections_page(rng: Random, lang: str) -> str:
    """What somebody has wrong, and how it is; what is right is said to be so."""
    p = {**person(rng, lang), "relative": rng.choice(RELATIVES[lang])}
    lines = [_not_so(rng, lang, p) for _ in range(rng.randint(2, 4))]
    if rng.random() < 0.4:
        e = _E[lang]
        if rng.random() < 0.5:
            row = rng.choice(LANDMARKS)
            lines.append(pick(rng, SAYS[lang], x=row[e], city=row[2 + e], country=_first(row[4 + e]), kind=row[6 + e]))
        else:
            row = rng.choice(COUNTRIES)
            lines.append(pick(rng, CAPITAL_SAYS[lang], x=row[e], capital=row[2 + e]))
    return join(lang, list(dict.fromkeys(lines)))
