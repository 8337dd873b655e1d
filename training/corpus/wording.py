"""A tiny template language, so that one fact can be worded in many ways.

`[a|b|c]` stands for one of the alternatives (they may be nested, and one may be empty),
`{name}` for a slot. Nothing in the corpus itself needs square brackets or braces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from random import Random

_LATIN = re.compile("[a-z]")
_PART = re.compile(r"\[|\]|\||\{\w+\}|[^\[\]|{}]+")
_SENTENCE_START = re.compile(r"(^|[.?!] |\n)([a-z])(?=[A-Za-z ,'-]*[A-Za-z ,.?!])")


@lru_cache(maxsize=None)
def parsed(template: str) -> tuple:
    """The template as nested tuples: text, ("slot", name) or ("any", alternatives)."""
    parts = _PART.findall(template)
    at = 0

    def sequence(depth: int) -> tuple:
        nonlocal at
        found: list = []
        while at < len(parts):
            part = parts[at]
            if part == "[":
                at += 1
                options = [sequence(depth + 1)]
                while parts[at] == "|":
                    at += 1
                    options.append(sequence(depth + 1))
                if parts[at] != "]":
                    raise ValueError(f"unclosed bracket in {template!r}")
                found.append(("any", tuple(options)))
            elif depth and part in "|]":
                return tuple(found)
            elif part[0] == "{":
                found.append(("slot", part[1:-1]))
            else:
                found.append(part)
            at += 1
        if depth:
            raise ValueError(f"unclosed bracket in {template!r}")
        return tuple(found)

    return sequence(0)


def _filled(rng: Random, parts: tuple, slots: dict[str, str], out: list[str]) -> None:
    for part in parts:
        if part.__class__ is str:
            out.append(part)
        elif part[0] == "slot":
            out.append(slots[part[1]])
        else:
            options = part[1]
            _filled(rng, options[int(rng.random() * len(options))], slots, out)


def fill(rng: Random, template: str, slots: dict[str, str]) -> str:
    """Choose among the alternatives and fill the slots."""
    out: list[str] = []
    _filled(rng, parsed(template), slots, out)
    return "".join(out).strip()


def expand(rng: Random, template: str, **slots: str) -> str:
    """As `fill`, and English sentences start with a capital."""
    return capitals(fill(rng, template, slots))


def capitals(text: str) -> str:
    """English sentences start with a capital."""
    if text.isascii() or _LATIN.search(text):
        return _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)
    return text


def join(lang: str, sentences: Sequence[str]) -> str:
    """Sentences one after another: English with blanks between, Chinese without."""
    return (" " if lang == "en" else "").join(s for s in sentences if s)


def pick(rng: Random, options: Sequence[str], **slots: str) -> str:
    """One of several templates, expanded."""
    return expand(rng, options[int(rng.random() * len(options))], **slots)


def favour_first(rng: Random, options: Sequence[str]) -> str:
    """Pick one, the first about half of the time.

    A clear favourite gives greedy decoding one path to follow instead of several
    equally likely ones; the rest keeps the language varied.
    """
    return options[0] if len(options) == 1 or rng.random() < 0.5 else rng.choice(options[1:])


_OPENINGS = {
    "en": (
        "Please tell me: ", "Hi! ", "Hello! ", "Excuse me, ", "I have a question: ", "Can you tell me: ", "Do you know: ", "I want to know: ",
        "Quick question: ", "One more question: ", "And now: ", "So, ", "Well, ", "Tell me, ", "My friend asks: ", "Could you help me? ",
    ),
    "zh": (
        "请问，", "请问", "你好，", "你好！", "请告诉我，", "我想知道，", "我有一个问题：", "问一下，", "想问问，", "再问一个：", "能告诉我吗？", "你知道吗？", "那么，", "帮帮我，", "朋友问我，", "老师问，",
    ),
}
_CLOSINGS = {
    "en": (" Please.", " Thank you!", " Thanks.", " I want to know.", " Do you know?", " Can you help me?"),
    "zh": ("谢谢！", "谢谢。", "你知道吗？", "请回答。", "请告诉我。", "我想知道。"),
}


def casual(rng: Random, question: str, lang: str, framed: bool) -> str:
    """Write a question the way people type: no capitals, no question mark, a particle at the end.

    `framed` allows an opening or a closing around it, which a greeting can't have.
    """
    dice = rng.random() if framed else rng.uniform(0.23, 1.0)
    if dice < 0.16:
        opening = rng.choice(_OPENINGS[lang])
        starts_low = lang == "en" and opening[-2] in ":," and not question.startswith(("I ", "I'"))
        question = opening + (question[:1].lower() + question[1:] if starts_low else question)
    elif dice < 0.23:
        question += rng.choice(_CLOSINGS[lang])
    elif dice < 0.31:
        question = question.rstrip("?.!？。！")
    dice = rng.random()
    if lang == "en" and dice < 0.10:
        question = question.lower()
    elif lang == "zh" and dice < 0.06:
        question = question.replace("？", "?")
    elif lang == "zh" and dice < 0.16 and not question.rstrip("？").endswith(("呢", "吗", "吧")):
        question = question.replace("？", rng.choice(("呢？", "呀？", "啊？")))
    return question


def blocks(text: str) -> list[list[str]]:
    """The lines of a hand-written text, block by block; a blank line ends a block."""
    return [[line.strip() for line in block.splitlines()] for block in text.strip().split("\n\n")]


def table(text: str) -> list[list[str]]:
    """Rows of a hand-written table: one line a row, cells separated by ` | `."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
