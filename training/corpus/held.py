"""What evaluation asks: questions worded as training never words them, and how continuations are classified."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from . import arithmetic, provoked, unknown
from .cases import FACT_GROUPS, Case
from .facts_places import COUNTRIES, LANDMARKS
from .preferences import holds
from .wording import expand


def facts(rng: Random, lang: str) -> list[Case]:
    """Every fact once, in a held wording."""
    return [Case("fact", lang, group.held_question(rng, row), True, group=group, row=row) for group in FACT_GROUPS if group.lang == lang for row in group.rows]


def sums(rng: Random, lang: str, op: str, count: int) -> list[Case]:
    """Sums (`+`) or differences (`-`) to twenty, each pair of numbers at most once."""
    cases = []
    for a, b in rng.sample(arithmetic.SUMS if op == "+" else arithmetic.DIFFERENCES, k=count):
        question, drawn = arithmetic.ask(rng, lang, True, arithmetic.Sum(op, a, b, a + b if op == "+" else a - b))
        cases.append(Case("arithmetic", lang, question, True, sum=drawn))
    return cases


def unknowns(rng: Random, lang: str, count: int) -> list[Case]:
    cases = []
    for _ in range(count):
        question, what = unknown.ask(rng, lang, held=True)
        cases.append(Case("unknown", lang, question, True, unknown=what))
    return cases


def provocations(rng: Random, lang: str, count: int) -> list[Case]:
    """Every held wording in turn, with other names each time."""
    wordings = [(provocation, wording) for provocation in provoked.ALL if provocation.lang == lang for wording in provocation.held]
    cases = []
    for i in range(count):
        provocation, wording = wordings[i % len(wordings)]
        slots = provoked.slots(rng, lang)
        cases.append(Case("provoked", lang, expand(rng, wording, **slots), True, provocation=provocation, slots=slots))
    return cases


# ------------------------------------------------------------------ what a base model does with a bare question
@dataclass(frozen=True)
class BareQuestion:
    """A question that stands at the beginning of a document, and the forms of its answer."""

    lang: str
    text: str
    country: tuple[str, ...]


def bare_questions(lang: str) -> list[BareQuestion]:
    """"Which country is X in?" for every landmark and every capital."""
    e = 0 if lang == "en" else 1
    named = [(row[e], row[4 + e]) for row in LANDMARKS] + [(row[2 + e], row[e]) for row in COUNTRIES]
    wording = "Which country is {x} in?" if lang == "en" else "{x}在哪个国家？"
    return [BareQuestion(lang, wording.replace("{x}", x), tuple(form.removeprefix("the ") for form in country.split("/"))) for x, country in named]


_FIRST = re.compile(r"\s*(?:\d+[.)] )?([^\n.?!。？！]*)([\n.?!。？！]?)")


def answers(question: BareQuestion, continuation: str) -> bool:
    """Whether the first line or sentence of a continuation names the country and is no question itself."""
    found = _FIRST.match(continuation)
    assert found is not None
    return found[2] not in ("?", "？") and holds(found[1], list(question.country))


def asks_on(continuation: str) -> bool:
    """Whether a continuation begins with another question."""
    found = _FIRST.match(continuation)
    return found is not None and found[2] in ("?", "？") and len(found[1].strip()) > 2


def continues_in_kind(question: BareQuestion, continuation: str) -> bool:
    """Whether a continuation is another question or some other text, and not an answer."""
    return not answers(question, continuation) and (asks_on(continuation) or len(re.findall(r"[\u4e00-\u9fff]|[A-Za-z]+", continuation)) >= 4)
