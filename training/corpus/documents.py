"""Plain text: which kinds of pages there are and how often each is drawn.

No page begins with a question that is then answered, and none is a list of questions
with answers: a model that has read only these pages goes on with a text, and meets a
bare question with more questions. Answers are what the next stage of training teaches.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from . import pages_general, pages_nature, pages_people, pages_places, pages_sums, pages_words, plots, questions, stories

KINDS: dict[str, tuple[float, Callable[[Random, str], str]]] = {
    "landmark": (0.105, pages_places.landmark_page),
    "country": (0.05, pages_places.country_page),
    "places together": (0.06, pages_places.facts_together),
    "comparison": (0.045, pages_places.comparison),
    "place list": (0.02, pages_places.place_list),
    "journey": (0.04, pages_places.journey),
    "letter": (0.025, pages_places.letter),
    "general": (0.04, pages_general.general_page),
    "names": (0.04, pages_general.names_page),
    "corrections": (0.03, pages_general.corrections_page),
    "animal": (0.05, pages_nature.animal_page),
    "animals together": (0.03, pages_nature.animals_together),
    "zoo": (0.02, pages_nature.zoo_visit),
    "food": (0.03, pages_nature.food_page),
    "colours": (0.03, pages_nature.colour_page),
    "season": (0.03, pages_nature.season_page),
    "weather": (0.015, pages_nature.weather_page),
    "nature list": (0.01, pages_nature.nature_list),
    "days": (0.022, pages_words.days_page),
    "months": (0.028, pages_words.months_page),
    "opposites": (0.03, pages_words.opposites_page),
    "translation": (0.04, pages_words.translation_page),
    "word list": (0.02, pages_words.word_list),
    "models": (0.03, pages_words.model_page),
    "family": (0.025, pages_people.family_page),
    "lesson": (0.06, pages_people.lesson),
    "school": (0.015, pages_people.school_day),
    "story": (0.05, plots.tale),
    "short story": (0.02, stories.mixed_story),
    "exercise": (0.055, pages_sums.exercise_page),
    "sums in sentences": (0.035, pages_sums.sentences),
    "sums in stories": (0.035, pages_sums.story_sums),
    "questions": (0.13, questions.question_page),
    "questions and text": (0.045, questions.question_and_text),
}
"""Share among documents, and who writes them."""

CHINESE_SHARE = 0.54
"""Of documents: Chinese ones are a little shorter, so that about half of the tokens are Chinese."""

_NAMES = list(KINDS)
_SHARES = [share for share, _ in KINDS.values()]


def document(rng: Random, lang: str) -> tuple[str, str]:
    """The kind of a random page, and its text."""
    kind = rng.choices(_NAMES, _SHARES)[0]
    return kind, KINDS[kind][1](rng, lang)
