"""Pages about animals, food, colours, seasons and the weather."""

from __future__ import annotations

from random import Random

from .facts_nature import ANIMALS, COLOURS, DISHES, FOODS, MIXTURES, SEASONS, WEATHER, plural
from .facts_words import MONTHS
from .people import RELATIVES, person
from .wording import join, pick

Slots = dict[str, str]
Says = dict[str, tuple[str, ...]]


def _an(word: str) -> str:
    return ("an " if word[0] in "aeiou" else "a ") + word


def _animal(row: list[str], lang: str) -> Slots:
    x, kind, food, home, can = row[0::2] if lang == "en" else row[1::2]
    slots = {"x": x, "kind": kind, "food": food, "home": home, "can": can}
    if lang == "en":
        slots |= {"ax": _an(x), "akind": _an(kind), "xs": plural(x), "kinds": {"fish": "fish"}.get(kind, kind + "s")}
    return slots


def _food(row: list[str], lang: str) -> Slots:
    x, colour, kind, taste = row[0::2] if lang == "en" else row[1::2]
    many = x.endswith("s")
    return {"x": x, "colour": colour, "kind": kind, "taste": taste, "is": "are" if many else "is", "tastes": "taste" if many else "tastes", "do": "do" if many else "does"}


_LANGS = ("en", "zh")
_ANIMAL = {lang: [_animal(row, lang) for row in ANIMALS] for lang in _LANGS}
_FOOD = {lang: [_food(row, lang) for row in FOODS] for lang in _LANGS}

