"""Pages of daily life: diaries, letters to friends, recipes, talks, little essays, rooms and streets, sayings and notices.

The words stand in `life_en` and `life_zh`; here they are put together.
"""

from __future__ import annotations

from random import Random

from . import life_en, life_zh
from .facts_words import DAYS, MONTHS
from .people import RELATIVES, person, second
from .wording import join, pick

_WORDS = {"en": life_en, "zh": life_zh}


def _slots(rng: Random, lang: str) -> dict[str, str]:
    """Two people, a relative, a day, and things that a page can be about."""
    words, e = _WORDS[lang], 0 if lang == "en" else 1
    p = person(rng, lang)
    p |= second(person(rng, lang, p))
    one, two = rng.sample(words.THINGS, k=2)
    hour = rng.randint(1, 11)
    return p | {
        "relative": rng.choice(RELATIVES[lang]), "day": rng.choice(DAYS)[e], "month": rng.choice(MONTHS)[e], "place": rng.choice(words.PLACES), "thing": one, "other": two,
        "food": rng.choice(words.FOODS), "animal": rng.choice(words.ANIMALS), "n": str(rng.randint(2, 12)), "hour": str(hour), "date": str(rng.randint(1, 28)), "colour": rng.choice(words.COLOURS),
    }


def _some(rng: Random, options: tuple[str, ...], low: int, high: int, p: dict[str, str]) -> list[str]:
    """A few different ones of the templates, filled."""
    return [pick(rng, (t,), **p) for t in rng.sample(options, k=min(len(options), rng.randint(low, high)))]


def diary(rng: Random, lang: str) -> str:
    """One day or several, in the first person."""
    words, lines = _WORDS[lang], []
    days = 1 if rng.random() < 0.7 else rng.randint(2, 5)
    start, used = rng.randrange(7), set()
    p = _slots(rng, lang)
    for i in range(days):
        q = {**p, **{key: value for key, value in _slots(rng, lang).items() if key in ("thing", "other", "food", "animal", "n", "hour", "place", "colour")}, "day": DAYS[(start + i) % 7][0 if lang == "en" else 1]}
        fresh = [t for t in words.DIARY if t not in used]
        chosen = rng.sample(fresh, k=min(len(fresh), rng.randint(3, 6)))
        used.update(chosen)
        body = [pick(rng, words.WEATHER_TODAY, **q), *(pick(rng, (t,), **q) for t in chosen)]
        if i == days - 1 and rng.random() < 0.6:
            body.append(pick(rng, words.DIARY_END, **q))
        lines.append(pick(rng, words.DIARY_HEAD, **q) + ("\n" if rng.random() < 0.5 else " " if lang == "en" else "：") + join(lang, body))
    return "\n".join(lines)


def note(rng: Random, lang: str) -> str:
    """A letter, a postcard or a note left on a table."""
    words, p = _WORDS[lang], _slots(rng, lang)
    body = join(lang, [pick(rng, words.LETTER_OPEN, **p), *_some(rng, words.LETTER, 2, 6, p), pick(rng, words.LETTER_CLOSE, **p)])
    return pick(rng, words.DEAR, **p) + "\n" + body + "\n" + pick(rng, words.YOURS, **p)


def recipe(rng: Random, lang: str) -> str:
    """How a dish is made, as a list of steps or as a text."""
    words, p = _WORDS[lang], _slots(rng, lang)
    dish, *stuff = rng.choice(words.DISHES)
    rng.shuffle(stuff)
    p |= {"dish": dish, "a": stuff[0], "b": stuff[1], "c": stuff[2]}
    steps = [pick(rng, step, **p) for step in words.STEPS if rng.random() < 0.85]
    head = pick(rng, words.RECIPE_HEAD, **p)
    if rng.random() < 0.4:
        return head + "\n" + pick(rng, words.NEEDED, **p) + "\n" + "\n".join(f"{i}. {step}" for i, step in enumerate(steps, 1)) + ("\n" + pick(rng, words.RECIPE_END, **p) if rng.random() < 0.5 else "")
    return join(lang, [pick(rng, words.NEEDED, **p), *steps, pick(rng, words.RECIPE_END, **p)])


