"""What a fact is here: rows of a table together with the ways to ask for and to state them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from .cores import Core
from .cores_en import ENGLISH
from .cores_zh import CHINESE
from .wording import expand, favour_first

# Answers that begin so make sense only after their question.
_LEANS_ON_QUESTION = ("it ", "that ", "它", "是", "在{country}", "{food}.", "you ", "可以")


@dataclass(frozen=True)
class FactGroup:
    """Facts of one kind in one language.

    `held` wordings never reach the training stream: they are what evaluation asks with.
    `check` names the slot whose value has to occur in a right answer (several accepted
    forms are separated by a slash).
    """

    name: str
    lang: str
    rows: tuple[dict[str, str], ...]
    ask: tuple[str, ...]
    held: tuple[str, ...]
    answer: tuple[str, ...]
    check: str
    follow: tuple[str, ...] = field(default=())
    first: int | None = None
    """How many rows the first edition had; `None` if all of them."""

    @property
    def core(self) -> Core:
        """The middles of questions, which `building` puts parts around."""
        return (ENGLISH if self.lang == "en" else CHINESE)[self.name]

    @property
    def first_rows(self) -> tuple[dict[str, str], ...]:
        """What the first edition was asked."""
        return self.rows if self.first is None else self.rows[: self.first]

    def question(self, rng: Random, row: dict[str, str]) -> str:
        return expand(rng, rng.choice(self.ask), **self.shown(row))

    def held_question(self, rng: Random, row: dict[str, str]) -> str:
        return expand(rng, rng.choice(self.held), **self.shown(row))

    def follow_up(self, rng: Random, row: dict[str, str]) -> str:
        return expand(rng, rng.choice(self.follow), **self.shown(row))

    def reply(self, rng: Random, row: dict[str, str]) -> str:
        return expand(rng, favour_first(rng, self.answer), **self.shown(row))

    def statement(self, rng: Random, row: dict[str, str]) -> str:
        """The fact as a sentence that stands by itself: it names what it is about."""
        whole = [a for a in self.answer if a.count("{") > 1 and not a.startswith(_LEANS_ON_QUESTION)]
        return expand(rng, rng.choice(whole or self.answer[:1]), **self.shown(row))

    def accepted(self, row: dict[str, str]) -> list[str]:
        return row[self.check].split("/")

    @staticmethod
    def shown(row: dict[str, str]) -> dict[str, str]:
        """The slots as text shows them: the first of several accepted forms."""
        slots = {key: value.split("/")[0] for key, value in row.items()}
        if "x" in slots:
            slots["b"] = slots["x"].removeprefix("the ")
        return slots


def rows(cells: list[list[str]], *names: str) -> tuple[dict[str, str], ...]:
    """Name the cells of a table; an underscore leaves a column out."""
    return tuple(
        {name: cell for name, cell in zip(names, line, strict=True) if name != "_"} for line in cells
    )