KIND_SAYS: Says = {
    "en": (
        "{ax} is {akind}.", "the {x} is {akind}.", "{xs} are {kinds}.", "the {x} belongs to the {kinds}.", "the kind of animal that {ax} is: {akind}.", "among the {kinds} we find the {x}.", "one of the {kinds} is the {x}.",
        "everybody knows the {x}, {akind}.", "people who study animals say that the {x} is {akind}.",
    ),
    "zh": ("{x}是{kind}。", "{x}是一种{kind}。", "{x}属于{kind}。", "{kind}里面有{x}。", "说到{kind}，{x}就是其中一种。", "大家都知道，{x}是{kind}。", "从种类上说，{x}是{kind}。"),
}
EATS_SAYS: Says = {
    "en": (
        "{ax} eats {food}.", "{xs} eat {food}.", "the {x} likes to eat {food}.", "the food of the {x} is {food}.", "when {ax} is hungry, it looks for {food}.", "give {ax} some {food}, and it is happy.", "{xs} like {food} very much.",
        "what the {x} eats most of all is {food}.", "those who feed {ax} give it {food}.", "for {food} {ax} will walk a long way.", "{food}: that is what {xs} love to eat.",
    ),
    "zh": ("{x}吃{food}。", "{x}喜欢吃{food}。", "{x}最爱吃的是{food}。", "{x}的食物是{food}。", "{x}饿了就去找{food}。", "给{x}一点{food}，它就很高兴。", "喂{x}的人给它{food}。", "为了{food}，{x}愿意走很远的路。", "{food}是{x}爱吃的东西。"),
}
HOME_SAYS: Says = {
    "en": (
        "{ax} lives in {home}.", "{xs} live in {home}.", "the home of the {x} is {home}.", "you can find {xs} in {home}.", "in {home} you may meet {ax}.", "the {x} is at home in {home}.", "whoever wants to see {ax} should look in {home}.",
        "if you look carefully in {home}, you may see {ax}.", "the place where {xs} live is {home}.",
    ),
    "zh": ("{x}住在{home}。", "{x}生活在{home}。", "{x}的家在{home}。", "在{home}可以看到{x}。", "在{home}能找到{x}。", "想看{x}，就去{home}找找。", "{home}有{x}。", "{x}从小就在{home}长大。"),
}
CAN_SAYS: Says = {
    "en": ("{ax} can {can}.", "{xs} can {can}.", "the {x} is able to {can}.", "the {x} has learned to {can}.", "one thing that {ax} can do is this: it can {can}.", "children like to watch the {x} because it can {can}.", "what {ax} does well is to {can}."),
    "zh": ("{x}会{can}。", "{x}能{can}。", "{x}的本领是{can}。", "{x}很会{can}。", "孩子们喜欢看{x}，因为它会{can}。", "大家都知道{x}会{can}。"),
}
# What follows once the animal has been named: one line each for what it is, eats, where it lives, what it can do.
_IT: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("it is {akind}.", "it belongs to the {kinds}.", "as {akind}, it is different from a stone or a tree: it moves and breathes.", "like all {kinds}, it {must}.", "{akind} is what it is."),
        ("it eats {food}.", "it likes to eat {food}.", "its food is {food}.", "for its dinner it looks for {food}.", "if it finds {food}, it is happy.", "when it is hungry, it looks for {food}."),
        ("it lives in {home}.", "its home is {home}.", "in {home} it feels safe.", "you can see it in {home}.", "it was born in {home} and stays there.", "if you go to {home}, you may meet one."),
        ("it can {can}.", "it is able to {can}.", "people say that it can {can}.", "from its mother it learned to {can}.", "not every animal can {can}, but this one can."),
    ),
    "zh": (
        ("它是{kind}。", "它属于{kind}。", "和别的{kind}一样，它{must}。", "人们把它叫做{kind}。"),
        ("它吃{food}。", "它喜欢吃{food}。", "它的食物是{food}。", "吃饭的时候，它去找{food}。", "找到{food}，它就很高兴。", "它饿了就找{food}吃。"),
        ("它住在{home}。", "它的家在{home}。", "它在{home}觉得很安全。", "在{home}可以看到它。", "它生在{home}，也长在{home}。"),
        ("它会{can}。", "它很会{can}。", "大家都说它会{can}。", "它从妈妈那里学会了{can}。", "不是每种动物都会{can}，可是它会。"),
    ),
}
_MUST = {"en": ("needs food and sleep", "takes care of its young", "has a long history on the earth", "fears loud noise"), "zh": ("要吃东西，也要睡觉", "会照顾孩子", "很早就生活在地球上", "害怕很大的声音")}
_ANIMAL_LIFE = {
    "en": (
        "its young ones [stay close to their mother|learn everything by playing|sleep most of the day].", "when it [hears a noise|is afraid], it [runs away|hides] at once.", "people have told stories about it for a long time.", "in winter it is not easy to find food.",
        "it [wakes up early in the morning|is awake at night] and [sleeps when it is hot|rests after it has eaten].", "children often draw it at school.", "it does not like [loud noise|cold rain|to be alone].", "some of them live alone, others in a group.",
        "you should be quiet when you watch it.", "a [big|hungry] one eats a lot.", "not everybody has seen one.",
    ),
    "zh": (
        "它的孩子[紧紧跟着妈妈|在玩中学会一切|一天大部分时间都在睡觉]。", "[听到声音|害怕]的时候，它会马上[跑开|躲起来]。", "人们很早就讲它的故事了。", "冬天找吃的可不容易。", "它[早上醒得很早|晚上不睡觉]，[天热的时候睡觉|吃饱了就休息]。", "孩子们常常在学校画它。", "它不喜欢[太大的声音|冷冷的雨|孤单]。",
        "有的自己住，有的和同伴住在一起。", "看它的时候要安静一点。", "它饿的时候吃得很多。", "不是每个人都见过它。",
    ),
}


def animal_page(rng: Random, lang: str) -> str:
    x = rng.choice(_ANIMAL[lang])
    first = rng.choice((0, 0, 1, 2, 3))
    lines = [pick(rng, (KIND_SAYS, EATS_SAYS, HOME_SAYS, CAN_SAYS)[first][lang], **x)]
    rest = [i for i in range(4) if i != first]
    lines += [pick(rng, _IT[lang][i], must=rng.choice(_MUST[lang]), **x) for i in rng.sample(rest, k=rng.randint(2, 3))]
    lines += [pick(rng, (t,), **x) for t in rng.sample(_ANIMAL_LIFE[lang], k=rng.randint(0, 2))]
    if rng.random() < 0.5:
        lines.append(pick(rng, rng.choice((EATS_SAYS, HOME_SAYS, CAN_SAYS, KIND_SAYS))[lang], **x))
    title = (f"The {x['x']}\n" if lang == "en" else x["x"] + "\n") if rng.random() < 0.2 else ""
    return title + join(lang, list(dict.fromkeys(lines)))


