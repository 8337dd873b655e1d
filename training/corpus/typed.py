"""How people type: capitals, marks, blanks, full-width signs, slips of the fingers and words that sound alike.

Each kind of slip is a function of a random source and a text. Some are used in training, others only in evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Slip = Callable[[Random, str], str]

_FULL = str.maketrans("0123456789+-=?!,", "０１２３４５６７８９＋－＝？！，")
_ENDS = "?.!？。！ "
_WORD = re.compile(r"[A-Za-z]{4,}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_BORDER = re.compile("(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])")


# ------------------------------------------------------------------ marks and capitals
def no_mark(rng: Random, text: str) -> str:
    return text.rstrip(_ENDS) or text


def lower(rng: Random, text: str) -> str:
    return text.lower()


def lower_without_mark(rng: Random, text: str) -> str:
    return text.lower().rstrip(_ENDS) or text


def upper(rng: Random, text: str) -> str:
    return text.upper()


def title(rng: Random, text: str) -> str:
    return re.sub(r"(?<![\w'])[a-z]", lambda found: found[0].upper(), text)


def half_width(rng: Random, text: str) -> str:
    return text.replace("？", "?").replace("，", ",").replace("！", "!").replace("。", ".")


def full_width(rng: Random, text: str) -> str:
    return text.translate(_FULL)


def many_marks(rng: Random, text: str) -> str:
    end = text[-1:]
    return text + end * rng.randint(1, 2) if end in ("?", "？", "!", "！") else text


def dots(rng: Random, text: str) -> str:
    return text.rstrip(_ENDS) + ("..." if text.isascii() else "……")


def wondering(rng: Random, text: str) -> str:
    return text.rstrip(_ENDS) + ("?!" if text.isascii() else "？！")


def wave(rng: Random, text: str) -> str:
    return text.rstrip(_ENDS) + "~"


# ------------------------------------------------------------------ blanks
def blank_before_mark(rng: Random, text: str) -> str:
    return text[:-1].rstrip() + " " + text[-1] if text.endswith(("?", "？")) else text


def blanks_at_borders(rng: Random, text: str) -> str:
    """Between Chinese characters and letters or digits, as careful typists set them."""
    return _BORDER.sub(" ", text)


def blanks_for_commas(rng: Random, text: str) -> str:
    return text.replace("，", " ").replace("、", " ").rstrip(_ENDS)


def blanks_between(rng: Random, text: str) -> str:
    """A blank after every Chinese character."""
    return re.sub("([\u4e00-\u9fff])(?=[\u4e00-\u9fff])", r"\1 ", text)


def two_blanks(rng: Random, text: str) -> str:
    at = [m.start() for m in re.finditer(" ", text)]
    return text[: (i := rng.choice(at))] + " " + text[i:] if at else text


# ------------------------------------------------------------------ slips in English
def _in_word(rng: Random, text: str, change: Callable[[str, int], str], longest_from: int = 4) -> str:
    words = [m for m in _WORD.finditer(text) if len(m[0]) >= longest_from]
    if not words:
        return text
    found = rng.choice(words)
    word = found[0]
    return text[: found.start()] + change(word, rng.randrange(1, len(word) - 1)) + text[found.end() :]


def swap(rng: Random, text: str) -> str:
    return _in_word(rng, text, lambda w, i: w[:i] + w[i + 1] + w[i] + w[i + 2 :])


def drop(rng: Random, text: str) -> str:
    return _in_word(rng, text, lambda w, i: w[:i] + w[i + 1 :])


_VOWELS = {"a": "e", "e": "a", "i": "e", "o": "a", "u": "o"}


def vowel(rng: Random, text: str) -> str:
    return _in_word(rng, text, lambda w, i: w[:i] + _VOWELS.get(w[i], w[i]) + w[i + 1 :])


def double(rng: Random, text: str) -> str:
    return _in_word(rng, text, lambda w, i: w[:i] + w[i] + w[i:])


_KEYS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqrewtuyopsadsfgjhlkxzvcnb"))


def neighbour(rng: Random, text: str) -> str:
    return _in_word(rng, text, lambda w, i: w[:i] + _KEYS.get(w[i], w[i]) + w[i + 1 :])


_SHORT = (
    ("you ", "u "), ("please", "pls"), ("are ", "r "), ("What is", "Whats"), ("what is", "whats"), ("what's", "whats"), ("What's", "Whats"), ("I'm", "Im"), ("don't", "dont"), ("can't", "cant"), ("Where is", "wheres"), ("where's", "wheres"), ("because", "cuz"), ("and ", "n "),
    ("Please", "Plz"), ("you", "ya"), ("want to", "wanna"), ("do not know", "dunno"), ("I don't know", "dunno"), ("Thanks", "thx"), ("Thank you", "ty"),
)


def short(rng: Random, text: str) -> str:
    """A word as it is shortened in messages."""
    fitting = [pair for pair in _SHORT if pair[0] in text]
    return text.replace(*rng.choice(fitting), 1) if fitting else text


# ------------------------------------------------------------------ slips in Chinese
_ALIKE = (
    ("在", "再"), ("的", "地"), ("的", "得"), ("哪", "那"), ("什么", "神马"), ("什么", "甚么"), ("什么", "什麽"), ("知道", "知到"), ("知道", "只道"), ("首都", "首督"), ("国家", "过家"), ("颜色", "颜瑟"), ("告诉", "告述"), ("哪里", "哪理"), ("动物", "动务"), ("语言", "预言"), ("城市", "城是"), ("季节", "季结"), ("味道", "未到"), ("请问", "请文"), ("怎么", "怎莫"),
    ("是", "事"), ("等于", "等与"), ("反义词", "反意词"), ("一共", "一供"), ("吃", "迟"), ("住", "主"), ("属于", "数于"), ("位于", "为于"), ("加", "家"), ("减", "剪"), ("哪个", "那个"), ("哪儿", "那儿"), ("英语", "英雨"), ("喜欢", "喜换"), ("之后", "之候"),
)
_ALIKE_HELD = (
    ("在", "在在"), ("首都", "手都"), ("国家", "国加"), ("颜色", "言色"), ("动物", "动勿"), ("城市", "成市"), ("什么", "什莫"), ("哪个", "哪格"), ("知道", "之道"), ("语言", "语严"), ("季节", "几节"), ("味道", "味到"), ("请问", "清问"), ("反义词", "返义词"), ("是", "式"), ("等于", "登于"), ("位于", "位与"), ("吃", "池"), ("住", "祝"), ("的", "滴"), ("洲", "州"), ("减", "检"), ("加", "佳"),
)


def _sounds(rng: Random, text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    fitting = [pair for pair in pairs if pair[0] in text]
    return text.replace(*rng.choice(fitting), 1) if fitting else text


def alike(rng: Random, text: str) -> str:
    return _sounds(rng, text, _ALIKE)


def alike_held(rng: Random, text: str) -> str:
    return _sounds(rng, text, _ALIKE_HELD)


_SPOKEN = (("什么", "啥"), ("怎么", "咋"), ("哪里", "哪儿"), ("哪个国家", "哪国"), ("什么", "啥子"), ("什么样", "啥样"), ("什么地方", "啥地方"), ("哪里", "哪"), ("多少", "几"), ("知道", "晓得"), ("哪儿", "哪块儿"), ("今天", "今儿"), ("明天", "明儿"))


def spoken(rng: Random, text: str) -> str:
    """啥 for 什么, 咋 for 怎么, and the like."""
    return _sounds(rng, text, _SPOKEN)


def skip(rng: Random, text: str) -> str:
    """A small word left out."""
    fitting = [word for word in ("的", "是", "在", "个", "了") if word in text[1:]]
    return text[0] + text[1:].replace(rng.choice(fitting), "", 1) if fitting else text


def twice(rng: Random, text: str) -> str:
    """A character typed twice."""
    at = [m.start() for m in _CHINESE.finditer(text)]
    return text[: (i := rng.choice(at))] + text[i] + text[i:] if at else text


Shares = tuple[tuple[float, Slip], ...]
SLIPS: dict[str, Shares] = {
    "en": ((0.025, swap), (0.03, drop), (0.02, vowel), (0.04, short)),
    "zh": ((0.04, alike), (0.12, spoken), (0.02, skip)),
}
"""Share of the questions in which training has each slip."""
FORMS: dict[str, Shares] = {
    "en": ((0.16, no_mark), (0.14, lower_without_mark), (0.06, lower), (0.015, upper), (0.01, many_marks), (0.02, blank_before_mark), (0.005, two_blanks)),
    "zh": ((0.2, no_mark), (0.05, half_width), (0.015, many_marks), (0.02, wave), (0.03, blanks_at_borders), (0.02, blanks_for_commas), (0.01, blank_before_mark)),
}
"""Share of the questions that training writes in each form."""
HELD_SLIPS: dict[str, tuple[Slip, ...]] = {"en": (double, neighbour), "zh": (alike_held, twice)}
HELD_FORMS: dict[str, tuple[Slip, ...]] = {"en": (title, dots, wondering), "zh": (dots, wondering, blanks_between)}
"""Slips and forms of evaluation, never of training."""

_MASK = "\u0001"


def sparing(rng: Random, text: str, names: tuple[str, ...], slip: Slip) -> str:
    """A slip somewhere else than in the names: what is asked about stays what it is."""
    for i, name in enumerate(names):
        text = text.replace(name, _MASK * (i + 1))
    text = slip(rng, text)
    for i, name in reversed(list(enumerate(names))):
        text = text.replace(_MASK * (i + 1), name)
    return text


def typed(rng: Random, lang: str, text: str, names: tuple[str, ...] = ()) -> str:
    """A text as people type it; most come through as they are. A long English name may be misspelt too."""
    for share, slip in SLIPS[lang]:
        if rng.random() < share:
            kept = tuple(name for name in names if len(name) < 8 or rng.random() < 0.6) if lang == "en" else names
            text = sparing(rng, text, kept, slip)
    for share, form in FORMS[lang]:
        if rng.random() < share:
            text = form(rng, text)
    return text
