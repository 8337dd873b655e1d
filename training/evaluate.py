"""Measure the shipped family through the project's own worker: `make eval-starter`.

Greedy decoding, no system prompt, held-out wordings and held-out ways of building: every
fact occurs in training, none of these questions does. Needs nothing but Python itself and
the built worker.

    python -m training.evaluate                                  # the shipped files
    python -m training.evaluate --first-edition FOLDER           # the first edition, asked what it was not asked then

FOLDER holds the files of the first edition, `evaluation.json` included: what that says is
kept (the same questions, asked in the same way), the rest is asked now.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import TypeVar

from .chat_tokens import IM_END, SCORE
from .corpus.cases import Case, Message
from .examination import FIRST_QUESTIONS, LESSON, Question, Tally, beginnings, first_table, held_pairs, helpfulness, second_table, talk
from .family import REWARD, SHIPPED, SHIPPED_FILES, Member, member
from .worker import Worker

Asked, Told = TypeVar("Asked"), TypeVar("Told")

REPORT = SHIPPED / "evaluation.json"
_PAIRS = 400
_ABOUT = (
    "Greedy decoding of the shipped files by vitrine-worker, no system prompt, held-out wordings and ways of building. `first_edition`: the files of the "
    "first edition, asked the same questions. Made by `make eval-starter`."
)


@dataclass(frozen=True)
class Examined:
    """What came of one model: its table, what it says to the first questions, and what was not as hoped."""

    table: dict[str, dict[str, float]]
    first: list[dict]
    misses: list[str]


class Crew:
    """Several workers with the same model, each answering what comes next: one alone leaves a busy machine waiting."""

    def __init__(self, path: Path, size: int):
        self._workers = [Worker(path) for _ in range(size)]
        self._free: Queue[Worker] = Queue()
        for worker in self._workers:
            self._free.put(worker)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.close()

    def each(self, asked: Iterable[Asked], ask: Callable[[Worker, Asked], Told]) -> list[tuple[Asked, Told]]:
        """What the workers tell, in the order of what was asked."""

        def one(what: Asked) -> tuple[Asked, Told]:
            worker = self._free.get()
            try:
                return what, ask(worker, what)
            finally:
                self._free.put(worker)

        with ThreadPoolExecutor(len(self._workers)) as pool:
            return list(pool.map(one, asked))


def _converse(worker: Worker, turns: tuple[str, ...]) -> dict:
    """The answer to the last of some turns, those before answered by the model itself."""
    messages: list[Message] = []
    for turn in turns:
        messages.append(("user", turn))
        answer = worker.answer(messages, 300)
        messages.append(("assistant", answer.text))
    return {"question": turns[-1], "before": [content for _, content in messages[:-2]], "answer": answer.text, "ended": answer.ended}


def examine_chat(path: Path, questions: Iterable[Question], jobs: int) -> Examined:
    tally = Tally()
    with Crew(path, jobs) as crew:
        for question, answer in crew.each(questions, lambda worker, q: worker.answer(q.messages, q.limit)):
            tally.answer(question, answer.text, answer.ended)
        first = [told for _, told in crew.each(FIRST_QUESTIONS, _converse)]
    return Examined(tally.table(), first, tally.misses)


def examine_base(path: Path, jobs: int) -> Examined:
    """A question as the beginning of a text: does it go on with text or questions, or does it answer?"""
    tally = Tally()
    with Crew(path, jobs) as crew:
        for beginning, answer in crew.each(beginnings(), lambda worker, b: worker.go_on(b.text, 40)):
            beginning.judge(tally, answer.text)
        told = crew.each(LESSON, lambda worker, question: worker.go_on(question, 60).text)
    return Examined(tally.table(), [{"question": q, "before": [], "answer": text, "ended": True} for q, text in told], tally.misses)


def examine_reward(path: Path, jobs: int) -> Examined:
    """Of two answers to a held prompt, does the better one get the higher score?"""
    tally = Tally()
    with Worker(path) as worker:
        score_id, end_id = worker.special(SCORE), worker.special(IM_END)

    def score(worker: Worker, pair: tuple[Case, str, str]) -> tuple[float, float]:
        case, better, worse = pair
        high, low = (worker.score((*case.messages, ("assistant", text)), score_id, end_id) for text in (better, worse))
        return high, low

    with Crew(path, jobs) as crew:
        for (case, better, worse), (high, low) in crew.each(held_pairs(_PAIRS), score):
            tally.count("pairs ranked rightly", high > low)
            tally.count(f"pairs ranked rightly: {case.kind}", high > low)
            if high <= low:
                tally.misses.append(f"pairs | {case.messages[-1][1]} | {better} ({high:.2f}) | {worse} ({low:.2f})")
    return Examined(tally.table(), [], tally.misses)


def examine(who: Member, jobs: int) -> Examined:
    if who is REWARD:
        return examine_reward(who.path, jobs)
    return examine_chat(who.path, (*first_table(), *second_table(), *talk()), jobs) if who.chats else examine_base(who.path, jobs)


def first_edition(folder: Path, jobs: int) -> dict:
    """What the first edition reached: its own report, and what is asked since the second."""
    known = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    found = {stage: examine_chat(folder / member(stage).file, second_table(), jobs) for stage in ("sft", "tuned")}
    found["base"] = examine_base(folder / member("base").file, jobs)
    measured = {stage: found[stage].table | known["measured"][stage] for stage in found}
    return {"measured": measured, "helpfulness": known["helpfulness"], "first_questions": {stage: each.first for stage, each in found.items()}}


def _merged(report: dict, found: dict[str, Examined]) -> dict:
    """A report with what was found in place of what it said of the same models before."""
    measured = report.get("measured", {}) | {stage: each.table for stage, each in found.items()}
    first = report.get("first_questions", {}) | {stage: each.first for stage, each in found.items()}
    order = [who.stage for who in SHIPPED_FILES]
    return report | {
        "about": _ABOUT,
        "measured": {stage: measured[stage] for stage in order if stage in measured},
        "helpfulness": {stage: round(helpfulness(measured[stage]), 4) for stage in ("sft", "tuned") if stage in measured},
        "first_questions": {stage: first[stage] for stage in order if stage in first},
    }


def speed(path: Path) -> dict[str, float]:
    """Tokens a second of a story's length, and seconds until a model is loaded, the best of three: of a debug build on the machine at hand."""
    ready, rate = [], []
    for _ in range(3):
        started = time.monotonic()
        with Worker(path) as worker:
            ready.append(time.monotonic() - started)
            started = time.monotonic()
            answer = worker.ask("讲个故事", 300)
            rate.append(len(answer.ids) / (time.monotonic() - started))
    return {"ready_seconds": round(min(ready), 3), "tokens_per_second": round(max(rate), 1)}