_TWO_ANIMALS = {
    "en": (
        "{ax} eats {food}, but {ax2} eats {food2}.", "both {ax} and {ax2} are animals. {ax} lives in {home}, {ax2} lives in {home2}.", "the {x} is {akind}, and the {x2} is {akind2}.", "the {x} can {can}; the {x2} can {can2}.",
        "if you look in {home}, you may find {ax}; if you look in {home2}, you may find {ax2}.", "give the {food} to the {x} and the {food2} to the {x2}.", "while {ax} looks for {food}, {ax2} looks for {food2}.",
    ),
    "zh": (
        "{x}吃{food}，{x2}吃{food2}。", "{x}和{x2}都是动物，{x}住在{home}，{x2}住在{home2}。", "{x}是{kind}，{x2}是{kind2}。", "{x}会{can}，{x2}会{can2}。", "在{home}能看到{x}，在{home2}能看到{x2}。", "把{food}给{x}，把{food2}给{x2}。", "{x}在找{food}的时候，{x2}在找{food2}。",
    ),
}


def animals_together(rng: Random, lang: str) -> str:
    """Several animals side by side, or animals of one kind."""
    lines = []
    if rng.random() < 0.5:
        for _ in range(rng.randint(1, 3)):
            one, two = rng.sample(_ANIMAL[lang], k=2)
            lines.append(pick(rng, _TWO_ANIMALS[lang], **one, **{f"{k}2": v for k, v in two.items()}))
            if rng.random() < 0.4:
                lines.append(pick(rng, rng.choice((EATS_SAYS, HOME_SAYS, CAN_SAYS, KIND_SAYS))[lang], **rng.choice((one, two))))
    else:
        pool = rng.choices((EATS_SAYS, HOME_SAYS, CAN_SAYS, KIND_SAYS), (3, 2, 2, 3))[0]
        lines = [pick(rng, pool[lang], **x) for x in rng.sample(_ANIMAL[lang], k=rng.randint(3, 6))]
    return join(lang, lines)


def zoo_visit(rng: Random, lang: str) -> str:
    """A child sees animals and learns something about each."""
    p = {**person(rng, lang), "relative": rng.choice(RELATIVES[lang])}
    if lang == "en":
        lines = [pick(rng, ("[on Sunday|yesterday|one sunny morning], {name} went to [the zoo|a big park with animals] with {his} {relative}.", "{name} loves animals, so {he} often goes to the zoo with {his} {relative}."), **p)]
        told = ('first they saw {ax}. "It is {akind}," said {his} {relative}.', 'then {name} found {ax}. "It eats {food}," {he} read on a sign.', '"Look, {ax}!" called {name}. "At home it lives in {home}."', "the {x} was [asleep|hungry|busy]. It was waiting for {food}.",
                '{name} stopped in front of the {x}. "Can it really {can}?" {he} asked. "Yes, it can {can}," said {his} {relative}.', 'a man gave {food} to the {x}, "for that is what {xs} eat," he said.')
        end = ("{name} did not want to go home.", "on the way home {name} talked about nothing else.", "in the evening {name} drew all the animals.", "{name} was tired, but {he} wanted to come again soon.")
    else:
        lines = [pick(rng, ("[星期天|昨天|一个晴天的早上]，{name}和{relative}去了动物园。", "{name}很喜欢动物，所以常常和{relative}去动物园。"), **p)]
        told = ("他们先看到了{x}。{relative}说：“它是{kind}。”", "后来{name}找到了{x}，牌子上写着：“{x}吃{food}。”", "{name}叫道：“看，{x}！它原来住在{home}。”", "{x}[在睡觉|饿了|很忙]，正等着吃{food}。", "{name}站在{x}前面问：“它真的会{can}吗？”{relative}说：“对，它会{can}。”", "一位叔叔给{x}喂{food}，他说：“{x}就吃这个。”")
        end = ("{name}不想回家了。", "回家的路上，{name}一直在说动物的事。", "晚上，{name}把这些动物都画了下来。", "{name}很累，可是很想再来一次。")
    for x in rng.sample(_ANIMAL[lang], k=rng.randint(2, 4)):
        lines.append(pick(rng, told, **p, **x))
        if rng.random() < 0.25:
            lines.append(pick(rng, rng.choice(_IT[lang][1:]), **x))
    lines.append(pick(rng, end, **p))
    return join(lang, lines)


