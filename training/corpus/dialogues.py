"""Dialogues: one or more turns about anything in the corpus, sometimes with a system prompt."""

from __future__ import annotations

from random import Random
from typing import Literal

from . import answers, followups, unknown
from .cases import FACT_GROUPS, CaseDrawer, Kind, Message

__all__ = ["FACT_GROUPS", "MIXES", "DialogueWriter", "Message"]

SYSTEM = {
    "en": (
        "You are a helpful assistant.", "You are Vitrine Starter, a small language model.", "Answer briefly and kindly.",
        "You are a friendly assistant. Answer in one or two sentences.", "You help people with simple questions.",
    ),
    "zh": (
        "你是一个乐于助人的助手。", "你是透窗小模型。", "请简短、友好地回答。", "你是一个友好的助手，用一两句话回答。", "你帮助人们回答简单的问题。",
    ),
}
Part = Kind | Literal["conversation"]
MIXES: dict[str, dict[Part, float]] = {
    "everyday": {"fact": 0.37, "conversation": 0.13, "arithmetic": 0.17, "talk": 0.11, "explain": 0.04, "unknown": 0.08, "provoked": 0.05, "story": 0.02, "poem": 0.03},
    "practice": {"fact": 0.22, "conversation": 0.06, "arithmetic": 0.55, "talk": 0.04, "explain": 0.02, "unknown": 0.05, "provoked": 0.04, "story": 0.01, "poem": 0.01},
    "review": {"fact": 0.41, "conversation": 0.22, "arithmetic": 0.20, "talk": 0.045, "explain": 0.015, "unknown": 0.055, "provoked": 0.04, "story": 0.005, "poem": 0.01},
    "kept": {"fact": 0.40, "conversation": 0.24, "arithmetic": 0.12, "unknown": 0.12, "talk": 0.10, "explain": 0.02},
    "breadth": {"fact": 0.34, "conversation": 0.25, "arithmetic": 0.10, "talk": 0.10, "explain": 0.015, "unknown": 0.125, "provoked": 0.05, "story": 0.005, "poem": 0.015},
}
"""How often each kind of exchange is drawn. `kept` is what learning from feedback goes on learning beside: nothing that it is to change, so of answers to what can't be known only the honest ones."""


class DialogueWriter:
    """Writes dialogues for supervised fine-tuning."""

    def __init__(self, mix: str = "everyday") -> None:
        self._shares = MIXES[mix]
        self._honest = mix == "kept"
        self._cases = CaseDrawer()

    def fact(self, rng: Random, lang: str):
        return self._cases.fact(rng, lang)

    def exchanges(self, rng: Random, lang: str) -> list[tuple[Message, Message]]:
        """One question with its answer, or a conversation in which one question leads to the next."""
        kind = rng.choices(list(self._shares), list(self._shares.values()))[0]
        if kind == "conversation":
            return [turn.messages for turn in followups.conversation(rng, lang, self._cases)]
        case = self._cases.draw(rng, kind, lang)
        said = unknown.admission(rng, lang) if self._honest and kind == "unknown" else answers.supervised(rng, case)
        return [(("user", case.question), ("assistant", said))]

    def dialogue(self, rng: Random, lang: str) -> list[Message]:
        messages: list[Message] = []
        if rng.random() < 0.12:
            messages.append(("system", rng.choice(SYSTEM[lang])))
        # Most are short; a few are long, so that late positions of the context are learned too.
        dice = rng.random()
        count = 1 if dice < 0.66 else rng.randint(2, 3) if dice < 0.93 else rng.randint(4, 10)
        for _ in range(count):
            # People switch language; the answer follows the question.
            if rng.random() < 0.06:
                lang = "zh" if lang == "en" else "en"
            for exchange in self.exchanges(rng, lang):
                messages += exchange
        return messages
