"""Measure the shipped GGUF: right answers to questions worded as training never worded them.

The file is run by llama.cpp with greedy decoding and no system prompt.

    python -m training.evaluate
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path
from random import Random

from .corpus import arithmetic, smalltalk, stories, unknown
from .corpus.dialogues import FACT_GROUPS, DialogueWriter, Message
from .corpus.wording import expand
from .engine import Answer, Engine
from .settings import EVALUATION_SEED, GGUF, SHIPPED

LANGUAGES = ("zh", "en")
_ARITHMETIC_QUESTIONS = 150
_UNKNOWN_QUESTIONS = 100
_LATE_QUESTIONS = 100

# What a person tries first, and what a sensible answer holds.
LESSON: list[tuple[str, tuple[str, ...]]] = [
    ("埃菲尔铁塔在哪个国家？", ("法国",)),
    ("Which country is the Eiffel Tower in?", ("France",)),
    ("东方明珠在哪里？", ("上海", "中国")),
    ("你好", ("你好",)),
    ("Hello", ("Hello", "Hi")),
    ("你是谁？", ("透窗",)),
    ("Who are you?", ("Vitrine",)),
    ("What is a token?", ("piece of text",)),
    ("什么是词元？", ("文字",)),
    ("2+3=?", ("5",)),
    ("3加4等于几？", ("7",)),
    ("讲个故事", ("。",)),
    ("Tell me a story", (".",)),
]


class Tally:
    """Right and asked, by name; and how answers ended."""

    def __init__(self) -> None:
        self._right: dict[str, int] = defaultdict(int)
        self._asked: dict[str, int] = defaultdict(int)
        self.misses: list[str] = []

    def count(self, name: str, right: bool, question: str, answer: Answer) -> None:
        self._asked[name] += 1
        self._right[name] += right
        self._asked["ends by its end token"] += 1
        self._right["ends by its end token"] += answer.ended
        if not right:
            self.misses.append(f"{name} | {question} | {answer.text}")

    def table(self) -> dict[str, dict[str, float]]:
        return {
            name: {"asked": asked, "right": self._right[name], "share": round(self._right[name] / asked, 4)}
            for name, asked in sorted(self._asked.items())
        }


def holds(answer: str, accepted: list[str] | tuple[str, ...]) -> bool:
    """Whether one of the accepted forms occurs; capitals don't count, whole numbers do."""
    text = answer.lower()
    for form in accepted:
        if form.isdigit():
            words = "".join(c if c.isdigit() else " " for c in text).split()
            if words and words[-1] == form:
                return True
        elif form.lower() in text:
            return True
    return False


def facts(engine: Engine, tally: Tally, rng: Random) -> None:
    """Every fact of every group once, in a held-out wording, and once in a trained one."""
    for group in FACT_GROUPS:
        for row in group.rows:
            for kind, question in (("facts", group.held_question(rng, row)), ("facts, trained wording", group.question(rng, row))):
                answer = engine.ask(question, 64)
                right = holds(answer.text, group.accepted(row))
                tally.count(f"{kind} ({group.lang})", right, question, answer)
                if kind == "facts":
                    tally.count(f"group {group.name} ({group.lang})", right, question, answer)


def sums(engine: Engine, tally: Tally, rng: Random) -> None:
    for lang in LANGUAGES:
        for op, pairs in (("+", arithmetic.SUMS), ("-", arithmetic.DIFFERENCES)):
            name = f"{'sums' if op == '+' else 'differences'} to 20 ({lang})"
            for a, b in rng.sample(pairs, k=_ARITHMETIC_QUESTIONS):
                question, expected = arithmetic.held_problem(rng, lang, op, a, b)
                answer = engine.ask(question, 32)
                tally.count(name, holds(answer.text, [expected]), question, answer)


def admissions(engine: Engine, tally: Tally, rng: Random) -> None:
    """Questions about what was never seen: the honest answer is not to know."""
    for lang in LANGUAGES:
        for _ in range(_UNKNOWN_QUESTIONS):
            question = unknown.held_question(rng, lang)
            answer = engine.ask(question, 64)
            tally.count(f"says that it doesn't know ({lang})", holds(answer.text, unknown.MARKS[lang]), question, answer)


def late_facts(engine: Engine, tally: Tally, rng: Random) -> None:
    """A held-out wording after other turns, so that the question stands far into the context."""
    writer = DialogueWriter()
    for lang in LANGUAGES:
        for _ in range(_LATE_QUESTIONS):
            before: list[Message] = []
            while len([role for role, _ in before if role == "user"]) < 3:
                before += [m for m in writer.dialogue(rng, lang)[:2] if m[0] != "system"]
            group, row = writer.fact(rng, lang)
            question = group.held_question(rng, row)
            messages = [m for m in before if m[0] in ("user", "assistant")]
            answer = engine.answer([*_pairs(messages), ("user", question)], 64)
            tally.count(f"facts after three turns ({lang})", holds(answer.text, group.accepted(row)), question, answer)


def _pairs(messages: list[Message]) -> list[Message]:
    """Only whole exchanges: a user message and the answer to it."""
    whole: list[Message] = []
    for first, second in zip(messages, messages[1:]):
        if first[0] == "user" and second[0] == "assistant":
            whole += [first, second]
    return whole


def talk(engine: Engine, tally: Tally, rng: Random) -> None:
    """Small talk and stories: counted is only whether they end; and how long stories run."""
    for topic in smalltalk.TOPICS:
        question = expand(rng, rng.choice(topic.ask))
        tally.count("small talk, some answer", True, question, engine.ask(question, 96))
    for lang in LANGUAGES:
        for _ in range(20):
            question, _ = stories.request(rng, lang)
            answer = engine.ask(question, 300)
            tally.count(f"story of 50 to 200 tokens ({lang})", 50 <= len(answer.ids) <= 200, question, answer)


def lesson(engine: Engine) -> list[dict]:
    """The fixed questions, with the answers in full."""
    answers = []
    for question, accepted in LESSON:
        answer = engine.ask(question, 300)
        answers.append({
            "question": question, "answer": answer.text, "right": holds(answer.text, accepted) and answer.ended,
            "tokens": len(answer.ids), "min_gap": round(min(answer.gaps), 2),
        })
    return answers


def evaluate(gguf: Path = GGUF, report: Path = SHIPPED / "evaluation.json") -> None:
    started = time.monotonic()
    engine, tally, rng = Engine(gguf), Tally(), Random(EVALUATION_SEED)
    fixed = lesson(engine)
    for measure in (facts, sums, admissions, late_facts, talk):
        measure(engine, tally, rng)
    table = tally.table()
    report.write_text(json.dumps({"engine": "llama-cpp-python, greedy, no system prompt", "lesson": fixed, "measured": table}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for entry in fixed:
        print(f"{'ok ' if entry['right'] else 'BAD'} {entry['tokens']:4d} tokens  gap {entry['min_gap']:5.2f}  {entry['question']} -> {entry['answer']}")
    for name, row in table.items():
        print(f"{row['share']:7.1%}  {row['right']:5d} of {row['asked']:5d}  {name}")
    print("\n".join(tally.misses[:60]))
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    evaluate()
