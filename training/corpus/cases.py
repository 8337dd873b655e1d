"""A case: one thing that a user says, with everything that is needed to answer it and to judge answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random
from typing import Literal

from . import about_me, arithmetic, building, explain, facts_general, facts_nature, facts_places, facts_words, held_wordings, poems, provoked, smalltalk, smalltalk_more, stories, unknown, yes_no
from .facts import FactGroup
from .mixed import Mixer
from .wording import casual, expand, fill

Kind = Literal["fact", "arithmetic", "unknown", "provoked", "talk", "explain", "story", "poem"]
Message = tuple[str, str]
"""A role (`system`, `user`, `assistant`, or `mistake`: an assistant's answer that is not to be learned) and what is said."""

FACT_GROUPS: list[FactGroup] = facts_places.GROUPS + facts_nature.GROUPS + facts_words.GROUPS + facts_general.GROUPS

# How often a group is asked for, against the number of its rows.
# Groups of few rows need more, or their wordings are hardly ever read.
_WEIGHTS = {
    "landmark_country": 3.0, "capital": 2.0, "capital_of": 1.3, "landmark_kind": 0.8, "language": 1.6, "colour": 1.8, "animal_food": 1.5, "animal_kind": 1.5, "to_zh": 1.3, "mixture": 10.0,
    "season_next": 9.0, "season_like": 7.0, "season_do": 10.0, "weather": 4.0, "day_next": 3.5, "day_before": 3.5, "month_next": 4.0,
    "month_season": 2.5, "opposite": 1.6, "dish_country": 1.8, "count": 5.0, "parts": 2.5, "most": 5.0, "festival_food": 5.0, "festival_day": 2.5, "money": 2.0,
}
_CLAIMED_SHARE, _CHOICE_SHARE = 0.42, 0.06
"""Of questions for facts: asked for yes or no, and for one of two things."""
_ABOUT_ME = {topic.answer for topic in about_me.TOPICS}
_DRESSED_TALK = 0.4
"""Of the questions to the model about itself: with something around them and typed as other questions are."""
_MIXED_SHARE = 0.06
"""Of the others: with the name in the other language."""


_HELD_QUESTIONS = {
    held_wordings.said(fill(Random(0), form, group.shown(row)))
    for group in FACT_GROUPS for wording in group.held for form in held_wordings.every(wording) for row in group.rows
}


def is_held(question: str) -> bool:
    """Whether a question for a fact is worded as evaluation words it."""
    return held_wordings.said(question) in _HELD_QUESTIONS


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
    asked: yes_no.Asked | None = None
    """Set where the fact is asked for by a claim or a choice."""
    ways: tuple[str, ...] = ()
    """How the question was built, where it was."""
    sum: arithmetic.Sum | None = None
    topic: smalltalk.Topic | None = None
    unknown: unknown.Unknown | None = None
    provocation: provoked.Provocation | None = None
    slots: dict[str, str] = field(default_factory=dict)
    hero: list[str] | None = None

    @property
    def claim(self) -> yes_no.Asked | None:
        """How the fact is asked for, if it is still the one that the question was made of."""
        return self.asked if self.asked is not None and self.asked.row is self.row else None

    @property
    def messages(self) -> tuple[Message, ...]:
        return (*self.before, ("user", self.question))


class CaseDrawer:
    """Draws cases; holds the weighted lists so that drawing is quick."""

    def __init__(self) -> None:
        self._mixer = Mixer(FACT_GROUPS)
        self._facts: dict[str, tuple[list[tuple[FactGroup, dict[str, str]]], list[float]]] = {}
        self._topics: dict[tuple[str, str], tuple[list[smalltalk.Topic], list[int]]] = {}
        for lang in ("en", "zh"):
            pairs = [(g, row) for g in FACT_GROUPS if g.lang == lang for row in g.rows]
            self._facts[lang] = pairs, list(accumulate(_WEIGHTS.get(g.name, 1.0) for g, _ in pairs))
            for kind, topics in (("talk", smalltalk_more.TOPICS), ("explain", explain.TOPICS)):
                chosen = [t for t in topics if t.lang == lang]
                self._topics[kind, lang] = chosen, [t.weight for t in chosen]

    def fact(self, rng: Random, lang: str) -> tuple[FactGroup, dict[str, str]]:
        pairs, up_to = self._facts[lang]
        return rng.choices(pairs, cum_weights=up_to)[0]

    def draw(self, rng: Random, kind: Kind, lang: str, held: bool = False) -> Case:
        """A case of one kind. A held one is worded as training never words it (talk, explanations
        and stories have no held wordings) and comes just as written; others as people type."""
        case = self._draw(rng, kind, lang, held)
        if held or kind in ("fact", "arithmetic", "unknown"):
            # Built questions come as people type them.
            return case
        if kind == "talk" and case.topic is not None and case.topic.answer in _ABOUT_ME and rng.random() < _DRESSED_TALK:
            return replace(case, question=building.dress(rng, lang, case.question))
        return replace(case, question=casual(rng, case.question, lang, framed=kind == "explain"))

    def built(self, rng: Random, group: FactGroup, row: dict[str, str], held: bool = False) -> Case:
        """An open question for a fact, built from parts; `held`: in ways that training never uses."""
        slots = (self._mixer.slots(rng, group, row) if rng.random() < _MIXED_SHARE else None) or group.shown(row)
        names = tuple(sorted({slots[key] for key in ("x", "b", "ax", "xs", "capital" if group.name == "capital_of" else "x", "one", "two", "en", "zh") if key in slots}))
        if held:
            made = building.build_held(rng, group.lang, group.core, group.ask, slots, names)
        else:
            made = building.build(rng, group.lang, group.core, group.ask, slots, names, is_held)
        return Case("fact", group.lang, made.text, held, group=group, row=row, ways=made.ways)

    def claimed(self, rng: Random, group: FactGroup, row: dict[str, str], held: bool = False, choice: bool = False) -> Case | None:
        """A fact asked for yes or no, or as a choice; none where nothing wrong can be said for certain."""
        asked = (yes_no.choice if choice else yes_no.ask)(rng, group, row, held)
        if asked is None:
            return None
        shown = group.shown(row)
        text = asked.text if held else building.dress(rng, group.lang, asked.text, (shown["b"],) if "b" in shown else ())
        return Case("fact", group.lang, text, held, group=group, row=row, asked=asked, ways=("choice" if choice else "claim",))

    def _fact(self, rng: Random, lang: str) -> Case:
        group, row = self.fact(rng, lang)
        dice = rng.random()
        if dice < _CLAIMED_SHARE + _CHOICE_SHARE and yes_no.asks_so(group):
            case = self.claimed(rng, group, row, choice=dice < _CHOICE_SHARE)
            if case is not None:
                return case
        return self.built(rng, group, row)

    def _draw(self, rng: Random, kind: Kind, lang: str, held: bool) -> Case:
        if kind == "fact" and not held:
            return self._fact(rng, lang)
        if kind == "fact":
            group, row = self.fact(rng, lang)
            return Case("fact", lang, group.held_question(rng, row), held, group=group, row=row)
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
        if kind == "poem":
            question, subject = poems.wish(rng, lang)
            return Case("poem", lang, question, held, slots={"subject": subject})
        topics, weights = self._topics[kind, lang]
        topic = rng.choices(topics, weights)[0]
        return Case(kind, lang, topic.question(rng), held, topic=topic)