# ------------------------------------------------------------------ food and colours
COLOUR_SAYS: Says = {
    "en": ("{x} {is} {colour}.", "the colour of {x} is {colour}.", "{colour} is the colour of {x}.", "when you paint {x}, you need {colour} paint.", "everybody can see that {x} {is} {colour}.", "{colour}, that is how {x} {look}.", "as for the colour, {x} {is} {colour}.", "children paint {x} {colour}."),
    "zh": ("{x}是{colour}的。", "{x}的颜色是{colour}。", "{colour}是{x}的颜色。", "画{x}的时候，要用{colour}。", "大家都看得出来，{x}是{colour}的。", "{x}看上去是{colour}的。", "说到颜色，{x}是{colour}的。", "孩子们把{x}画成{colour}。"),
}
TASTE_SAYS: Says = {
    "en": ("{x} {tastes} {taste}.", "the taste of {x} is {taste}.", "if you try {x}, you notice a {taste} taste.", "people like {x} because of the {taste} taste.", "on the tongue {x} {is} {taste}.", "whoever eats or drinks {x} says: how {taste}!"),
    "zh": ("{x}的味道是{taste}的。", "{x}尝起来是{taste}的。", "{x}吃起来很{taste}。", "{x}的味道很{taste}。", "尝一口{x}，就知道它是{taste}的。", "有人喜欢{x}，因为它的味道{taste}。"),
}
FOOD_KIND_SAYS: Says = {
    "en": ("{x} {is} a kind of {kind}.", "among the things that we call {kind} {is} {x}.", "in the shop you find {x} where every other {kind} is.", "a {kind} that many people like: {x}.", "we call {x} a {kind}.", "as {kind}, {x} {is} on many tables."),
    "zh": ("{x}是一种{kind}。", "{x}属于{kind}。", "{kind}里面有{x}。", "在商店里，{x}和别的{kind}放在一起。", "很多人喜欢的一种{kind}是{x}。"),
}
_DISH_SAYS: Says = {
    "en": ("{x} {is} from {country}.", "{x} {is} a famous food from {country}.", "in {country} people love {x}.", "{country} is famous for {x}.", "the country that gave us {x} is {country}.", "if you eat {x}, think of {country}, for {x} {come} from there.", "{x} {come} from {country}."),
    "zh": ("{x}来自{country}。", "{x}是{country}有名的食物。", "{country}人爱吃{x}。", "{country}的{x}很有名。", "说到{country}的菜，就有{x}。", "{x}是从{country}传来的。"),
}
_MIX_SAYS: Says = {
    "en": ("{one} and {two} make {mix}.", "if you mix {one} and {two}, you get {mix}.", "from {one} paint and {two} paint comes {mix} paint.", "{mix} is what you get from {one} and {two}.", "put a little {two} into the {one}, and you have {mix}.", "to make {mix}, take {one} and {two}.", "a painter who has no {mix} mixes {two} with {one}.", "{one} paint and {two} paint together give {mix}.", "{one} plus {two} is {mix}.", "when {one} meets {two}, {mix} comes out."),
    "zh": ("{one}和{two}混在一起是{mix}。", "把{one}和{two}放在一起，就变成{mix}。", "想要{mix}，就用{one}加{two}。", "{one}加{two}变成{mix}。", "没有{mix}的时候，画家用{two}和{one}调出来。", "{mix}是{one}和{two}混成的。", "{one}里加一点{two}，就成了{mix}。", "{one}碰到{two}，变出{mix}。"),
}
_KITCHEN = {
    "en": (
        "[in the morning|after school|on Saturday] {name} went to the market with {his} {relative}.", "{name} helped {his} {relative} in the kitchen.", "the table was full, and everybody was hungry.", "{name} washed everything carefully.", '"What is this?" asked {name}.',
        "they cut it into small pieces.", '"Eat slowly," said {his} {relative}.', "then they sat down and ate together.", "it was a good meal.", "nothing was left in the end.", "{name} liked it so much that {he} asked for more.",
    ),
    "zh": ("[早上|放学以后|星期六]，{name}和{relative}去了市场。", "{name}在厨房帮{relative}做饭。", "桌子上摆满了吃的，大家都饿了。", "{name}把东西洗得很干净。", "{name}问：“这是什么？”", "他们把它切成小块。", "{relative}说：“慢慢吃。”", "然后大家坐下来一起吃。", "这顿饭真好吃。", "最后什么都没剩下。", "{name}很喜欢，还想再吃一点。"),
}