def _write(report: dict) -> None:
    REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--first-edition", type=Path, help="a folder with the files of the first edition: measure those")
    parser.add_argument("--stage", action="append", choices=[who.stage for who in SHIPPED_FILES], help="only this file; may be given more than once")
    parser.add_argument("--jobs", type=int, default=2, help="workers at a time")
    given = parser.parse_args()
    started = time.monotonic()
    report = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.exists() else {}
    if given.first_edition:
        report["first_edition"] = first_edition(given.first_edition, given.jobs)
        _write(report)
        return
    found = {who.stage: examine(who, given.jobs) for who in SHIPPED_FILES if not given.stage or who.stage in given.stage}
    # What else was measured meanwhile is kept.
    report = _merged(json.loads(REPORT.read_text(encoding="utf-8")) if given.stage else {"first_edition": report.get("first_edition")}, found)
    if "tuned" in found:
        report["speed"] = speed(SHIPPED / "vitrine-starter.gguf")
    _write(report)
    for stage, each in found.items():
        for entry in each.first:
            print(f"{stage:7s} {' / '.join((*entry['before'], entry['question']))} -> {entry['answer']!r}")
        for name, row in each.table.items():
            if not name.startswith("group ") or row["share"] < 0.9:
                print(f"{stage:7s} {row['share']:7.1%}  {row['counted']:5d} of {row['asked']:5d}  {name}")
        print("\n".join(each.misses[:150]))
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
