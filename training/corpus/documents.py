"""Plain text: which kinds of pages there are and how often each is drawn.

No page begins with a question that is then answered, and none is a list of questions
with answers: a model that has read only these pages goes on with a text, and meets a
bare question with other questions. Answers are what the next stage of training teaches.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from . import pages_life, pages_nature, pages_people, pages_places, pages_sums, pages_words, plots, poems, questions, stories, volumes

_SINGLE: dict[str, tuple[float, Callable[[Random, str], str]]] = {
    "landmark": (0.085, pages_places.landmark_page),
    "country": (0.045, pages_places.country_page),
    "places together": (0.05, pages_places.facts_together),
    "comparison": (0.04, pages_places.comparison),
    "place list": (0.015, pages_places.place_list),
    "journey": (0.035, pages_places.journey),
    "letter": (0.02, pages_places.letter),
    "animal": (0.04, pages_nature.animal_page),
    "animals together": (0.025, pages_nature.animals_together),
    "zoo": (0.015, pages_nature.zoo_visit),
    "food": (0.025, pages_nature.food_page),
    "colours": (0.022, pages_nature.colour_page),
    "season": (0.022, pages_nature.season_page),
    "weather": (0.012, pages_nature.weather_page),
    "nature list": (0.008, pages_nature.nature_list),
    "days": (0.02, pages_words.days_page),
    "months": (0.025, pages_words.months_page),
    "opposites": (0.027, pages_words.opposites_page),
    "translation": (0.035, pages_words.translation_page),
    "word list": (0.015, pages_words.word_list),
    "models": (0.03, pages_words.model_page),
    "family": (0.015, pages_people.family_page),
    "lesson": (0.05, pages_people.lesson),
    "school": (0.01, pages_people.school_day),
    "story": (0.035, plots.tale),
    "short story": (0.012, stories.mixed_story),
    "exercise": (0.045, pages_sums.exercise_page),
    "sums in sentences": (0.03, pages_sums.sentences),
    "sums in stories": (0.03, pages_sums.story_sums),
    "diary": (0.022, pages_life.diary),
    "note": (0.018, pages_life.note),
    "recipe": (0.012, pages_life.recipe),
    "scene": (0.016, pages_life.scene),
    "essay": (0.016, pages_life.essay),
    "view": (0.016, pages_life.view),
    "sayings": (0.01, pages_life.sayings),
    "notice": (0.008, pages_life.notice),
    "portrait": (0.012, pages_life.portrait),
    "poem": (0.022, poems.poem_page),
    "questions": (0.27, questions.question_page),
    "questions and text": (0.045, questions.question_and_text),
}
_LONGEST = {"en": 2600, "zh": 1100}
"""Characters of a long document; about 700 tokens, so that the last page still ends within 1,024."""
_BOUND = [name for name in _SINGLE if name not in ("short story", "word list", "nature list", "place list", "exercise", "scene")]
_PAGES = [_SINGLE[name][1] for name in _BOUND]


def _bound(rng: Random, lang: str) -> str:
    """A long document of several kinds of pages."""
    some = rng.sample(_PAGES, k=rng.randint(5, 12))
    return volumes.volume(rng, lang, some, rng.randint(_LONGEST[lang] // 3, _LONGEST[lang]))


KINDS: dict[str, tuple[float, Callable[[Random, str], str]]] = {**_SINGLE, "questions in a volume": (0.03, _bound)}
"""Share among documents, and who writes them."""

CHINESE_SHARE = 0.54
"""Of documents: Chinese ones are a little shorter, so that about half of the tokens are Chinese."""

CLOSING_KINDS: dict[str, tuple[float, Callable[[Random, str], str]]] = {
    **KINDS, "questions": (0.10, questions.question_page), "questions and a story": (0.40, questions.question_and_story),
}
"""The same for the last stretch, after which a question leads on to another and to a story."""

_NAMES = {False: list(KINDS), True: list(CLOSING_KINDS)}
_SHARES = {closing: [share for share, _ in kinds.values()] for closing, kinds in ((False, KINDS), (True, CLOSING_KINDS))}


_TRIES = 6


def document(rng: Random, lang: str, closing: bool = False) -> tuple[str, str]:
    """The kind of a random page, and its text, in which no sentence and no line comes twice."""
    kind = rng.choices(_NAMES[closing], _SHARES[closing])[0]
    text = CLOSING_KINDS[kind][1](rng, lang)
    for _ in range(_TRIES):
        sentences = volumes.sentences(text)
        if len(set(sentences)) == len(sentences):
            break
        text = CLOSING_KINDS[kind][1](rng, lang)
    return kind, text
