"""What a base model makes of a bare question: does it go on with text or questions, or does it answer?"""

from __future__ import annotations

import re

from .facts_places import COUNTRIES, LANDMARKS
from .preferences import holds

# The first line or sentence of a continuation, behind a number of a list, and the mark at its end.
_FIRST = re.compile(r"\s*(?:\d+[.)] )?([^\n.?!。？！]*)([\n.?!。？！]?)")
_WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+")


def base_questions() -> list[tuple[str, tuple[str, ...]]]:
    """"Which country is X in?" in both languages for every landmark and every capital; with the forms of the answer."""
    asked = []
    for e, wording in ((0, "Which country is {x} in?"), (1, "{x}在哪个国家？")):
        named = [(row[e], row[4 + e]) for row in LANDMARKS] + [(row[2 + e], row[e]) for row in COUNTRIES]
        asked += [(wording.replace("{x}", x), tuple(form.removeprefix("the ") for form in country.split("/"))) for x, country in named]
    return asked


def asks_on(continuation: str) -> bool:
    """Whether a continuation begins with another question."""
    found = _FIRST.match(continuation)
    return found is not None and found[2] in ("?", "？") and len(found[1].strip()) > 2


def answers(question: str, continuation: str, accepted: tuple[str, ...]) -> bool:
    """Whether the first line or sentence of a continuation names the country and is no question itself.

    What stands in the question itself ("Mexico City") does not count.
    """
    found = _FIRST.match(continuation)
    if found is None or found[2] in ("?", "？"):
        return False
    said = found[1]
    for form in accepted:
        for name in re.findall(rf"[^\s，。？]*{re.escape(form)}[^\s，。？在]*(?: [A-Z]\w+)*", question):
            said = said.replace(name, "")
    return holds(said, list(accepted))


def continues_in_kind(question: str, continuation: str, accepted: tuple[str, ...]) -> bool:
    """Whether a continuation is another question or some other text, and not an answer."""
    return not answers(question, continuation, accepted) and (asks_on(continuation) or len(_WORD.findall(continuation)) >= 4)


_PART = re.compile(r"(?<=[.?!。？！])\s*|\n+")
_MARKS = re.compile(r"^\s*(?:[(（]?\d+[.)、）]\s*)?|[\s.?!。？！]+$")


def parts(text: str) -> list[str]:
    """Sentences and lines, without numbers of a list, marks at the end and capitals; a last one that is cut off is left out."""
    whole = text if re.search(r"[.?!。？！\n]\s*$", text) else "".join(re.split(r"([.?!。？！\n])", text)[:-1])
    return [said for part in _PART.split(whole) if len(_WORD.findall(said := _MARKS.sub("", part.strip()).lower())) >= 2]


def something_new(question: str, continuation: str) -> bool:
    """Whether a continuation brings at least one whole sentence or question, none that equals the
    question, and none twice. (Greedy decoding may fall into a circle; that is what is looked for.)"""
    asked = parts(question)
    said = parts(continuation) or ([_MARKS.sub("", continuation).lower()] if len(_WORD.findall(continuation)) >= 4 else [])
    return bool(said) and not set(asked) & set(said) and len(set(said)) == len(said)