def _spoken(text: str) -> str:
    """Before "said" and "answered" English has a comma for the full stop."""
    return text.replace('." said', '," said').replace('." answered', '," answered')


def scene(rng: Random, lang: str) -> str:
    """Two people talk, as on a stage: in a shop, at a station, at the door."""
    words, p = _WORDS[lang], _slots(rng, lang)
    place, opening, middle, end = rng.choice(words.SCENES)
    said = [pick(rng, opening, **p)]
    said += [pick(rng, (t,), **p) for t in rng.sample(middle, k=rng.randint(2, min(5, len(middle))))]
    said.append(pick(rng, end, **p))
    pairs = [line.split(" / ") for line in said]
    style = rng.random()
    one, two = p["name"], p["name2"]
    out = []
    for first, reply in pairs:
        if style < 0.65:
            colon = ": " if lang == "en" else "："
            out += [f"{one}{colon}{first}", f"{two}{colon}{reply}"]
        else:
            out += [_spoken(pick(rng, words.SAYS_ONE, said=first, **p)), _spoken(pick(rng, words.SAYS_TWO, said=reply, **p))]
    text = "\n".join(out) if style < 0.65 or rng.random() < 0.5 else join(lang, out)
    return (pick(rng, (place,), **p) + "\n" if rng.random() < 0.7 else "") + text


def essay(rng: Random, lang: str) -> str:
    """What speaks for a thing, what against it, and what one thinks of it."""
    words, p = _WORDS[lang], _slots(rng, lang)
    topic, reasons, against, close = rng.choice(words.ESSAYS)
    p["topic"] = topic
    lines = [pick(rng, words.ESSAY_OPEN, **p), *_some(rng, reasons, 2, 4, p)]
    if rng.random() < 0.6:
        lines += [pick(rng, words.ESSAY_TURN, **p), *_some(rng, against, 1, 2, p)]
    lines.append(pick(rng, close, **p))
    title = pick(rng, words.ESSAY_TITLE, **p) + "\n" if rng.random() < 0.4 else ""
    return title + join(lang, lines)


def view(rng: Random, lang: str) -> str:
    """A room, a street, a market or a landscape, as one sees it."""
    words, p = _WORDS[lang], _slots(rng, lang)
    opening, parts = rng.choice(words.VIEWS)
    return join(lang, [pick(rng, opening, **p), *_some(rng, parts, 3, 6, p), *_some(rng, words.VIEW_END, 0, 1, p)])


def sayings(rng: Random, lang: str) -> str:
    """Sentences like proverbs, in a list or one with a thought to it."""
    words, p = _WORDS[lang], _slots(rng, lang)
    if rng.random() < 0.45:
        lines = _some(rng, words.SAYINGS, 3, 8, p)
        return ("\n" if rng.random() < 0.6 else " " if lang == "en" else "").join(lines)
    said = pick(rng, words.SAYINGS, **p)
    return join(lang, [pick(rng, words.SAYING_LEAD, said=said, **p), *_some(rng, words.SAYING_THOUGHT, 2, 4, p)])


def notice(rng: Random, lang: str) -> str:
    """A paper on a wall or door: lost, found, opened, closed, for sale; or rules of a house."""
    words, p = _WORDS[lang], _slots(rng, lang)
    head, *rest = rng.choice(words.NOTICES)
    lines = [pick(rng, (head,), **p), *_some(rng, tuple(rest), 2, len(rest), p)]
    return lines[0] + "\n" + ("\n" if rng.random() < 0.5 else " " if lang == "en" else "").join(lines[1:])


def portrait(rng: Random, lang: str) -> str:
    """Who somebody is, what he or she does and likes."""
    words, p = _WORDS[lang], _slots(rng, lang)
    work, *doings = rng.choice(words.WORK)
    p["work"] = work
    return join(lang, [pick(rng, words.PORTRAIT_OPEN, **p), *_some(rng, tuple(doings), 1, 3, p), *_some(rng, words.PORTRAIT, 2, 5, p)])
