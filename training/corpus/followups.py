"""Conversations in which one question leads to the next.

A conversation is made of moves. Each knows what was asked before: the group of the fact
and its row. "And its capital?" keeps the thing and changes the group, "and Japan?" keeps
the group and changes the thing, "are you sure?" keeps both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from . import answers, arithmetic, around, followup_words as words, typed, unknown
from .cases import FACT_GROUPS, Case, CaseDrawer, Message
from .facts import FactGroup
from .people import RELATIVES, person
from .wording import casual, expand, favour_first

_GROUPS = {(group.name, group.lang): group for group in FACT_GROUPS}
_FAMILY = {name: family for family in words.FAMILIES for name in family}
_CHAINS = ("day_next", "month_next", "season_next")
_MOVES_FACT = {"aspect": 0.20, "swap": 0.15, "meant": 0.14, "sure": 0.13, "deny": 0.13, "again": 0.07, "shorter": 0.02, "longer": 0.02, "other language": 0.14}


_WITH_OPENING = 0.18
"""Share of the turns that go on from an earlier one and say something else first."""


@dataclass(frozen=True)
class Turn:
    """What the user says, what is answered, and the case by which an answer can be judged."""

    question: str
    answer: str
    case: Case | None = None
    mistaken: bool = False
    """Whether the answer is wrong, and not to be learned."""

    @property
    def messages(self) -> tuple[Message, Message]:
        return ("user", self.question), ("mistake" if self.mistaken else "assistant", self.answer)


@dataclass
class Talk:
    """What a conversation is about at the moment."""

    lang: str
    turns: list[Turn] = field(default_factory=list)
    group: FactGroup | None = None
    row: dict[str, str] = field(default_factory=dict)

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(message for turn in self.turns for message in (("user", turn.question), ("assistant", turn.answer)))


def _subject(row: dict[str, str], group: FactGroup) -> str:
    """How the thing of a row is named in "and ...?"."""
    key = "capital" if group.name == "capital_of" else next((key for key in ("ax", "x", "en" if group.name == "to_zh" else "zh") if key in row), "")
    return row[key].split("/")[0] if key else ""


def _can_swap(group: FactGroup) -> bool:
    return bool(_subject(group.rows[0], group)) and group.name not in ("mixture", "weather", "season_like", "season_do")


def _country_of(talk: Talk) -> tuple[FactGroup, dict[str, str]] | None:
    """The row of the country in which a landmark is."""
    home = _GROUPS["capital", talk.lang]
    names = talk.row["country"].split("/")
    return next(((home, row) for row in home.rows if row["x"] in names), None)


def _case(talk: Talk, question: str, group: FactGroup, row: dict[str, str], held: bool) -> Case:
    return Case("fact", talk.lang, question, held, before=talk.messages, group=group, row=row)


def _say(rng: Random, ways: words.Ways, held: bool, lang: str, **slots: str) -> str:
    if not held:
        slots = {"name": person(rng, lang)["name"], "relative": rng.choice(RELATIVES[lang]), **slots}
    text = expand(rng, rng.choice(ways.held if held else ways.ask), **slots)
    if held:
        return text
    if rng.random() < _WITH_OPENING:
        opening = around.opening(rng, lang)
        text = opening + (text[:1].lower() + text[1:] if lang == "en" and opening[-2:-1] not in ("!", "?", ".") and text[:2] not in ("I ", "I'") else text)
    return typed.typed(rng, lang, text, tuple(sorted(slots.values())))


def _ask(rng: Random, talk: Talk, question: str, group: FactGroup, row: dict[str, str], held: bool, answer: str | None = None) -> Turn:
    """A turn that asks for a fact, which the talk is about from now on."""
    case = _case(talk, question, group, row, held)
    turn = Turn(question, answer or answers.supervised(rng, case), case)
    talk.group, talk.row = group, row
    return turn


# ------------------------------------------------------------------ moves
def _aspect(rng: Random, talk: Talk, held: bool) -> Turn | None:
    group, row = talk.group, talk.row
    assert group is not None
    name = "capital" if group.name == "capital_of" else group.name
    family = _FAMILY.get(name)
    if family is None:
        return None
    wanted = [other for other in family if other != name and (other, talk.lang) in _GROUPS]
    rows = _GROUPS[family[0], talk.lang].rows
    at = next((i for i, other in enumerate(rows) if other["x"] == row["x"]), None)
    if at is None:
        return None
    if family[0] == "landmark_country" and rng.random() < 0.45:
        found = _country_of(talk)
        if found is None:
            return None
        target = rng.choice(words.FAMILIES[1])
        group, row = _GROUPS[target, talk.lang], found[1]
    else:
        target = rng.choice(wanted)
        group = _GROUPS[target, talk.lang]
        row = group.rows[at]
    country = talk.row.get("country", "").split("/")[0]
    return _ask(rng, talk, _say(rng, words.ASPECTS[talk.lang][target], held, talk.lang, country=country), group, row, held)


def _another_row(rng: Random, talk: Talk) -> dict[str, str] | None:
    """Another thing of which the same can be asked; none where that is not natural."""
    assert talk.group is not None
    if not _can_swap(talk.group):
        return None
    row = rng.choice(talk.group.rows)
    return row if row != talk.row else None


def _swap(rng: Random, talk: Talk, held: bool) -> Turn | None:
    row = _another_row(rng, talk)
    if row is None:
        return None
    ways = words.SWAP[talk.lang]
    return _ask(rng, talk, _say(rng, ways, held, talk.lang, x=_subject(row, talk.group)), talk.group, row, held)


def _meant(rng: Random, talk: Talk, held: bool) -> Turn | None:
    row = _another_row(rng, talk)
    if row is None:
        return None
    question = _say(rng, words.MEANT[talk.lang], held, talk.lang, x=_subject(row, talk.group), old=_subject(talk.row, talk.group))
    return _ask(rng, talk, question, talk.group, row, held)


def _after(rng: Random, talk: Talk, held: bool) -> Turn | None:
    assert talk.group is not None
    if talk.group.name not in _CHAINS:
        return None
    row = next((row for row in talk.group.rows if row["x"] == talk.row["next"]), None)
    if row is None:
        return None
    return _ask(rng, talk, _say(rng, words.AFTER[talk.lang], held, talk.lang, value=row["x"]), talk.group, row, held)


def _statement(rng: Random, talk: Talk) -> str:
    assert talk.group is not None
    return talk.group.statement(rng, talk.row)


def _framed(rng: Random, frames: tuple[str, ...], said: str) -> str:
    return expand(rng, favour_first(rng, frames), s=said)


def _sure(rng: Random, talk: Talk, held: bool) -> Turn | None:
    question = _say(rng, words.SURE[talk.lang], held, talk.lang)
    return _ask(rng, talk, question, talk.group, talk.row, held, _framed(rng, words.YES_SURE[talk.lang], _statement(rng, talk)))


def _deny(rng: Random, talk: Talk, held: bool) -> Turn | None:
    """The user is wrong: the answer keeps kindly to the fact, and does not name the other value."""
    assert talk.group is not None
    others = [row for row in talk.group.rows if not set(talk.group.accepted(row)) & set(talk.group.accepted(talk.row))]
    if not others or talk.group.name in ("landmark_kind", "animal_can", "weather", "season_like", "season_do"):
        return None
    value = talk.group.accepted(rng.choice(others))[0]
    question = _say(rng, words.DENY[talk.lang], held, talk.lang, value=value)
    return _ask(rng, talk, question, talk.group, talk.row, held, _framed(rng, words.STILL[talk.lang], _statement(rng, talk)))


def _corrected(rng: Random, talk: Talk, held: bool) -> list[Turn] | None:
    """The last answer made wrong, and the user, who is right, corrects it."""
    group, row, last = talk.group, talk.row, talk.turns[-1]
    assert group is not None
    others = [other for other in group.rows if not set(group.accepted(other)) & set(group.accepted(row))]
    if not others or last.case is None or last.case.claim is not None or group.name in ("landmark_kind", "animal_can", "weather", "season_like", "season_do"):
        return None
    talk.turns[-1] = replace(last, answer=answers.terse(last.case, rng.choice(others)), mistaken=True)
    question = _say(rng, words.CORRECT[talk.lang], held, talk.lang, value=group.accepted(row)[0])
    turn = _ask(rng, talk, question, group, row, held, _framed(rng, words.SORRY[talk.lang], _statement(rng, talk)))
    return [*talk.turns, turn]


def _again(rng: Random, talk: Talk, held: bool) -> Turn | None:
    question = _say(rng, words.AGAIN[talk.lang], held, talk.lang)
    return _ask(rng, talk, question, talk.group, talk.row, held, _statement(rng, talk))


def _shorter(rng: Random, talk: Talk, held: bool) -> Turn | None:
    question = _say(rng, words.SHORTER[talk.lang], held, talk.lang)
    return _ask(rng, talk, question, talk.group, talk.row, held, answers.terse(_case(talk, question, talk.group, talk.row, held)))


def _longer(rng: Random, talk: Talk, held: bool) -> Turn | None:
    question = _say(rng, words.LONGER[talk.lang], held, talk.lang)
    return _ask(rng, talk, question, talk.group, talk.row, held, _statement(rng, talk))


def _other_language(rng: Random, talk: Talk, held: bool) -> Turn | None:
    """The same fact in the other language, in which the conversation goes on."""
    assert talk.group is not None
    other = "zh" if talk.lang == "en" else "en"
    twin = _GROUPS.get((talk.group.name, other))
    if twin is None or len(twin.rows) != len(talk.group.rows) or talk.group.name.startswith(("to_", "opposite")):
        return None
    row = twin.rows[talk.group.rows.index(talk.row)]
    question = _say(rng, words.OTHER_LANGUAGE[talk.lang], held, talk.lang)
    before = talk.messages
    talk.lang, talk.group, talk.row = other, twin, row
    answer = twin.statement(rng, row)
    return Turn(question, answer, Case("fact", other, question, held, before=before, group=twin, row=row))


Move = Callable[[Random, Talk, bool], Turn | None]
MOVES: dict[str, Move] = {
    "aspect": _aspect, "swap": _swap, "meant": _meant, "sure": _sure, "deny": _deny, "again": _again, "shorter": _shorter, "longer": _longer,
    "other language": _other_language, "after": _after,
}


def _plain(rng: Random, talk: Talk, said: tuple[tuple[str, ...], tuple[str, ...]]) -> Turn:
    """Something that is no question for a fact: thanks, goodbye, "how do you know?"."""
    return Turn(casual(rng, expand(rng, rng.choice(said[0])), talk.lang, framed=False), expand(rng, favour_first(rng, said[1])))


def _opening(rng: Random, drawer: CaseDrawer, talk: Talk, change: bool = False) -> Turn:
    """A fact asked for in full; `change`: after something else was spoken of."""
    while True:
        case = drawer.draw(rng, "fact", talk.lang)
        # What can be followed up is asked for more often.
        if case.group.name in _FAMILY or case.group.name in _CHAINS or rng.random() < 0.35:
            break
    question = case.question
    if change and rng.random() < 0.6:
        lead = rng.choice(words.NEW_SUBJECT[talk.lang])
        lower = talk.lang == "en" and not lead.rstrip().endswith(".") and question[:2] not in ("I ", "I'")
        question = lead + (question[:1].lower() + question[1:] if lower else question)
        question = question[:1].upper() + question[1:]
    case = replace(case, question=question, before=talk.messages)
    talk.group, talk.row = case.group, case.row
    return Turn(question, answers.supervised(rng, case), case)


def _move(rng: Random, talk: Talk, name: str, held: bool) -> Turn | None:
    assert talk.group is not None
    if talk.group.name in _CHAINS and name in ("aspect", "swap", "meant"):
        name = "after"
    return MOVES[name](rng, talk, held)


def conversation(rng: Random, lang: str, drawer: CaseDrawer) -> list[Turn]:
    """Two to ten turns."""
    talk = Talk(lang)
    dice = rng.random()
    if dice < 0.13:
        return _sums(rng, lang)
    if dice < 0.18:
        return _remembered(rng, lang, drawer)
    talk.turns.append(_opening(rng, drawer, talk))
    if dice < 0.25 and (corrected := _corrected(rng, talk, False)):
        talk.turns[:] = corrected
    wanted = rng.choices((2, 3, 4, 5, 6, 8, 10), (30, 28, 18, 10, 7, 4, 3))[0]
    while len(talk.turns) < wanted:
        dice = rng.random()
        turn: Turn | None
        before = talk.lang, talk.group, talk.row
        if dice < 0.82:
            turn = _move(rng, talk, rng.choices(list(_MOVES_FACT), list(_MOVES_FACT.values()))[0], False)
        elif dice < 0.90:
            turn = _opening(rng, drawer, talk, change=True)
        elif dice < 0.94:
            turn = _plain(rng, talk, words.THANKS[talk.lang])
        elif dice < 0.97:
            turn = _plain(rng, talk, words.GOOD[talk.lang])
        else:
            turn = _plain(rng, talk, words.HOW_KNOWN[talk.lang])
        if turn is None or turn.question in (said.question for said in talk.turns):
            # What is not said leaves the talk where it was.
            talk.lang, talk.group, talk.row = before
            if rng.random() < 0.3:
                # Nothing to follow up here: another fact.
                talk.turns.append(_opening(rng, drawer, talk, change=True))
            continue
        talk.turns.append(turn)
    if rng.random() < 0.15:
        talk.turns.append(_plain(rng, talk, words.BYE[talk.lang]))
    return talk.turns


def _sum_turn(rng: Random, talk: Talk, total: int, held: bool) -> Turn:
    """Something is added to the last result, or taken away from it."""
    op = "+" if total < 20 and (total == 0 or rng.random() < 0.6) else "-"
    b = rng.randint(1, min(9, 20 - total)) if op == "+" else rng.randint(1, min(9, total))
    what = arithmetic.Sum(op, total, b, total + b if op == "+" else total - b)
    question = _say(rng, words.MORE_SUM[op, talk.lang], held, talk.lang, b=str(b))
    case = Case("arithmetic", talk.lang, question, held, before=talk.messages, sum=what)
    return Turn(question, answers.supervised(rng, case), case)


def _sums(rng: Random, lang: str, steps: int | None = None, held: bool = False) -> list[Turn]:
    talk = Talk(lang)
    question, what = arithmetic.ask(rng, lang)
    case = Case("arithmetic", lang, question, sum=what)
    talk.turns.append(Turn(question, answers.supervised(rng, case), case))
    steps = steps or rng.randint(1, 3)
    for step in range(steps):
        what = talk.turns[-1].case.sum
        talk.turns.append(_sum_turn(rng, talk, what.c, held and step == steps - 1))
    return talk.turns


def _remembered(rng: Random, lang: str, drawer: CaseDrawer) -> list[Turn]:
    """The user says a name, and asks for it later; or tells where something unknown is."""
    talk = Talk(lang)
    if rng.random() < 0.3:
        return _told(rng, talk)
    tell, welcome, ask, know = words.MEMORY[lang]
    name = person(rng, lang)["name"]
    talk.turns.append(Turn(expand(rng, rng.choice(tell), name=name), expand(rng, favour_first(rng, welcome), name=name)))
    for _ in range(rng.randint(0, 2)):
        talk.turns.append(_opening(rng, drawer, talk))
    talk.turns.append(Turn(casual(rng, expand(rng, rng.choice(ask)), lang, framed=False), expand(rng, favour_first(rng, know), name=name)))
    return talk.turns


def _told(rng: Random, talk: Talk) -> list[Turn]:
    """The model does not know a place, is told where it is, and is asked for what it was told."""
    _, what = unknown.ask(rng, talk.lang)
    place, country = what.slots["place"], rng.choice(_GROUPS["capital", talk.lang].rows)["x"]
    asked = ("where is {place}?", "which country is {place} in?", "do you know where {place} is?") if talk.lang == "en" else ("{place}在哪里？", "{place}在哪个国家？", "你知道{place}在哪儿吗？")
    tell, thanks = words.TOLD[talk.lang]
    talk.turns.append(Turn(expand(rng, rng.choice(asked), place=place), unknown.admission(rng, talk.lang)))
    talk.turns.append(Turn(expand(rng, rng.choice(tell), country=country), expand(rng, favour_first(rng, thanks), country=country)))
    if rng.random() < 0.6:
        said = "you said that it is in {country}." if talk.lang == "en" else "你说它在{country}。"
        talk.turns.append(Turn(expand(rng, rng.choice(asked), place=place), expand(rng, said, country=country)))
    return talk.turns


# ------------------------------------------------------------------ evaluation
EXAMINED = ("aspect", "swap", "meant", "sure", "deny", "again", "other language", "after", "sum", "corrected")
"""The moves that evaluation asks, in turn."""


def held(rng: Random, lang: str, count: int, drawer: CaseDrawer | None = None) -> list[tuple[str, Case]]:
    """The move and the case of the last question of `count` conversations of two or three turns, each kind of move in turn; what was said before is answered rightly and tersely. Judged by `preferences.right`."""
    drawer = drawer or CaseDrawer()
    found: list[tuple[str, Case]] = []
    while len(found) < count:
        way = EXAMINED[len(found) % len(EXAMINED)]
        if way == "sum":
            last = _sums(rng, lang, 1, held=True)[-1]
            found.append((way, last.case))
            continue
        talk = Talk(lang)
        talk.turns.append(_terse(_opening(rng, drawer, talk)))
        if way == "corrected":
            if corrected := _corrected(rng, talk, True):
                found.append((way, corrected[-1].case))
            continue
        if way == "after" and talk.group.name not in _CHAINS or way != "after" and talk.group.name in _CHAINS:
            continue
        if rng.random() < 0.35 and (middle := MOVES["after" if way == "after" else "swap"](rng, talk, False)):
            talk.turns.append(_terse(middle))
        turn = MOVES[way](rng, talk, True)
        if turn is not None and turn.case is not None:
            found.append((way, turn.case))
    return found


def _terse(turn: Turn) -> Turn:
    return replace(turn, answer=answers.fact(Random(0), turn.case, "terse")) if turn.case and turn.case.kind == "fact" else turn
