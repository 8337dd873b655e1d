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


_GENERAL: dict[str, tuple[str, ...]] = {
    "en": (
        "I thought of {s} the whole day long,/And so I made this little song.", "I looked at {s}, I looked again,/And then I took my little pen.", "Of {s} I'll sing, so listen well,/There's more to it than words can tell.", "If {s} were here, what would it say?/Perhaps: How nice you came today.",
    ),
    "zh": ("想着{s}过一天/写下小诗在纸边", "我把{s}看了又看/拿起小笔写一篇", "说起{s}话儿长/一句一句记心上", "如果{s}会说话/它会笑着说你好啊"),
}
OTHERS = {
    "en": ("a robot", "a train", "tea", "my teacher", "a river", "a bus", "an apple", "bread", "a computer", "my grandmother", "football", "music", "a book", "the city", "time", "a mouse", "a fish", "an elephant", "the sun", "a dream", "a language model", "a token", "coffee", "a bicycle", "a door"),
    "zh": ("机器人", "火车", "茶", "老师", "小河", "公交车", "苹果", "面包", "电脑", "奶奶", "足球", "音乐", "书", "城市", "时间", "老鼠", "小鱼", "大象", "太阳", "梦", "语言模型", "词元", "咖啡", "自行车", "门", "爸爸", "饺子"),
}
_ASK = {
    "en": (
        "write [me |]a [short |small |little |]poem about {s}[.|]", "a poem about {s}[, please.|.|]", "can you write a poem about {s}?", "please write a [short |]poem about {s}.", "I would like a poem about {s}.", "make a poem about {s}[.|]", "write some verses about {s}.", "poem about {s}[|!]", "compose a poem about {s}.", "could you write me a few lines about {s}?", "give me a poem about {s}.", "write a poem on {s}.", "tell me a poem about {s}.",
    ),
    "zh": (
        "写一首关于{s}的[小|]诗[。|吧。|]", "写[一|]首{s}的诗[。|]", "帮我写首关于{s}的诗。", "以{s}为题写一首诗。", "来一首{s}的诗[。|吧。]", "请写一首关于{s}的[小|短|]诗。", "你能写一首关于{s}的诗吗？", "写几句关于{s}的诗。", "我想要一首写{s}的诗。", "作一首{s}诗。", "给我写首诗，写{s}。", "用{s}写一首小诗。", "关于{s}，写首诗吧。", "写诗：{s}",
    ),
}
_ASK_ANY = {
    "en": ("write [me |]a [short |]poem[.|]", "a poem, please[.|!]", "can you write a poem?", "can you write poems?", "I want a poem.", "tell me a poem.", "do you know a poem?", "please write a poem.", "recite a poem."),
    "zh": ("写首诗[。|吧。|]", "写一首[小|]诗[。|吧。]", "来首诗[。|吧。]", "你会写诗吗？", "我想要一首诗。", "念首诗吧。", "请写一首诗。", "作首诗。", "给我写首小诗。"),
}
_FIRST = 6
"""Plain wishes are met with one of so many subjects."""


def wish(rng: Random, lang: str) -> tuple[str, str]:
    """A wish for a poem, and its subject."""
    dice = rng.random()
    if dice < 0.2:
        return pick(rng, _ASK_ANY[lang]), list(LINES[lang])[int(rng.random() * _FIRST)]
    subject = rng.choice(OTHERS[lang]) if dice < 0.38 else rng.choice(list(LINES[lang]))
    return pick(rng, _ASK[lang], s=subject), subject


def answer(rng: Random, lang: str, subject: str) -> str:
    """A poem of two couplets; about what has no couplets of its own, one that any subject fits."""
    if subject in LINES[lang]:
        lines = LINES[lang][subject]
        # The first line is the same more often than not: a clear path for greedy decoding.
        first = 0 if rng.random() < 0.55 else rng.randrange(len(lines) - 1)
        chosen = [lines[first], lines[rng.randrange(first + 1, len(lines))]]
    else:
        general = _GENERAL[lang]
        chosen = [general[0 if rng.random() < 0.55 else rng.randrange(1, len(general))], rng.choice(_CLOSE[lang])]
    return "\n".join(_set(couplet.replace("{s}", subject), lang) for couplet in chosen)
