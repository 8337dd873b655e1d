"""Long documents: chapters of a school reader, a week, a collection, made of shorter pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from .people import person
from .wording import pick

Page = Callable[[Random, str], str]

_CHAPTERS = {
    "en": ("chapter {n}", "{n}.", "part {n}", "lesson {n}", "page {n}"),
    "zh": ("第{n}章", "{n}.", "第{n}部分", "第{n}课", "第{n}页"),
}
_BOOKS = {
    "en": ("a reader for rainy days", "our reader", "little texts", "a book for {name}", "the big book of small things", "texts for the third year", "from the notebook of {name}"),
    "zh": ("雨天读本", "我们的读本", "小文章", "写给{name}的书", "小事情大书", "三年级课文", "{name}的本子"),
}


_SENTENCE_END = re.compile(r"(?<=[.?!。？！])|\n")


def sentences(text: str) -> list[str]:
    """Sentences and lines of more than a few characters."""
    return [found for part in _SENTENCE_END.split(text) if len(found := part.strip()) > 3]


def volume(rng: Random, lang: str, pages: list[Page], longest: int) -> str:
    """Pages of several kinds one after another, up to `longest` characters; no sentence comes twice."""
    name = person(rng, lang)["name"]
    heading = pick(rng, _CHAPTERS[lang], n="#") if rng.random() < 0.5 else None
    parts: list[str] = []
    if rng.random() < 0.4:
        parts.append(pick(rng, _BOOKS[lang], name=name))
    size, n = 0, rng.randint(1, 9)
    seen: set[str] = set()
    waiting: list[Page] = []
    misses = 0
    while size < longest and misses < 8:
        if not waiting:
            waiting = rng.sample(pages, k=len(pages))
        text = waiting.pop()(rng, lang)
        said = sentences(text)
        if seen.intersection(said) or len(set(said)) < len(said):
            # A sentence that was there before: another page is tried.
            misses += 1
            continue
        seen.update(said)
        parts.append((heading.replace("#", str(n)) + "\n" if heading else "") + text)
        size += len(text)
        n += 1
    return "\n\n".join(parts)
