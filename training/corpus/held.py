"""What evaluation asks of a chat model: questions worded as training never words them.

`facts`, `new_facts`, `sums`, `unknowns` and `provocations` use held sentences. `built` uses held ways of building:
wrappings, openings, particles, slips and forms (`parts.HELD`, `typed.HELD_SLIPS`) that training never uses on anything.
"""

from __future__ import annotations

from random import Random
from typing import Literal

from . import arithmetic, provoked, unknown, yes_no
from .cases import FACT_GROUPS, Case, CaseDrawer
from .wording import expand


def facts(rng: Random, lang: str) -> list[Case]:
    """Every fact of the first edition once, in a wording that has been held since then: both editions answer the same."""
    return [Case("fact", lang, group.held_question(rng, row), True, group=group, row=row) for group in FACT_GROUPS if group.lang == lang for row in group.first_rows]


def new_facts(rng: Random, lang: str) -> list[Case]:
    """Every fact that the first edition did not have, in a held wording."""
    return [Case("fact", lang, group.held_question(rng, row), True, group=group, row=row) for group in FACT_GROUPS if group.lang == lang for row in group.rows[len(group.first_rows) :]]


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


BuiltKind = Literal["facts", "claims", "choices", "sums", "differences", "unknown", "made up"]


def built(rng: Random, lang: str, kind: BuiltKind, count: int) -> list[Case]:
    """Questions built in ways that training never uses.

    `claims` want yes or no first, `choices` one of two things (`Case.claim`, judged by `yes_no.begins_right`);
    `made up` things have names that resemble real ones, `unknown` is anything else that can't be known.
    Facts are drawn group by group in turn, so that large groups don't outweigh the others.
    """
    if kind in ("sums", "differences"):
        pairs = arithmetic.SUMS if kind == "sums" else arithmetic.DIFFERENCES
        op = "+" if kind == "sums" else "-"
        drawn = [arithmetic.Sum(op, a, b, a + b if op == "+" else a - b) for a, b in rng.sample(pairs, k=count)]
        return [Case("arithmetic", lang, arithmetic.ask_built(rng, lang, one), True, sum=one) for one in drawn]
    if kind in ("unknown", "made up"):
        asked = [unknown.ask_built(rng, lang, made_up=kind == "made up") for _ in range(count)]
        return [Case("unknown", lang, question, True, unknown=what) for question, what in asked]
    drawer = CaseDrawer()
    groups = [group for group in FACT_GROUPS if group.lang == lang and (kind == "facts" or yes_no.asks_so(group))]
    cases: list[Case] = []
    while len(cases) < count:
        group = groups[len(cases) % len(groups)]
        row = rng.choice(group.rows)
        case = drawer.built(rng, group, row, held=True) if kind == "facts" else drawer.claimed(rng, group, row, held=True, choice=kind == "choices")
        if case is not None:
            cases.append(case)
    return cases
