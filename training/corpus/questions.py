"""Pages that are lists of questions without answers, as the end of a chapter in a school book has them.

A base model that has read them meets a bare question with more questions, and with other
ones: neighbours differ in subject and in frame, and no question comes twice on a page.
A page may also go on with text that does not answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from random import Random

from . import about_me, arithmetic, explain, facts_nature, facts_places, facts_words, plots, smalltalk, stories, unknown
from .facts import FactGroup
from .pages_people import aside
from .people import RELATIVES, person
from .question_words import ABOUT, LEADS, LIFE, STORY_LEADS, TITLES
from .wording import expand, pick

_GROUPS: dict[str, list[FactGroup]] = {
    lang: [g for g in facts_places.GROUPS + facts_nature.GROUPS + facts_words.GROUPS if g.lang == lang] for lang in ("en", "zh")
}
_OFTEN = {"landmark_country": 5.0, "capital": 2.5, "capital_of": 2.5, "landmark_city": 1.5, "landmark_kind": 1.2}
_WEIGHTS = {lang: [_OFTEN.get(g.name, 1.0) for g in _GROUPS[lang]] for lang in ("en", "zh")}
_SUBJECTS = {"landmark": "landmark", "capital": "country", "continent": "country", "language": "country", "animal": "animal", "food": "food", "dish": "food", "to": "word", "opposite": "word"}
_OPENING_WORDS = re.compile(r"[a-z']+ [a-z']+")
_TRIES = 6

Asked = tuple[str, str]
"""A subject, and a question about it."""


def _subject(group: FactGroup) -> str:
    head = group.name.split("_")[0]
    return _SUBJECTS.get(head, head)


def _is_question(text: str) -> bool:
    return text.endswith(("?", "？"))


def _frame(question: str, lang: str) -> str:
    """What two questions of one make have in common: the first words, in Chinese the last characters."""
    if lang == "zh":
        return question.rstrip("？?")[-3:]
    found = _OPENING_WORDS.match(question.lower())
    return found[0] if found else question[:6].lower()


def _fact(rng: Random, lang: str) -> Asked:
    group = rng.choices(_GROUPS[lang], _WEIGHTS[lang])[0]
    return _subject(group), _asked(rng, group, rng.choice(group.rows))


def _asked(rng: Random, group: FactGroup, row: dict[str, str]) -> str:
    question = group.question(rng, row)
    for _ in range(_TRIES):
        if _is_question(question):
            break
        question = group.question(rng, row)
    return question


def _life(rng: Random, lang: str) -> Asked:
    e = 0 if lang == "en" else 1
    one, two = rng.sample(facts_nature.ANIMALS, k=2)
    place, other = rng.sample(facts_places.COUNTRIES, k=2)
    return "life", pick(
        rng, LIFE[lang], **person(rng, lang), relative=rng.choice(RELATIVES[lang]), word=rng.choice(facts_words.WORDS)[e], one=one[e], two=two[e],
        country=place[e], country2=other[e], day=rng.choice(facts_words.DAYS)[e], month=rng.choice(facts_words.MONTHS)[e], n=str(rng.randint(2, 20)),
    )


def _model(rng: Random, lang: str) -> Asked:
    topic = rng.choice([t for t in explain.PAGE_TOPICS + smalltalk.TOPICS[8:] + about_me.TOPICS[:4] if t.lang == lang])
    asked = expand(rng, rng.choice(topic.ask))
    return ("model", asked) if _is_question(asked) else _life(rng, lang)


def _unknown(rng: Random, lang: str) -> Asked:
    asked = unknown.question(rng, lang)[0]
    return ("unknown", asked) if _is_question(asked) else _life(rng, lang)


def _sum(rng: Random, lang: str) -> Asked:
    return "sum", arithmetic.problem(rng, lang)[0]


def _about(rng: Random, lang: str) -> Callable[[], Asked]:
    """Questions about one thing: those whose answers are known here, and others."""
    group = rng.choices(_GROUPS[lang], _WEIGHTS[lang])[0]
    row = rng.choice(group.rows)
    kin = [g for g in _GROUPS[lang] if g.rows is group.rows]
    more = ABOUT[lang].get(_subject(group), ABOUT[lang]["thing"])
    waiting: list[FactGroup] = []
    state = {"asked": 0}

    def ask() -> Asked:
        state["asked"] += 1
        # "It" needs something before it.
        if state["asked"] > 1 and rng.random() < 0.6:
            return "more", pick(rng, more, **person(rng, lang), relative=rng.choice(RELATIVES[lang]))
        if not waiting:
            waiting.extend(rng.sample(kin, k=len(kin)))
        return "fact", _asked(rng, waiting.pop(), row)

    return ask


def different(rng: Random, lang: str, draw: Callable[[], Asked], count: int, mixed: bool = True) -> list[str]:
    """Up to `count` questions: none twice, no frame twice in a row or three times, and when `mixed` no subject twice in a row."""
    lines: list[str] = []
    frames: list[str] = []
    subjects = [""]
    for _ in range(count * _TRIES):
        if len(lines) == count:
            break
        subject, question = draw()
        frame = _frame(question, lang)
        if question in lines or frames.count(frame) > 1 or frame in frames[-2:] or mixed and subject == subjects[-1]:
            continue
        lines.append(question)
        frames.append(frame)
        subjects.append(subject)
    return lines


def _draws(rng: Random, lang: str) -> tuple[Callable[[], Asked], bool]:
    how = rng.random()
    if how < 0.30:
        return _about(rng, lang), False
    if how < 0.74:
        return lambda: rng.choices((_fact, _life, _model, _unknown, _sum), (0.62, 0.22, 0.06, 0.07, 0.03))[0](rng, lang), True
    if how < 0.88:
        return lambda: rng.choices((_life, _fact, _unknown), (0.8, 0.1, 0.1))[0](rng, lang), False
    # Facts of one subject after the other.
    return lambda: _fact(rng, lang), True


_LISTED = ("landmark", "country", "animal", "food")
"""What the catalogue asks about."""
_CATALOGUE_SHARE = 0.7
"""Of pages of questions: those that follow the catalogue."""


@lru_cache(maxsize=None)
def catalogue(lang: str) -> list[tuple[str, list[FactGroup], dict[str, str] | None]]:
    """A long list of questions in a fixed order, one about every place, animal and food that is known here, others between them.

    Of each: the question, and the kinds of fact and the row by which the thing can be asked
    for otherwise. What comes next can be learned, so a model that always takes the likeliest
    goes on along the list; where every next question is equally likely it would ask the last one again.
    """
    rng = Random(f"catalogue {lang}")
    kinds: dict[int, list[FactGroup]] = {}
    for group in _GROUPS[lang]:
        if _subject(group) in _LISTED:
            kinds.setdefault(id(group.rows), []).append(group)
    things = [(groups, row) for groups in kinds.values() for row in groups[0].rows]
    rng.shuffle(things)
    found: list[tuple[str, list[FactGroup], dict[str, str] | None]] = []
    asked: set[str] = set()

    def fits(question: str) -> bool:
        frames = [_frame(before, lang) for before, _, _ in found[-2:]]
        return _is_question(question) and question not in asked and _frame(question, lang) not in frames

    for groups, row in things:
        for _ in range(4 * _TRIES):
            question = _asked(rng, rng.choice(groups), row)
            if fits(question):
                found.append((question, groups, row))
                asked.add(question)
                break
        for _ in range(_TRIES if rng.random() < 0.4 else 0):
            question = _life(rng, lang)[1]
            if fits(question):
                found.append((question, [], None))
                asked.add(question)
                break
    return found


def _from_catalogue(rng: Random, lang: str, count: int) -> list[str]:
    """A stretch of the catalogue; the first question, and now and then another, is worded anew."""
    whole = catalogue(lang)
    start = rng.randrange(len(whole))
    lines: list[str] = []
    for i in range(min(count, len(whole))):
        question, groups, row = whole[(start + i) % len(whole)]
        if row is not None and (i == 0 or rng.random() < 0.1):
            question = _asked(rng, rng.choice(groups), row)
        if _is_question(question) and question not in lines:
            lines.append(question)
    return lines


def question_page(rng: Random, lang: str) -> str:
    """Question after question, each on its own line, or now and then in one paragraph."""
    draw, mixed = _draws(rng, lang)
    dice = rng.random()
    wanted = rng.randint(4, 9) if dice < 0.6 else rng.randint(8, 16) if dice < 0.92 else rng.randint(16, 34)
    follows = rng.random() < _CATALOGUE_SHARE
    lines = _from_catalogue(rng, lang, wanted) if follows else different(rng, lang, draw, wanted, mixed)
    questions = [line for line in lines if _is_question(line)]
    if len(questions) < 3:
        return question_page(rng, lang)
    # Requests such as "tell me ..." are a part of the page, but never most of it.
    if len(lines) > 2 * len(questions):
        lines = questions
    # A page begins with a plain question.
    while not _is_question(lines[0]):
        lines.append(lines.pop(0))
    # What was left out may have parted two of one frame.
    lines = [line for i, line in enumerate(lines) if i == 0 or _frame(line, lang) != _frame(lines[i - 1], lang)]
    questions = [line for line in lines if _is_question(line)]
    dice = rng.random()
    if dice < 0.12:
        style = rng.choice(("{}. ", "{}) ", "({}) ")) if lang == "en" else rng.choice(("{}. ", "{}、", "（{}）"))
        lines = [style.format(i) + line for i, line in enumerate(lines, 1)]
        if rng.random() < 0.3:
            return "\n".join(lines)
    elif dice < 0.22 and len(lines) < 9:
        # One paragraph.
        return (" " if lang == "en" else "").join(questions)
    elif dice > 0.36:
        return "\n".join(lines)
    return pick(rng, TITLES[lang], n=str(rng.randint(1, 30))) + "\n" + "\n".join(lines)


def question_and_text(rng: Random, lang: str) -> str:
    """A question or two, then a paragraph that tells of something else, now and then with questions behind it."""
    draw, mixed = _draws(rng, lang)
    asked = [line for line in different(rng, lang, draw, 6, mixed) if _is_question(line)]
    if not asked:
        return question_and_text(rng, lang)
    first = asked[: 1 if rng.random() < 0.7 else 2]
    p = person(rng, lang)
    lead = pick(rng, LEADS[lang], relative=rng.choice(RELATIVES[lang]), **p)
    text = aside(rng, lang, p, rng.randint(2, 5))
    between = "\n" if rng.random() < 0.75 else " " if lang == "en" else ""
    page = "\n".join(first) + between + lead + (" " if lang == "en" else "") + text
    if rng.random() < 0.35 and len(asked) > 2:
        page += "\n" + "\n".join(asked[2:])
    return page


def question_and_story(rng: Random, lang: str) -> str:
    """A question, mostly a second one that follows it in the catalogue, and then a story, led up to in one of few ways.

    Few, so that the likeliest way on from a question is not the question itself.
    """
    asked = [line for line in _from_catalogue(rng, lang, 2) if _is_question(line)]
    if not asked:
        return question_and_story(rng, lang)
    first = asked[: 2 if rng.random() < 0.7 else 1]
    lead = pick(rng, STORY_LEADS[lang], **person(rng, lang)) if rng.random() < 0.4 else STORY_LEADS[lang][0]
    story = stories.mixed_story(rng, lang) if rng.random() < 0.6 else plots.tale(rng, lang)
    return "\n".join(first) + "\n" + lead + (" " if lang == "en" else "") + story