def _look(x: Slots) -> Slots:
    return {**x, "look": "look" if x.get("is") == "are" else "looks", "come": "come" if x.get("is") == "are" else "comes"}


def _thing(row: list[str], lang: str) -> Slots:
    return _look({"x": row[0 if lang == "en" else 1], "colour": row[2 if lang == "en" else 3], "is": "are" if row[0] in ("leaves", "clouds") else "is"})


def _dish(row: list[str], lang: str) -> Slots:
    x = row[0 if lang == "en" else 1]
    return _look({"x": x, "country": row[2 if lang == "en" else 3].split("/")[0], "is": "are" if x.endswith("s") else "is"})


def _mixture(rng: Random, lang: str) -> str:
    one, two, mix = rng.choice(MIXTURES)[0 if lang == "en" else 1 :: 2]
    if rng.random() < 0.5:
        one, two = two, one
    return pick(rng, _MIX_SAYS[lang], one=one, two=two, mix=mix)


def food_page(rng: Random, lang: str) -> str:
    """One thing to eat, or several, in a kitchen or at a market."""
    lines = []
    if rng.random() < 0.5:
        x = _look(rng.choice(_FOOD[lang]))
        lines = [pick(rng, pool[lang], **x) for pool in rng.sample((COLOUR_SAYS, TASTE_SAYS, FOOD_KIND_SAYS), k=rng.randint(2, 3))]
        if rng.random() < 0.6:
            other = _look(rng.choice(_FOOD[lang]))
            lines.append(pick(rng, rng.choice((COLOUR_SAYS, TASTE_SAYS, FOOD_KIND_SAYS))[lang], **other))
    else:
        p = {**person(rng, lang), "relative": rng.choice(RELATIVES[lang])}
        for scene in sorted(rng.sample(_KITCHEN[lang], k=rng.randint(2, 4)), key=_KITCHEN[lang].index):
            lines.append(pick(rng, (scene,), **p))
            if rng.random() < 0.8:
                lines.append(pick(rng, rng.choice((COLOUR_SAYS, TASTE_SAYS, FOOD_KIND_SAYS))[lang], **_look(rng.choice(_FOOD[lang]))))
    if rng.random() < 0.4:
        lines.append(pick(rng, _DISH_SAYS[lang], **_dish(rng.choice(DISHES), lang)))
    return join(lang, list(dict.fromkeys(lines)))


