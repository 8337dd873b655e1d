"""Dialogues: one or more turns about anything in the corpus, sometimes with a system prompt."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from . import answers
from .cases import FACT_GROUPS, CaseDrawer, Kind, Message
from .wording import casual

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
MIXES: dict[str, dict[Kind, float]] = {
    "everyday": {"fact": 0.43, "arithmetic": 0.25, "talk": 0.09, "explain": 0.04, "unknown": 0.08, "provoked": 0.08, "story": 0.03},
    "practice": {"fact": 0.20, "arithmetic": 0.60, "talk": 0.03, "explain": 0.02, "unknown": 0.04, "provoked": 0.09, "story": 0.02},
    "review": {"fact": 0.37, "arithmetic": 0.40, "talk": 0.02, "explain": 0.01, "unknown": 0.05, "provoked": 0.13, "story": 0.02},
}
"""How often each kind of exchange is drawn."""
_BAD_SHARES = {"everyday": answers.BAD_SHARE, "practice": 0.7, "review": 0.9}
"""How many of the provoked exchanges are answered badly."""


class DialogueWriter:
    """Writes dialogues for supervised fine-tuning."""

    def __init__(self, mix: str = "everyday") -> None:
        self._shares, self._bad_share = MIXES[mix], _BAD_SHARES[mix]
        self._cases = CaseDrawer()

    def fact(self, rng: Random, lang: str):
        return self._cases.fact(rng, lang)

    def exchanges(self, rng: Random, lang: str) -> list[tuple[str, str]]:
        """One question with its answer, or a fact and follow-up questions of the same kind.

        Questions come back as people type them.
        """
        kind = rng.choices(list(self._shares), list(self._shares.values()))[0]
        case = self._cases.draw(rng, kind, lang)
        turns = [(case.question, answers.supervised(rng, case, self._bad_share))]
        while kind == "fact" and case.group.follow and len(turns) < 4 and rng.random() < 0.12:
            row = rng.choice(case.group.rows)
            case = replace(case, row=row, question=casual(rng, case.group.follow_up(rng, row), lang, framed=False))
            turns.append((case.question, answers.supervised(rng, case, self._bad_share)))
        return turns

    def dialogue(self, rng: Random, lang: str) -> list[Message]:
        messages: list[Message] = []
        if rng.random() < 0.12:
            messages.append(("system", rng.choice(SYSTEM[lang])))
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
