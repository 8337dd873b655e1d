"""A case: one thing that a user says, with everything that is needed to answer it and to judge answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from . import arithmetic, explain, facts_nature, facts_places, facts_words, provoked, smalltalk, smalltalk_more, stories, unknown
from .facts import FactGroup
from .wording import casual, expand

Kind = Literal["fact", "arithmetic", "unknown", "provoked", "talk", "explain", "story"]
Message = tuple[str, str]
"""A role (`system`, `user`, `assistant`) and what is said."""

FACT_GROUPS: list[FactGroup] = facts_places.GROUPS + facts_nature.GROUPS + facts_words.GROUPS

# How often a group is asked for, against the number of its rows.
# Groups of few rows need more, or their wordings are hardly ever read.
_WEIGHTS = {
    "landmark_country": 3.0, "capital": 1.5, "landmark_kind": 0.8, "colour": 1.6, "animal_food": 1.5, "animal_kind": 1.6, "to_zh": 1.3, "mixture": 8.0,
    "season_next": 6.0, "season_like": 7.0, "season_do": 7.0, "weather": 4.0, "day_next": 3.5, "day_before": 3.5, "month_next": 4.0,
    "month_season": 2.5,
}


@dataclass(frozen=True)
class Case:
    """What is asked. Which of the other fields are set follows from `kind`."""

    kind: Kind
    lang: str
    question: str
    held: bool = False
    before: tuple[Message, ...] = ()
    group: FactGroup | None = None
    row: dict[str, str] = field(default_factory=dict)
    sum: arithmetic.Sum | None = None
    topic: smalltalk.Topic | None = None
    unknown: unknown.Unknown | None = None
    provocation: provoked.Provocation | None = None
    slots: dict[str, str] = field(default_factory=dict)
    hero: list[str] | None = None

    @property
    def messages(self) -> tuple[Message, ...]:
        return (*self.before, ("user", self.question))


class CaseDrawer:
    """Draws cases; holds the weighted lists so that drawing is quick."""

    def __init__(self) -> None:
        self._facts: dict[str, tuple[list[tuple[FactGroup, dict[str, str]]], list[float]]] = {}
        self._topics: dict[tuple[str, str], tuple[list[smalltalk.Topic], list[int]]] = {}
        for lang in ("en", "zh"):
            pairs = [(g, row) for g in FACT_GROUPS if g.lang == lang for row in g.rows]
            self._facts[lang] = pairs, [_WEIGHTS.get(g.name, 1.0) for g, _ in pairs]
            for kind, topics in (("talk", smalltalk_more.TOPICS), ("explain", explain.TOPICS)):
                chosen = [t for t in topics if t.lang == lang]
                self._topics[kind, lang] = chosen, [t.weight for t in chosen]

    def fact(self, rng: Random, lang: str) -> tuple[FactGroup, dict[str, str]]:
        pairs, weights = self._facts[lang]
        return rng.choices(pairs, weights)[0]

    def draw(self, rng: Random, kind: Kind, lang: str, held: bool = False) -> Case:
        """A case of one kind. A held one is worded as training never words it (talk, explanations
        and stories have no held wordings) and comes just as written; others as people type."""
        case = self._draw(rng, kind, lang, held)
        if held:
            return case
        return replace(case, question=casual(rng, case.question, lang, framed=kind in ("fact", "arithmetic", "unknown", "explain")))

    def _draw(self, rng: Random, kind: Kind, lang: str, held: bool) -> Case:
        if kind == "fact":
            group, row = self.fact(rng, lang)
            return Case("fact", lang, group.held_question(rng, row) if held else group.question(rng, row), held, group=group, row=row)
        if kind == "arithmetic":
            question, drawn = arithmetic.ask(rng, lang, held)
            return Case("arithmetic", lang, question, held, sum=drawn)
        if kind == "unknown":
            question, what = unknown.ask(rng, lang, held)
            return Case("unknown", lang, question, held, unknown=what)
        if kind == "provoked":
            question, provocation, slots = provoked.request(rng, lang, held)
            return Case("provoked", lang, question, held, provocation=provocation, slots=slots)
        if kind == "story":
            question, hero = stories.wish(rng, lang)
            return Case("story", lang, question, held, hero=hero)
        topics, weights = self._topics[kind, lang]
        topic = rng.choices(topics, weights)[0]
        return Case(kind, lang, expand(rng, rng.choice(topic.ask)), held, topic=topic)
