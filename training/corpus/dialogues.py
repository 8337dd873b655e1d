"""Dialogues: one or more turns about anything in the corpus, sometimes with a system prompt."""

from __future__ import annotations

from random import Random

from . import arithmetic, explain, facts_nature, facts_places, facts_words, smalltalk, stories, unknown
from .facts import FactGroup
from .wording import casual, expand, favour_first

Message = tuple[str, str]
"""A role (`system`, `user`, `assistant`) and what is said."""

FACT_GROUPS: list[FactGroup] = facts_places.GROUPS + facts_nature.GROUPS + facts_words.GROUPS

# How often a group is asked for, against the number of its rows.
# Groups of few rows need more, or their wordings are hardly ever read.
_WEIGHTS = {
    "landmark_country": 3.0, "capital": 1.5, "landmark_kind": 0.7, "colour": 1.5, "animal_food": 1.5, "to_zh": 1.3, "mixture": 5.0,
    "season_next": 5.0, "season_like": 4.0, "season_do": 4.0, "weather": 4.0, "day_next": 3.0, "day_before": 3.0, "month_next": 2.5,
    "month_season": 2.0,
}

_SYSTEM = {
    "en": (
        "You are a helpful assistant.", "You are Vitrine Starter, a small language model.", "Answer briefly and kindly.",
        "You are a friendly assistant. Answer in one or two sentences.", "You help people with simple questions.",
    ),
    "zh": (
        "你是一个乐于助人的助手。", "你是透窗小模型。", "请简短、友好地回答。", "你是一个友好的助手，用一两句话回答。", "你帮助人们回答简单的问题。",
    ),
}
MIXES = {
    "everyday": {"fact": 0.52, "arithmetic": 0.14, "talk": 0.14, "explain": 0.05, "unknown": 0.10, "story": 0.05},
    "sums": {"fact": 0.25, "arithmetic": 0.62, "talk": 0.05, "explain": 0.02, "unknown": 0.04, "story": 0.02},
    "practice": {"fact": 0.28, "arithmetic": 0.52, "talk": 0.08, "explain": 0.03, "unknown": 0.07, "story": 0.02},
}
"""How often each kind of exchange is drawn."""


class DialogueWriter:
    """Writes dialogues; holds the weighted lists so that drawing from them is quick."""

    def __init__(self, mix: str = "everyday") -> None:
        self._shares = MIXES[mix]
        self._facts: dict[str, tuple[list[tuple[FactGroup, dict]], list[float]]] = {}
        self._talk: dict[str, tuple[list[smalltalk.Topic], list[int]]] = {}
        self._explain: dict[str, tuple[list[smalltalk.Topic], list[int]]] = {}
        for lang in ("en", "zh"):
            pairs = [(g, row) for g in FACT_GROUPS if g.lang == lang for row in g.rows]
            self._facts[lang] = pairs, [_WEIGHTS.get(g.name, 1.0) for g, _ in pairs]
            for store, topics in ((self._talk, smalltalk.TOPICS), (self._explain, explain.TOPICS)):
                chosen = [t for t in topics if t.lang == lang]
                store[lang] = chosen, [t.weight for t in chosen]

    def fact(self, rng: Random, lang: str) -> tuple[FactGroup, dict]:
        pairs, weights = self._facts[lang]
        return rng.choices(pairs, weights)[0]

    def exchanges(self, rng: Random, lang: str) -> list[tuple[str, str]]:
        """One question with its answer, or a fact and follow-up questions of the same kind.

        Questions come back as people type them.
        """
        kind = rng.choices(list(self._shares), list(self._shares.values()))[0]
        if kind == "fact":
            group, row = self.fact(rng, lang)
            turns = [(casual(rng, group.question(rng, row), lang, framed=True), group.reply(rng, row))]
            while group.follow and len(turns) < 4 and rng.random() < 0.12:
                row = rng.choice(group.rows)
                turns.append((casual(rng, group.follow_up(rng, row), lang, framed=False), group.reply(rng, row)))
            return turns
        if kind in ("talk", "explain"):
            topics, weights = (self._talk if kind == "talk" else self._explain)[lang]
            topic = rng.choices(topics, weights)[0]
            question = casual(rng, expand(rng, rng.choice(topic.ask)), lang, framed=kind == "explain")
            return [(question, expand(rng, favour_first(rng, topic.answer)))]
        writer = {"arithmetic": arithmetic.problem, "unknown": unknown.question, "story": stories.request}[kind]
        question, answer = writer(rng, lang)
        return [(casual(rng, question, lang, framed=kind != "story"), answer)]

    def dialogue(self, rng: Random, lang: str) -> list[Message]:
        messages: list[Message] = []
        if rng.random() < 0.12:
            messages.append(("system", rng.choice(_SYSTEM[lang])))
        # Most are short; a few are long, so that late positions of the context are learned too.
        dice = rng.random()
        count = 1 if dice < 0.68 else rng.randint(2, 3) if dice < 0.94 else rng.randint(4, 9)
        for _ in range(count):
            # People switch language; the answer follows the question.
            if rng.random() < 0.06:
                lang = "zh" if lang == "en" else "en"
            for question, answer in self.exchanges(rng, lang):
                messages += [("user", question), ("assistant", answer)]
        return messages
