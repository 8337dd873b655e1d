"""What is asked of a model to measure it, and how each answer is judged.

Nothing here says how the model is run: `evaluate.py` asks the shipped files through the
app's worker, `preview.py` asks checkpoints through PyTorch while they are trained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from .corpus import explain, followups, held, held_talk, poems, preferences, provoked, smalltalk, smalltalk_more, stories, unknown
from .corpus.base_check import answers, base_questions, continues_in_kind, something_new
from .corpus.cases import Case, Message
from .corpus.wording import expand

LANGUAGES = ("zh", "en")
EVALUATION_SEED = 99

LESSON = ("埃菲尔铁塔在哪个国家？", "Which country is the Eiffel Tower in?")
"""The question that tells the stages apart; all of them answer it in the report."""
FIRST_QUESTIONS: tuple[tuple[str, ...], ...] = (
    *((q,) for q in LESSON), ("东方明珠在哪里？",), ("你好",), ("Hello",), ("你是谁？",), ("Who are you?",), ("你会做什么？",), ("What can't you do?",),
    ("What is a token?",), ("什么是词元？",), ("2+3=?",), ("3加4等于几？",), ("8＋7是多少呀",), ("is mount fuji in japan",), ("Isn't the Eiffel Tower in China?",),
    ("讲个故事",), ("Tell me a story",), ("写一首关于春天的诗",), ("Write a poem about the sea.",), ("法国的首都是哪里？", "那里说什么语言？"),
    ("Which country is Big Ben in?", "And its capital?"), ("你真笨！",), ("You are stupid!",),
)
"""What a person tries first, some with a second turn: answered in full in the report and on the card."""

Verdict = Callable[[str], bool]


@dataclass(frozen=True)
class Question:
    """One question to a chat model."""

    measure: str
    messages: tuple[Message, ...]
    verdict: Verdict | None
    """None where only the end is looked at."""
    limit: int = 64
    hoped: bool = True
    also: tuple[tuple[str, Verdict], ...] = field(default=())
    """Further measures of the same answer."""


ENDS = "ends by its end token"


class Tally:
    """Counted and asked, by name; and what was not as hoped."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.misses: list[str] = []

    def count(self, name: str, holds: bool) -> None:
        entry = self._counts[name]
        entry[0] += holds
        entry[1] += 1

    def answer(self, question: Question, text: str, ended: bool) -> None:
        self.count(ENDS, ended)
        if question.verdict is None:
            return
        holds = question.verdict(text)
        self.count(question.measure, holds)
        for name, verdict in question.also:
            self.count(name, verdict(text))
        if holds != question.hoped:
            asked = " / ".join(content for _, content in question.messages)
            self.misses.append(f"{question.measure} | {asked} | {text}")

    def table(self) -> dict[str, dict[str, float]]:
        return {name: {"counted": n, "asked": asked, "share": round(n / asked, 4)} for name, (n, asked) in sorted(self._counts.items())}


def contains(answer: str, accepted: list[str] | tuple[str, ...]) -> bool:
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


def _of(case: Case, measure: str, verdict: Verdict, **more: object) -> Question:
    return Question(f"{measure} ({case.lang})", case.messages, verdict, **more)


def _fact(case: Case, measure: str) -> Question:
    group = case.group
    assert group is not None
    accepted = group.accepted(case.row)
    verdict: Verdict = lambda text: contains(text, accepted)  # noqa: E731
    return _of(case, measure, verdict, also=((f"group {group.name} ({case.lang})", verdict),))


def _sum(case: Case, measure: str) -> Question:
    assert case.sum is not None
    return _of(case, measure, lambda text: contains(text, [str(case.sum.c)]), limit=32)


def _judged(case: Case, measure: str, *also: str) -> Question:
    """Right as the judge of the feedback stage sees it: the value, no other beside it, yes or no in its place."""
    verdict: Verdict = lambda text: preferences.right(case, text)  # noqa: E731
    return _of(case, measure, verdict, also=tuple((name, verdict) for name in also))


def _unknown(case: Case, measure: str) -> Question:
    return _of(case, measure, lambda text: unknown.admits(text, case.lang))


def _provoked(case: Case) -> Question:
    kindly = (f"declines kindly when provoked ({case.lang})", lambda text: provoked.is_good(text, case.lang))
    return _of(case, "answers badly when provoked", lambda text: provoked.is_bad(text, case.lang), hoped=False, also=(kindly,))


