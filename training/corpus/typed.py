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


_OTHER_ENDS = {True: (".", "!", ",", ";", ":", " -", "!!", "??!", ")", " :)", " ^^", ".?", "/"), False: ("。", "！", "，", "；", "：", "——", "！！", "？？！", "）", " :)", "^_^", "。？", "、")}


def other_end(rng: Random, text: str) -> str:
    """Ends in a mark that is not the one it should be."""
    return text.rstrip(_ENDS) + rng.choice(_OTHER_ENDS[text.isascii()])


def some_capitals(rng: Random, text: str) -> str:
    """Some words begin large, without a rule: never all of them."""
    words = text.split(" ")
    chosen = set(rng.sample(range(len(words)), k=rng.randint(1, max(1, len(words) * 2 // 3))))
    return " ".join(word[:1].upper() + word[1:] if i in chosen else word for i, word in enumerate(words))


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


def stray_blanks(rng: Random, text: str) -> str:
    """A blank after some Chinese characters, here and there: never after all of them."""
    at = [m.end() for m in re.finditer("[\u4e00-\u9fff](?=[\u4e00-\u9fff])", text)]
    chosen = set(rng.sample(at, k=rng.randint(1, max(1, len(at) * 2 // 3)))) if at else set()
    return "".join(" " * (i in chosen) + c for i, c in enumerate(text))


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


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def extra(rng: Random, text: str) -> str:
    """A letter too many, neither of those beside it."""
    return _in_word(rng, text, lambda w, i: w[:i] + rng.choice([c for c in _LETTERS if c not in w[max(0, i - 1) : i + 1].lower()]) + w[i:])


def wrong(rng: Random, text: str) -> str:
    """Another letter, though not one that lies beside it on the keys."""
    return _in_word(rng, text, lambda w, i: w[:i] + rng.choice([c for c in _LETTERS if c not in (w[i].lower(), _KEYS.get(w[i]))]) + w[i + 1 :])


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


_COMMON = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"


def wrong_character(rng: Random, text: str) -> str:
    """A character in the place of another, or too many, that has nothing to do with it."""
    at = [m.start() for m in _CHINESE.finditer(text)]
    if not at:
        return text
    i, other = rng.choice(at), rng.choice(_COMMON)
    # Never what evaluation does: the same character twice, or one that sounds alike.
    if other in (text[i], text[i - 1 : i]) or any(other in bad for _, bad in _ALIKE_HELD):
        return text
    return text[:i] + other + text[i + (rng.random() < 0.6) :]


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
    "en": ((0.03, swap), (0.035, drop), (0.02, vowel), (0.04, short), (0.04, extra), (0.03, wrong)),
    "zh": ((0.06, alike), (0.12, spoken), (0.03, skip), (0.06, wrong_character)),
}
"""Share of the questions in which training has each slip."""
FORMS: dict[str, Shares] = {
    "en": ((0.16, no_mark), (0.14, lower_without_mark), (0.06, lower), (0.015, upper), (0.01, many_marks), (0.02, blank_before_mark), (0.005, two_blanks), (0.05, other_end), (0.05, some_capitals)),
    "zh": ((0.2, no_mark), (0.05, half_width), (0.015, many_marks), (0.02, wave), (0.03, blanks_at_borders), (0.02, blanks_for_commas), (0.01, blank_before_mark), (0.05, other_end), (0.06, stray_blanks)),
}
"""Share of the questions that training writes in each form."""
HELD_SLIPS: dict[str, tuple[Slip, ...]] = {"en": (double, neighbour), "zh": (alike_held, twice)}
HELD_FORMS: dict[str, tuple[Slip, ...]] = {"en": (title, dots, wondering), "zh": (dots, wondering, blanks_between)}
"""Slips and forms of evaluation, never of training."""

_MASK = "\u0001"


def sparing(rng: Random, text: str, names: tuple[str, ...], slip: Slip) -> str:
    """A slip somewhere else than in the names: what is asked about stays what it is."""
    found: list[str] = []

    def mask(name: re.Match[str]) -> str:
        found.append(name[0])
        return _MASK

    if names:
        text = re.sub("|".join(map(re.escape, sorted(filter(None, names), key=lambda name: -len(name)))), mask, text)
    text = slip(rng, text)
    for name in found:
        text = text.replace(_MASK, name, 1)
    return text


def typed(rng: Random, lang: str, text: str, names: tuple[str, ...] = ()) -> str:
    """A text as people type it; most come through as they are. A long English name may be misspelt too."""
    for share, slip in SLIPS[lang]:
        if rng.random() < share:
            kept = tuple(name for name in names if len(name) < 8 or rng.random() < 0.6) if lang == "en" else names
            # As it is, and as it begins a sentence.
            text = sparing(rng, text, (*kept, *(name[:1].upper() + name[1:] for name in kept)), slip)
    for share, form in FORMS[lang]:
        if rng.random() < share:
            text = form(rng, text)
    return text
