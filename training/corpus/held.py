"""What evaluation asks of a chat model: questions worded as training never words them."""

from __future__ import annotations

from random import Random

from . import arithmetic, provoked, unknown
from .cases import FACT_GROUPS, Case
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