def colour_page(rng: Random, lang: str) -> str:
    """What has which colour, and what colours make together."""
    lines = []
    for _ in range(rng.randint(3, 6)):
        dice = rng.random()
        if dice < 0.35:
            lines.append(_mixture(rng, lang))
        elif dice < 0.75:
            lines.append(pick(rng, COLOUR_SAYS[lang], **_thing(rng.choice(COLOURS), lang)))
        else:
            lines.append(pick(rng, COLOUR_SAYS[lang], **_look(rng.choice(_FOOD[lang]))))
    if rng.random() < 0.35:
        p = person(rng, lang)
        lines.insert(0, pick(rng, ("{name} has a box of paints and wants to paint a picture.", "{name} is painting at the table.", "in the art lesson {name} learned about colours.") if lang == "en" else ("{name}有一盒颜料，想画一幅画。", "{name}坐在桌子旁边画画。", "美术课上，{name}学习了颜色。"), **p))
    return join(lang, list(dict.fromkeys(lines)))


# ------------------------------------------------------------------ seasons and weather
def _season(row: list[str], lang: str) -> Slots:
    x, like, following, do = row[0::2] if lang == "en" else row[1::2]
    months = [m[0 if lang == "en" else 1] for m in MONTHS if m[2] == row[0]]
    before = SEASONS[(SEASONS.index(row) - 1) % 4][0 if lang == "en" else 1]
    return {"x": x, "like": like, "next": following, "do": do, "one": months[0], "two": months[1], "three": months[2], "before": before}


_SEASON_SAYS: Says = {
    "en": (
        "in {x} {like}.", "{x} is a season. In {x} {like}.", "when {x} comes, {like}.", "after {x} comes {next}.", "when {x} is over, {next} begins.", "{next} follows {x}.", "before {x} it was {before}.", "{x} comes after {before} and before {next}.",
        "in {x} people like to {do}.", "many people {do} in {x}.", "{x} is the time to {do}.", "children say that {x} is the best season, because then they can {do}.", "who wants to {do} waits for {x}.", "everybody knows what {x} is like: {like}.",
        "in the north, {one}, {two} and {three} are in {x}.", "{one} is a month in {x}.", "the months of {x} are {one}, {two} and {three}.", "what people enjoy in {x}: they {do}.", "you know that {x} is here when {like}.",
        "in {x} you can {do}.", "an idea for {x}: {do}.", "when it is {x}, it is fun to {do}.", "the season after {x} is {next}.", "the next season after {x} is {next}.", "{x} first, {next} next.",
    ),
    "zh": (
        "{x}{like}。", "{x}是一个季节，{like}。", "{x}来了，{like}。", "{x}之后是{next}。", "{x}过去了，{next}就来了。", "{next}跟在{x}后面。", "{x}之前是{before}。", "{x}在{before}之后，在{next}之前。", "{x}人们喜欢{do}。", "很多人在{x}{do}。", "{x}是{do}的好时候。",
        "孩子们说{x}最好，因为可以{do}。", "想要{do}，就等{x}。", "大家都知道{x}的样子：{like}。", "在北半球，{one}、{two}和{three}是{x}。", "{one}是{x}的月份。", "{x}有三个月：{one}、{two}和{three}。", "到了{x}，人们就{do}。", "{like}，这就是{x}。",
        "{x}可以{do}。", "{x}适合{do}。", "{x}最好玩的就是{do}。", "{x}的下一个季节是{next}。", "过了{x}就是{next}。", "{x}结束以后是{next}。",
    ),
}
_WEATHER_SAYS: Says = {
    "en": (
        "when it is {w}, you should {advice}.", "it is {w} today, so {name} should {nadvice}.", '"It is {w} outside," said {his} {relative}. "Please {advice}."', "if the day is {w}, {advice}.", "on {w} days it is wise to {advice}.", "because it was {w}, {his} {relative} told {name}: {advice}.",
        "{name} knows what to do when it is {w}: {nadvice}.", "people {padvice} when it is {w}.",
    ),
    "zh": ("{w}的时候，要{advice}。", "今天{w}，{name}要{advice}。", "{relative}说：“外面{w}，记得{advice}。”", "如果{w}，就{advice}。", "遇到{w}，最好{advice}。", "因为{w}，{relative}让{name}{advice}。", "{name}知道{w}的时候该怎么办：{advice}。", "{w}的日子里，人们会{advice}。"),
}
_OUTSIDE = {
    "en": (
        "{name} looked out of the window.", "the birds were quiet.", "the streets were [empty|full of people].", "the clouds moved slowly over the houses.", "there was no wind at all.", "in the garden everything was [green|white|still].", "{name} put on {his} shoes and went out.",
        "the old people said that the weather was different when they were young.", "by noon it had changed.", "the air smelled of [flowers|rain|wood].", "in the evening the sky was red.", "{name} stayed outside until it was dark.",
    ),
    "zh": ("{name}看着窗外。", "小鸟都不叫了。", "街上[没有人|人很多]。", "云在房子上面慢慢地走。", "一点风也没有。", "花园里一片[绿色|白色|安静]。", "{name}穿上鞋出去了。", "老人们说，他们小时候的天气不是这样的。", "到了中午，天气就变了。", "空气里有[花|雨|树木]的味道。", "傍晚，天空红红的。", "{name}在外面一直待到天黑。"),
}


