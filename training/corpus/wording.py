"""A tiny template language, so that one fact can be worded in many ways.

`[a|b|c]` stands for one of the alternatives (they may be nested, and one may be empty),
`{name}` for a slot. Nothing in the corpus itself needs square brackets or braces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

_INNERMOST = re.compile(r"\[([^\[\]]*)\]")
_SENTENCE_START = re.compile(r"(^|[.?!] )([a-z])(?=[A-Za-z ,'-]*[A-Za-z ,.?!])")


def expand(rng: Random, template: str, **slots: str) -> str:
    """Choose among the alternatives, fill the slots, and start English sentences with a capital."""
    text = template
    while (found := _INNERMOST.search(text)) is not None:
        chosen = rng.choice(found.group(1).split("|"))
        text = text[: found.start()] + chosen + text[found.end() :]
    return _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text.format(**slots).strip())


def favour_first(rng: Random, options: Sequence[str]) -> str:
    """Pick one, the first about half of the time.

    A clear favourite gives greedy decoding one path to follow instead of several
    equally likely ones; the rest keeps the language varied.
    """
    return options[0] if len(options) == 1 or rng.random() < 0.5 else rng.choice(options[1:])


def casual(rng: Random, question: str, lang: str) -> str:
    """Write a question the way people type: sometimes without capitals or a question mark."""
    dice = rng.random()
    if lang == "en":
        if dice < 0.10:
            question = question.lower()
        if dice < 0.06 or dice > 0.95:
            question = question.rstrip("?.!")
        elif 0.10 < dice < 0.14:
            question = "Please tell me: " + question[:1].lower() + question[1:]
        elif 0.14 < dice < 0.18:
            question = rng.choice(("Hi! ", "Hello, ", "Excuse me, ")) + question
    else:
        if dice < 0.06:
            question = question.rstrip("？。！")
        elif dice < 0.10:
            question = question.replace("？", "?")
        elif dice < 0.16:
            question = rng.choice(("请问，", "请问", "你好，", "你好！", "请告诉我，", "我想知道，")) + question
    return question


def table(text: str) -> list[list[str]]:
    """Rows of a hand-written table: one line a row, cells separated by ` | `."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
