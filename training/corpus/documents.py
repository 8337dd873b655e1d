"""Plain text: paragraphs about one subject, stories, pages of questions, word lists, diaries."""

from __future__ import annotations

from random import Random

from . import arithmetic, explain, smalltalk, stories
from .dialogues import DialogueWriter
from .facts import FactGroup
from .facts_nature import SEASONS, WEATHER
from .facts_words import DAYS, WORDS
from .wording import expand

_SHARES = {"subject": 0.40, "mixed": 0.14, "story": 0.18, "questions": 0.10, "sums": 0.05, "words": 0.04, "diary": 0.05, "explain": 0.04}


def _join(sentences: list[str], lang: str) -> str:
    return (" " if lang == "en" else "").join(sentences)


class DocumentWriter:
    """Writes documents from the same facts that the dialogues ask about."""

    def __init__(self, dialogues: DialogueWriter) -> None:
        self._dialogues = dialogues

    def document(self, rng: Random, lang: str) -> str:
        kind = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        return getattr(self, f"_{kind}")(rng, lang)

    def _subject(self, rng: Random, lang: str) -> str:
        """Several facts of one kind, as a page about a subject."""
        group, row = self._dialogues.fact(rng, lang)
        chosen = [row, *rng.sample(group.rows, k=min(len(group.rows), rng.randint(1, 4)))]
        return _join([group.statement(rng, r) for r in chosen], lang)

    def _mixed(self, rng: Random, lang: str) -> str:
        """Facts of several kinds."""
        picked: list[tuple[FactGroup, dict]] = [self._dialogues.fact(rng, lang) for _ in range(rng.randint(2, 5))]
        return _join([g.statement(rng, r) for g, r in picked], lang)

    def _questions(self, rng: Random, lang: str) -> str:
        """A page of questions without answers, as an exercise book has it."""
        picked = [self._dialogues.fact(rng, lang) for _ in range(rng.randint(3, 7))]
        return "\n".join(g.question(rng, r) for g, r in picked)

    def _story(self, rng: Random, lang: str) -> str:
        return stories.story(rng, lang)

    def _sums(self, rng: Random, lang: str) -> str:
        return arithmetic.table_page(rng, lang)

    def _words(self, rng: Random, lang: str) -> str:
        pairs = rng.sample(WORDS, k=rng.randint(4, 10))
        return "\n".join(f"{a} - {b}" if lang == "en" else f"{b}：{a}" for a, b in pairs)

    def _explain(self, rng: Random, lang: str) -> str:
        topics = [t for t in explain.TOPICS + smalltalk.TOPICS[-32:] if t.lang == lang]
        return _join([expand(rng, rng.choice(t.answer)) for t in rng.sample(topics, k=2)], lang)

    def _diary(self, rng: Random, lang: str) -> str:
        day, weather, season = rng.choice(DAYS), rng.choice(WEATHER), rng.choice(SEASONS)
        if lang == "en":
            return expand(
                rng,
                "today is {day}. It is {season}, and it is {weather}. [I went out with my friend|My mother and I went out], and we wanted to {do}. "
                "[In the evening|Later] we went home and [ate rice|ate dumplings|drank warm milk]. It was a [good|happy|quiet] day.",
                day=day[0], weather=weather[0], season=season[0], do=season[6],
            )
        return expand(
            rng,
            "今天是{day}，现在是{season}，天气{weather}。[我和朋友|我和妈妈]一起出去{do}。[晚上|后来]我们回家[吃了米饭|吃了饺子|喝了热牛奶]。今天真是[美好|高兴|安静]的一天。",
            day=day[1], weather=weather[1], season=season[1], do=season[7].removeprefix("去"),
        )