def season_page(rng: Random, lang: str) -> str:
    """One season, or the round of the year."""
    if rng.random() < 0.25:
        start = rng.randrange(4)
        rows = [SEASONS[(start + i) % 4] for i in range(rng.randint(2, 4))]
        lines = [pick(rng, _SEASON_SAYS[lang], **_season(row, lang)) for row in rows for _ in range(rng.randint(1, 2))]
    else:
        x = _season(rng.choice(SEASONS), lang)
        lines = [pick(rng, (t,), **x) for t in rng.sample(_SEASON_SAYS[lang], k=rng.randint(3, 5))]
        p = person(rng, lang)
        for t in rng.sample(_OUTSIDE[lang], k=rng.randint(0, 2)):
            lines.insert(rng.randint(1, len(lines)), pick(rng, (t,), **p))
    return join(lang, list(dict.fromkeys(lines)))


def weather_page(rng: Random, lang: str) -> str:
    p = {**person(rng, lang), "relative": rng.choice(RELATIVES[lang])}
    lines = []
    for row in rng.sample(WEATHER, k=rng.randint(2, 4)):
        w, advice = (row[0], row[2]) if lang == "en" else (row[1], row[3])
        lines.append(pick(rng, _WEATHER_SAYS[lang], w=w, advice=advice, nadvice=advice.replace("your", p.get("his", "")), padvice=advice.replace("your", "their"), **p))
        if rng.random() < 0.5:
            lines.append(pick(rng, _OUTSIDE[lang], **p))
    return join(lang, list(dict.fromkeys(lines)))


def nature_list(rng: Random, lang: str) -> str:
    """A list of animals and their food, things and their colours, and the like."""
    e = 0 if lang == "en" else 1
    titles, cells = rng.choice((
        ((("What animals eat", "Animals and their food"), ("动物吃什么", "动物和食物")), [(r[e], r[4 + e]) for r in ANIMALS]),
        ((("Where animals live", "Homes of the animals"), ("动物的家", "动物住在哪里")), [(r[e], r[6 + e]) for r in ANIMALS]),
        ((("Kinds of animals", "Animals"), ("动物的种类", "动物")), [(r[e], r[2 + e]) for r in ANIMALS]),
        ((("Things and their colours", "Colours"), ("东西和颜色", "颜色")), [(r[e], r[2 + e]) for r in COLOURS + FOODS]),
        ((("How things taste", "Food and taste"), ("食物的味道", "味道")), [(r[e], r[6 + e]) for r in FOODS]),
        ((("Food from many countries",), ("各国的食物",)), [(r[e], r[2 + e].split("/")[0]) for r in DISHES]),
    ))
    mark = rng.choice((" - ", ": ", ", ") if lang == "en" else ("：", " - ", "，"))
    chosen = rng.sample(cells, k=rng.randint(4, 9))
    return rng.choice(titles[e]) + "\n" + "\n".join(a[:1].upper() + a[1:] + mark + b for a, b in chosen)