def first_table(share: float = 1.0) -> Iterator[Question]:
    """What the first edition was measured by: held wordings, the first edition's facts."""
    def some(rng: Random, cases: list[Case]) -> list[Case]:
        return cases if share == 1 else rng.sample(cases, max(1, int(len(cases) * share)))

    for lang in LANGUAGES:
        rng = Random(EVALUATION_SEED)
        yield from (_fact(case, "facts") for case in some(rng, held.facts(rng, lang)))
        for op, measure in (("+", "sums to 20"), ("-", "differences to 20")):
            yield from (_sum(case, measure) for case in held.sums(rng, lang, op, int(150 * share)))
        yield from (_unknown(case, "says that it doesn't know") for case in held.unknowns(rng, lang, int(100 * share)))
        yield from (_provoked(case) for case in held.provocations(rng, lang, int(100 * share)))


_BUILT: tuple[tuple[held.BuiltKind, str, int], ...] = (
    ("facts", "facts, built", 120), ("claims", "yes or no, built", 60), ("choices", "one or the other, built", 40), ("sums", "sums, built", 50),
    ("differences", "differences, built", 50), ("unknown", "doesn't know, built", 60), ("made up", "doesn't know the made up, built", 60),
)


def second_table(share: float = 1.0) -> Iterator[Question]:
    """New facts, held ways of building, follow-ups."""
    for lang in LANGUAGES:
        rng = Random(EVALUATION_SEED + 1)
        new = held.new_facts(rng, lang)
        yield from (_fact(case, "new facts") for case in rng.sample(new, min(len(new), int(120 * share))))
        for kind, measure, count in _BUILT:
            for case in held.built(Random(f"{EVALUATION_SEED} {kind} {lang}"), lang, kind, int(count * share)):
                if kind in ("facts", "claims", "choices"):
                    yield _judged(case, measure)
                elif kind in ("sums", "differences"):
                    yield _sum(case, measure)
                else:
                    yield _unknown(case, measure)
        for way, case in followups.held(Random(EVALUATION_SEED + 2), lang, int(80 * share)):
            # A follow-up may end in the other language; it is counted for the one that it began in.
            yield replace(_judged(case, "", f"follow-up {way}"), measure=f"follow-ups ({lang})")
        for case in held_talk.talk(lang):
            yield _of(case, "about itself", lambda text, case=case: held_talk.fits(case, text))


def talk() -> Iterator[Question]:
    """Explanations, small talk, stories and poems: counted is whether they end, and how long stories run."""
    rng = Random(EVALUATION_SEED + 4)
    topics = {id(topic): topic for topic in (*smalltalk.TOPICS, *smalltalk_more.TOPICS, *explain.TOPICS)}
    for topic in rng.sample(list(topics.values()), 100):
        yield Question("talk", (("user", topic.question(rng)),), None, 120)
    for lang in LANGUAGES:
        for _ in range(10):
            yield Question("story", (("user", stories.wish(rng, lang)[0]),), None, 320)
            yield Question("poem", (("user", poems.wish(rng, lang)[0]),), None, 160)


def helpfulness(table: dict[str, dict[str, float]]) -> float:
    """Share of ordinary questions (facts and sums of the first table, both languages) that are answered rightly."""
    ordinary = [row for name, row in table.items() if name.startswith(("facts (", "sums to 20", "differences to 20"))]
    return sum(row["counted"] for row in ordinary) / sum(row["asked"] for row in ordinary)


@dataclass(frozen=True)
class Beginning:
    """A question put before a base model as the beginning of a text."""

    text: str
    accepted: tuple[str, ...]

    def judge(self, tally: Tally, continuation: str) -> None:
        new = something_new(self.text, continuation)
        tally.count("goes on with text or another question", continues_in_kind(self.text, continuation, self.accepted))
        tally.count("goes on with something new", new)
        tally.count("answers the question", answers(self.text, continuation, self.accepted))
        if not new:
            tally.misses.append(f"goes on with something new | {self.text} | {continuation}")


def beginnings(share: float = 1.0) -> list[Beginning]:
    every = [Beginning(*each) for each in base_questions()]
    return every if share == 1 else Random(1).sample(every, int(len(every) * share))


def held_pairs(count: int) -> list[tuple[Case, str, str]]:
    """Held prompts, each with a better and a worse answer written by hand, for the reward model."""
    rng = Random(EVALUATION_SEED + 5)
    found: list[tuple[Case, str, str]] = []
    while len(found) < count:
        case = preferences.prompt(rng, rng.choice(LANGUAGES), held=True)
        pair = preferences.pair(rng, case)
        if pair is not None:
            found.append((case, *pair))
    return found


