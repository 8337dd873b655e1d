"""Questions of one language with names of the other: "Which country is 埃菲尔铁塔 in?", 「Eiffel Tower在哪个国家？」"""

from __future__ import annotations

from random import Random

from .facts import FactGroup

_NAMED = {"capital_of": ("capital",), "mixture": ("one", "two")}
# Both languages have the same rows in the same order there, and a name that a person would leave as it is.
_GROUPS = {
    "landmark_country", "landmark_city", "landmark_kind", "capital", "capital_of", "continent", "language", "animal_food", "animal_home", "animal_kind", "animal_can", "food_colour", "food_taste", "food_kind", "dish_country", "colour", "mixture", "season_next", "season_do", "season_like", "day_next", "month_next", "money", "festival_food",
}


_SINGULAR = {"is": "is", "do": "does", "tastes": "tastes", "come": "comes"}


class Mixer:
    """Finds what a thing is called in the other language."""

    def __init__(self, groups: list[FactGroup]) -> None:
        self._twins = {(g.name, g.lang): g for g in groups if g.name in _GROUPS}
        self._index = {id(row): i for g in groups if g.name in _GROUPS for i, row in enumerate(g.rows)}

    def slots(self, rng: Random, group: FactGroup, row: dict[str, str]) -> dict[str, str] | None:
        """The slots of a question about `row` with its name in the other language; none where that is not natural."""
        twin = self._twins.get((group.name, "zh" if group.lang == "en" else "en"))
        if group.name not in _GROUPS or twin is None:
            return None
        other = twin.shown(twin.rows[self._index[id(row)]])
        slots = dict(group.shown(row))
        for key in _NAMED.get(group.name, ("x",)):
            # In a Chinese sentence an English name mostly loses its article.
            name = other[key] if group.lang == "en" or rng.random() < 0.25 else other[key].removeprefix("the ")
            slots[key] = name
            if key == "x":
                slots |= {alias: name for alias in ("b", "ax", "xs") if alias in slots}
        if group.lang == "en" and "is" in slots:
            # A Chinese name has no plural.
            slots |= {key: form for key, form in _SINGULAR.items() if key in slots}
        return slots
