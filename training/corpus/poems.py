"""Small poems: couplets about one subject, put together anew each time."""

from __future__ import annotations

from random import Random

from .people import person
from .poem_lines import EN, EN_CLOSE, ZH, ZH_CLOSE
from .wording import pick

LINES: dict[str, dict[str, tuple[str, ...]]] = {"en": EN, "zh": ZH}
_CLOSE = {"en": EN_CLOSE, "zh": ZH_CLOSE}
_TITLES = {"en": ("{s}", "a poem about {s}", "{s}: a small poem", "song of {s}"), "zh": ("{s}", "《{s}》", "小诗：{s}", "写给{s}")}
_FRAMES = {
    "en": ("{name} wrote a poem about {s}:", "in the school book there was a poem about {s}:", "{name} read aloud what {he} had written about {s}:", "on the wall of the classroom hung a poem about {s}."),
    "zh": ("{name}写了一首关于{s}的诗：", "课本里有一首写{s}的诗：", "{name}大声读{he}写的小诗，写的是{s}：", "教室的墙上贴着一首写{s}的诗。"),
}


def _set(couplet: str, lang: str) -> str:
    """Two lines; Chinese ones end in a comma and a full stop."""
    first, second = couplet.split("/")
    return f"{first}\n{second}" if lang == "en" else f"{first}，\n{second}。"


def poem(rng: Random, lang: str, subject: str, couplets: int | None = None) -> str:
    """Two or three couplets about a subject, in the order in which they were written, now and then with one to close."""
    lines = LINES[lang][subject]
    count = couplets or (2 if rng.random() < 0.65 else 3)
    chosen = [lines[i] for i in sorted(rng.sample(range(len(lines)), k=count))]
    if rng.random() < 0.15:
        chosen.append(rng.choice(_CLOSE[lang]))
    return "\n".join(_set(couplet, lang) for couplet in chosen)


def poem_page(rng: Random, lang: str) -> str:
    """One poem with a title or a sentence before it, or several in a row."""
    subjects = list(LINES[lang])
    dice = rng.random()
    if dice < 0.2:
        some = rng.sample(subjects, k=rng.randint(2, 4))
        used = pick(rng, _TITLES[lang][:2], s="{s}")
        return "\n\n".join(used.replace("{s}", s) + "\n" + poem(rng, lang, s, 2) for s in some)
    subject = rng.choice(subjects)
    if dice < 0.5:
        return pick(rng, _FRAMES[lang], s=subject, **person(rng, lang)) + "\n" + poem(rng, lang, subject)
    return pick(rng, _TITLES[lang], s=subject) + "\n" + poem(rng, lang, subject)
