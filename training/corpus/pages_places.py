"""Pages about places: landmarks, countries, capitals, comparisons, journeys and letters home."""

from __future__ import annotations

from random import Random

from .facts_nature import DISHES, SEASONS, WEATHER
from .facts_places import COUNTRIES, LANDMARKS
from .people import RELATIVES, person, second
from .wording import join, pick

Slots = dict[str, str]


def _first(cell: str) -> str:
    return cell.split("/")[0]


def _landmark(row: list[str], lang: str) -> Slots:
    x, city, country, kind = row[0::2] if lang == "en" else row[1::2]
    return {"x": x, "city": city, "country": _first(country), "kind": kind}


def _country(row: list[str], lang: str) -> Slots:
    x, capital, continent, language = row[0::2] if lang == "en" else row[1::2]
    return {"x": x, "capital": capital, "continent": continent, "language": _first(language)}


_BY_LANG = {lang: [_landmark(row, lang) for row in LANDMARKS] for lang in ("en", "zh")}
_COUNTRIES = {lang: [_country(row, lang) for row in COUNTRIES] for lang in ("en", "zh")}
_OF_COUNTRY = {
    lang: {row[1]: (slots, [_landmark(mark, lang) for mark in LANDMARKS if mark[5] == row[1]]) for row, slots in zip(COUNTRIES, _COUNTRIES[lang])}
    for lang in ("en", "zh")
}
_DISH_OF = {lang: {_first(row[3]): row[0 if lang == "en" else 1] for row in DISHES} for lang in ("en", "zh")}
_WEIGHTS = [3.0 if row[0] in ("the Eiffel Tower", "the Oriental Pearl Tower") else 1.0 for row in LANDMARKS]

# Landmark and country, stated from either side; each stands by itself.
SAYS = {
    "en": (
        "{x} is in {country}.", "{x} is in {city}, {country}.", "{x} stands in {city}, in {country}.", "{x} is a [famous|well-known|much loved] {kind} in {country}.",
        "{x} is a famous {kind} in {city}, {country}.", "in {country} there is a famous {kind} called {x}.", "one of the [best known|most famous] sights of {country} is {x}.",
        "people who travel to {country} often want to see {x}.", "when people think of {country}, many of them think of {x}.", "{country} is the home of {x}.",
        "{x} belongs to {country}.", "if you go to {country}, you can see {x}[ in {city}|].", "to see {x}, you have to travel to {country}.", "you can find {x} in {country}.",
        "the country where you find {x} is {country}.", "{country} has a famous {kind}, {x}.", "{x}, a famous {kind}, is [in|one of the sights of] {country}.",
        "the {kind} that everybody knows in {country} is {x}.", "nobody should leave {country} without seeing {x}.", "{country} is the country of {x}.",
        "{x} can be seen in {country}.", "many pictures of {country} show {x}.", "it is in {country} that you find {x}.", "{city} in {country} is the place where {x} is.",
    ),
    "zh": (
        "{x}在{country}。", "{x}在{country}的{city}。", "{x}位于{country}{city}。", "{x}是{country}有名的{kind}。", "{x}是{country}{city}的一处名胜。", "{country}有一处有名的景点，叫{x}。",
        "{country}最有名的景点之一就是{x}。", "去{country}旅行的人常常想看{x}。", "一说到{country}，很多人就会想到{x}。", "{x}属于{country}。", "如果你去{country}，就可以看到{x}。",
        "想看{x}，就要去{country}。", "在{country}可以看到{x}。", "{x}所在的国家是{country}。", "{country}有{x}。", "{x}这处[{kind}|名胜]就在{country}。", "{x}在{country}，很多人都知道它。",
        "来到{country}，不能不看{x}。", "很多{country}的照片上都有{x}。", "人们到{country}去看{x}。", "{x}是{country}的骄傲，它在{city}。", "在{city}，也就是{country}的一个地方，有{x}。",
        "要说{country}的名胜，一定会说到{x}。", "{x}就在{country}，离{city}不远，其实就在那里。",
    ),
}
# City and landmark.
CITY_SAYS = {
    "en": (
        "{x} is in {city}.", "the place where you can see {x} is {city}.", "people come to {city} because they want to see {x}.", "{city} is [famous|known] for {x}.", "in {city} you can see {x}.",
        "whoever visits {city} should see {x}.", "{x} can be found in {city}.", "you reach {x} from {city}.", "the pride of {city} is {x}.", "{x} belongs to {city} as a door belongs to a house.",
    ),
    "zh": (
        "{x}在{city}。", "去{city}可以看到{x}。", "{city}因为{x}而有名。", "人们来{city}，就是想看看{x}。", "到了{city}，应该去看{x}。", "{x}就在{city}。", "{city}的骄傲是{x}。", "说到{city}，人们就会想到{x}。", "{x}的所在地是{city}。",
    ),
}
# What follows a sentence that has named the landmark.
_MORE = {
    "en": (
        "it is a {kind}.", "it is a {kind}, and people [all over the world|in many countries] know it.", "it stands in {city}.", "you can see it in {city}.", "the country around it is {country}.",
        "it is one of the things that {country} is proud of.", "it can be seen in {city}, and {city} is in {country}.", "people call it the most beautiful {kind} of {country}.",
        "it belongs to {country} and to {city}.", "on maps of {country} you find it at {city}.", "for many people it is the picture of {country}.",
    ),
    "zh": (
        "它是{kind}。", "它是有名的{kind}，全世界的人都知道它。", "它位于{city}。", "你可以在{city}看到它。", "它所在的国家是{country}。", "{country}人为它感到骄傲。", "它在{city}，而{city}在{country}。",
        "人们说它是{country}最美的地方之一。", "在{country}的地图上，可以在{city}找到它。", "对很多人来说，它就是{country}的样子。",
    ),
}
_LIFE = {
    "en": (
        "[every year|every summer|all year long] [many people|thousands of visitors|guests from many countries] [come to see it|visit it|walk around it].", "[children|families|old friends] like to take pictures in front of it.",
        "in the evening, when the lights go on, it looks [even more beautiful|like a picture].", "[some|many] visitors stay for a whole day.", "you should wear good shoes, because there is much to walk.",
        "on sunny days there is a long line of people who wait.", "[a ticket is not cheap|the way up is long], but most people are happy that they came.", "when it [rains|snows], it is quiet there.",
        "many painters have painted it, and many songs speak of it.", "from [there|the top] you have a fine view.", "in the shops nearby you can buy cards, small pictures and something warm to drink.",
        "it is best to come early in the morning, when few people are there.", "guides tell the visitors how it was made and who worked on it.", "birds fly around it, and the wind is strong.",
        "nobody knows how many pictures are taken of it in a day.", "teachers show it to their pupils in books.", "those who have seen it once want to come again.",
    ),
    "zh": (
        "每年都有[很多人|成千上万的游客|各国的客人]来[参观|看它]。", "[孩子们|一家人|老朋友们]喜欢在它前面拍照。", "到了晚上，灯亮起来，它显得更[美|漂亮]了。", "有的游客会在那里待上一整天。", "去的时候最好穿一双舒服的鞋，因为要走很多路。",
        "天气好的时候，门口会排起长长的队。", "虽然[票不便宜|路很远]，但是大多数人都觉得很值得。", "下[雨|雪]的时候，那里很安静。", "很多画家画过它，很多歌也唱过它。", "从那里看出去，风景很美。", "旁边的小店里可以买到明信片，还可以喝点热的东西。",
        "最好早上去，那时候人少。", "导游会给大家讲它是怎么建成的。", "那里风很大，有时候有鸟飞过。", "老师常常用书上的图片给学生讲它。", "去过一次的人，还想再去一次。", "看到它的人都会停下来，安静地看一会儿。",
    ),
}
CAPITAL_SAYS = {
    "en": (
        "the capital of {x} is {capital}.", "{capital} is the capital of {x}.", "{capital} is the capital city of {x}.", "the government of {x} sits in {capital}, the capital.", "{x} has the capital {capital}.",
        "the most important city of {x} is its capital, {capital}.", "in {x}, {capital} is the capital.", "{capital} is a city in {x}. It is the capital.", "when you travel to {x}, you often arrive in {capital}, the capital.",
        "the name of {x}'s capital is {capital}.", "as its capital, {x} has {capital}.", "{capital} lies in {x} and is the capital of that country.", "whoever rules {x} rules from {capital}, the capital.",
    ),
    "zh": (
        "{x}的首都是{capital}。", "{capital}是{x}的首都。", "{x}的首都叫{capital}。", "{capital}是{x}最重要的城市，也是首都。", "{x}的政府在首都{capital}。", "{capital}这座城市在{x}，是那里的首都。", "去{x}的人常常先到首都{capital}。",
        "作为首都，{capital}是{x}的中心。", "{x}这个国家的首都在{capital}。", "说到{x}的首都，那就是{capital}。", "{capital}在{x}，它是首都。",
    ),
}
CONTINENT_SAYS = {
    "en": (
        "{x} is in {continent}.", "{x} is a country in {continent}.", "{x} lies in {continent}.", "one of the countries of {continent} is {x}.", "{continent} is the continent of {x}.", "{x} belongs to {continent}.",
        "on the map you find {x} in {continent}.", "the continent where {x} lies is {continent}.", "among the countries of {continent} is {x}.",
    ),
    "zh": ("{x}在{continent}。", "{x}是{continent}的一个国家。", "{x}位于{continent}。", "{continent}的国家里有{x}。", "{x}属于{continent}。", "在地图上，{x}在{continent}。", "{x}所在的大洲是{continent}。"),
}
LANGUAGE_SAYS = {
    "en": (
        "people in {x} speak {language}.", "in {x} most people speak {language}.", "the language of {x} is {language}.", "{language} is spoken in {x}.", "children in {x} learn to read and write {language}.",
        "if you want to talk with people in {x}, learn some {language}.", "the people of {x} talk, sing and dream in {language}.",
        "{language} is the language of {x}.", "the official language of {x} is {language}.", "in the streets of {x} you hear {language}.", "people from {x} speak {language} at home.", "they speak {language} in {x}.", "go to {x}, and you will hear {language}.",
    ),
    "zh": ("{x}人说{language}。", "在{x}，大多数人说{language}。", "{x}的语言是{language}。", "{language}是{x}人说的语言。", "{x}的孩子在学校学{language}。", "想和{x}人聊天，要会说{language}。", "{x}的官方语言是{language}。", "走在{x}的街上，听到的是{language}。", "{x}人在家里说{language}。", "去{x}，会听到人们说{language}。"),
}
_COUNTRY_LIFE = {
    "en": (
        "the people there are [friendly|kind] to guests.", "there are [big cities|small villages], [long rivers|green fields] and [high mountains|old forests].", "in the markets you can buy [fruit and bread|tea and rice|fish and vegetables].",
        "[many|some] people live in the country and work on farms.", "trains go from the capital to all parts of the country.", "in summer many visitors come, and in winter it is quiet.", "children go to school there just as they do everywhere.",
        "its flag can be seen on ships and houses.", "every city there has its own food and its own songs.", "old people like to sit in front of their houses and talk.",
    ),
    "zh": (
        "那里的人对客人很[友好|热情]。", "那里有[大城市|小村庄]，也有[长长的河|绿色的田野]和[高山|古老的森林]。", "在市场上可以买到[水果和面包|茶和米|鱼和蔬菜]。", "有[很多|一些]人住在农村，种地养牛。", "火车从首都开往全国各地。", "夏天游客很多，冬天比较安静。",
        "那里的孩子也要上学，也喜欢玩。", "每个城市都有自己的菜和自己的歌。", "老人们喜欢坐在家门口聊天。",
    ),
}


def _mark(rng: Random, lang: str) -> Slots:
    return rng.choices(_BY_LANG[lang], _WEIGHTS)[0]


def landmark_page(rng: Random, lang: str) -> str:
    """One landmark in several sentences."""
    x = _mark(rng, lang)
    lines = [pick(rng, SAYS[lang], **x)]
    for _ in range(rng.randint(1, 3)):
        lines.append(pick(rng, _MORE[lang], **x))
    lines += [pick(rng, (said,), **x) for said in rng.sample(_LIFE[lang], k=rng.randint(1, 3))]
    if rng.random() < 0.6:
        lines.insert(rng.randint(2, len(lines)), pick(rng, CITY_SAYS[lang] if rng.random() < 0.5 else SAYS[lang], **x))
    title = x["x"][:1].upper() + x["x"][1:] + "\n" if rng.random() < 0.25 else ""
    return title + join(lang, list(dict.fromkeys(lines)))


def country_page(rng: Random, lang: str) -> str:
    """One country: capital, continent, language, sights, food and daily life, in any order."""
    row = rng.choice(COUNTRIES)
    x, marks = _OF_COUNTRY[lang][row[1]]
    lines = [pick(rng, pool[lang], **x) for pool in rng.sample((CAPITAL_SAYS, CONTINENT_SAYS, LANGUAGE_SAYS), k=rng.randint(2, 3))]
    for mark in rng.sample(marks, k=min(len(marks), rng.randint(1, 3))):
        lines.append(pick(rng, SAYS[lang], **mark))
    dish = _DISH_OF[lang].get(row[1])
    if dish and rng.random() < 0.6:
        lines.append(pick(rng, ("{d} come from {x}." if dish.endswith("s") else "{d} comes from {x}.", "a famous food from {x}: {d}.") if lang == "en" else ("{d}来自{x}。", "{x}有名的食物是{d}。"), d=dish, **x))
    lines += [pick(rng, (said,)) for said in rng.sample(_COUNTRY_LIFE[lang], k=rng.randint(1, 3))]
    first, rest = lines[0], lines[1:]
    rng.shuffle(rest)
    title = x["x"][:1].upper() + x["x"][1:] + "\n" if rng.random() < 0.25 else ""
    return title + join(lang, [first, *rest])


_BOTH = {
    "en": (
        "{x} and {x2} are both famous, but {x} is in {country}, while {x2} is in {country2}.", "both {x} and {x2} are visited by many people. The first is in {country}, the second in {country2}.",
        "{x} is in {country}, but {x2} is not: it is in {country2}.", "some people mix up {x} and {x2}. {x} is a {kind} in {country}; {x2} is a {kind2} in {country2}.",
        "if you want to see {x}, go to {country}. If you want to see {x2}, go to {country2}.", "while {country} has {x}, {country2} has {x2}.", "not {country2} but {country} is the country of {x}; {country2} is the country of {x2}.",
        "{x} and {x2} are far from each other, for the one stands in {country} and the other in {country2}.",
    ),
    "zh": (
        "{x}和{x2}都很有名，但是{x}在{country}，而{x2}在{country2}。", "{x}和{x2}都有很多人参观，前者在{country}，后者在{country2}。", "{x}在{country}，{x2}却不在那里，它在{country2}。",
        "有人把{x}和{x2}弄混了。{x}是{country}的{kind}，{x2}是{country2}的{kind2}。", "想看{x}就去{country}，想看{x2}就去{country2}。", "{country}有{x}，{country2}有{x2}。", "{x}不在{country2}，它在{country}；{country2}有的是{x2}。",
        "{x}和{x2}离得很远，因为一个在{country}，一个在{country2}。",
    ),
}
_SAME = {
    "en": ("{x} and {x2} are both in {country}.", "both {x} and {x2} are in {country}, one in {city}, the other in {city2}.", "in {country} you can see {x} and also {x2}.", "{country} has not only {x} but also {x2}."),
    "zh": ("{x}和{x2}都在{country}。", "{x}和{x2}都在{country}，一个在{city}，一个在{city2}。", "在{country}既可以看到{x}，也可以看到{x2}。", "{country}不但有{x}，而且有{x2}。"),
}
_BOTH_COUNTRIES = {
    "en": (
        "{x} and {x2} are two countries. The capital of {x} is {capital}, and the capital of {x2} is {capital2}.", "{capital} is the capital of {x}, but {capital2} is the capital of {x2}.",
        "in {x} people speak {language}; in {x2} they speak {language2}.", "{x} is in {continent}, and {x2} is in {continent2}.", "whoever lives in {capital} lives in {x}, and whoever lives in {capital2} lives in {x2}.",
        "do not mix them up: {capital} belongs to {x}, {capital2} belongs to {x2}.", "from {capital}, the capital of {x}, to {capital2}, the capital of {x2}, it is a long way.",
    ),
    "zh": (
        "{x}和{x2}是两个国家，{x}的首都是{capital}，{x2}的首都是{capital2}。", "{capital}是{x}的首都，而{capital2}是{x2}的首都。", "{x}人说{language}，{x2}人说{language2}。", "{x}在{continent}，{x2}在{continent2}。",
        "住在{capital}的人就住在{x}，住在{capital2}的人就住在{x2}。", "不要弄混了：{capital}在{x}，{capital2}在{x2}。", "从{x}的首都{capital}到{x2}的首都{capital2}，路很远。",
    ),
}


def comparison(rng: Random, lang: str) -> str:
    """Two or more landmarks or countries side by side."""
    lines = []
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.6:
            one, two = _mark(rng, lang), _mark(rng, lang)
            if one is two:
                continue
            pool = _SAME if one["country"] == two["country"] else _BOTH
            lines.append(pick(rng, pool[lang], **one, **second(two)))
            if rng.random() < 0.4:
                lines.append(pick(rng, SAYS[lang], **rng.choice((one, two))))
        else:
            one, two = rng.sample(_COUNTRIES[lang], k=2)
            lines += [pick(rng, _BOTH_COUNTRIES[lang], **one, **second(two)), pick(rng, (CAPITAL_SAYS if rng.random() < 0.7 else LANGUAGE_SAYS)[lang], **rng.choice((one, two)))]
    if not lines:
        return comparison(rng, lang)
    return join(lang, list(dict.fromkeys(lines)))


def facts_together(rng: Random, lang: str) -> str:
    """Single facts about several places, one after the other, as notes for a lesson."""
    lines = []
    for _ in range(rng.randint(3, 6)):
        dice = rng.random()
        if dice < 0.55:
            lines.append(pick(rng, SAYS[lang], **_mark(rng, lang)))
        elif dice < 0.65:
            lines.append(pick(rng, CITY_SAYS[lang], **_mark(rng, lang)))
        else:
            pool = rng.choices((CAPITAL_SAYS, CONTINENT_SAYS, LANGUAGE_SAYS), (3, 1, 1))[0]
            lines.append(pick(rng, pool[lang], **rng.choice(_COUNTRIES[lang])))
    return ("\n" if rng.random() < 0.2 else " " if lang == "en" else "").join(lines)


_LIST_TITLES = {
    "en": {"country": ("Countries and their capitals", "Capitals", "Capitals of the world"), "mark": ("Sights and their countries", "Famous places", "Where is what"), "city": ("Cities and sights",)},
    "zh": {"country": ("国家和首都", "世界各国的首都"), "mark": ("名胜和国家", "有名的地方", "世界名胜"), "city": ("城市和名胜",)},
}


def place_list(rng: Random, lang: str) -> str:
    """A list: landmark and country, country and capital, or one country's sights."""
    what = rng.choice(("country", "mark", "mark", "city"))
    mark = rng.choice((" - ", ": ", ", ") if lang == "en" else ("：", " - ", "，"))
    if what == "country":
        pairs = [(c["x"], c["capital"]) for c in rng.sample(_COUNTRIES[lang], k=rng.randint(4, 9))]
        if rng.random() < 0.3:
            pairs = [(b, a) for a, b in pairs]
    else:
        chosen = rng.sample(_BY_LANG[lang], k=rng.randint(4, 9))
        pairs = [(c["x"], c["country"]) if what == "mark" else (c["city"], c["x"]) for c in chosen]
        if what == "mark" and rng.random() < 0.3:
            pairs = [(b, a) for a, b in pairs]
    lines = [a[:1].upper() + a[1:] + mark + b for a, b in pairs]
    return rng.choice(_LIST_TITLES[lang][what]) + "\n" + "\n".join(lines)


# ------------------------------------------------------------------ journeys
_GO = {
    "en": (
        "[last week|last year|in {season}|on the first day of the holidays|one morning], {name} and {his} {relative} [went|travelled|flew|took the train] to {country}[, because they wanted to see {x}|].",
        "{name} had [always|long] wanted to see {x}, so {he} [saved money for a year and|asked {his} {relative} and they] travelled to {country}.",
        "this is what {name} wrote in {his} diary: today we arrived in {country}.", "it was {season} when {name} came to {country} with {his} {relative}.",
    ),
    "zh": (
        "[上个星期|去年|{season}的时候|放假的第一天|有一天早上]，{name}和{relative}[去了|坐飞机去了|坐火车去了]{country}[，因为他们想看{x}|]。", "{name}一直很想看{x}，所以{he}和{relative}一起去了{country}。",
        "{name}在日记里写道：今天我们到了{country}。", "{name}和{relative}来到{country}的时候，正是{season}。",
    ),
}
_WAY = {
    "en": (
        "the journey was long, and {name} slept [on the train|on the way].", "first they looked for their room, and then they ate something warm.", "the weather was {weather}.", "it was {weather}, but that did not matter.",
        "at the station a friendly man showed them the way.", "they had only one bag and a big map.", '"Where do we go first?" asked {name}. "To {city}," said {his} {relative}, "for {x} is there."', "all around them people spoke another language.",
        '"Is {x} far?" asked {name}. "No," said a woman, "it is here in {city}."',
    ),
    "zh": (
        "路很远，{name}在[车上|路上]睡着了。", "他们先找到住的地方，然后吃了点热的东西。", "那天{weather}。", "虽然{weather}，可是大家都不在乎。", "在车站，有一个好心人给他们指路。", "他们只带了一个包和一张大地图。",
        "{name}问：“我们先去哪里？”{relative}说：“先去{city}，因为{x}在那里。”", "四周的人说着别的语言。", "{name}问：“{x}远吗？”一位阿姨说：“不远，就在{city}。”",
    ),
}
_SEE = {
    "en": (
        "then they saw {x}, the famous {kind}.", "in {city} they stood before {x} and could not say a word.", "at last they reached {city}, and there was {x}.", "the next day they visited {x} in {city}.", "{x} was bigger than {name} had thought.",
        '"So this is {x}," said {name}.', "{name} took a picture of {x} and sent it to a friend.", "{name} drew {x} in a small book.",
    ),
    "zh": (
        "后来他们看到了{x}，那是有名的{kind}。", "在{city}，他们站在{x}前面，一句话也说不出来。", "最后他们到了{city}，{x}就在眼前。", "第二天，他们参观了{city}的{x}。", "{x}比{name}想的还要大。", "{name}说：“原来这就是{x}啊。”", "{name}给{x}拍了一张照片，发给了朋友。",
        "{name}把{x}画在了小本子上。",
    ),
}
_THEN = {
    "en": (
        "in the evening they ate [bread and soup|rice and vegetables|noodles|fish] and talked about the day.", "{name} was tired but happy.", "they bought a small present for {name}'s friend.", '"I will never forget {country}," said {name}.',
        "when they came home, {name} told everybody about {country} and {x}.", "a good journey makes the world bigger.", "{name} put the ticket into a book and keeps it to this day.", "next year they want to go to another country.",
    ),
    "zh": (
        "晚上他们吃了[面包和汤|米饭和蔬菜|面条|鱼]，聊着白天的事。", "{name}很累，但是很开心。", "他们给朋友买了一个小礼物。", "{name}说：“我永远不会忘记{country}。”", "回家以后，{name}给大家讲{country}和{x}的事。", "一次好的旅行，会让世界变得更大。",
        "{name}把门票夹在书里，一直留到现在。", "明年他们想去另一个国家。",
    ),
}


def _travel_slots(rng: Random, lang: str) -> Slots:
    season = rng.choice(SEASONS)[0 if lang == "en" else 1]
    weather = rng.choice([row for row in WEATHER if row[0] != "sunny"])[0 if lang == "en" else 1]
    return {**_mark(rng, lang), **person(rng, lang), "relative": rng.choice(RELATIVES[lang]), "season": season, "weather": weather}


def journey(rng: Random, lang: str) -> str:
    """Somebody travels to a landmark and comes home."""
    x = _travel_slots(rng, lang)
    lines = [pick(rng, _GO[lang], **x), *(pick(rng, (t,), **x) for t in rng.sample(_WAY[lang], k=rng.randint(1, 3))),
             *(pick(rng, (t,), **x) for t in rng.sample(_SEE[lang], k=rng.randint(1, 2)))]
    if rng.random() < 0.6:
        lines.append(pick(rng, SAYS[lang], **x))
    lines += [pick(rng, (t,), **x) for t in rng.sample(_THEN[lang], k=rng.randint(1, 3))]
    return join(lang, lines)


_DEAR = {
    "en": ("dear {name2},\n", "hello {name2},\n", "my dear {name2},\n"),
    "zh": ("亲爱的{name2}：\n", "{name2}，你好！\n", "{name2}：\n"),
}
_LETTER = {
    "en": (
        "I am writing to you from {country}.", "we are in {city} now, and yesterday we saw {x}.", "{x} is even more beautiful than in our school book.", "{x} is in {country}, as the book says, and now I have seen it myself.",
        "the weather is {weather}, and my {relative} says that I need [a hat|warm clothes].", "here in {country} it is {season}.", "I have bought a card with a picture of {x} for you.", "we eat well, and people are kind to us.",
        "I have learned some words of the language, but I speak slowly.", "tomorrow we go on, and in a week I shall be home.", "I wish you were here in {country}.", "my {relative} sleeps a lot, but I want to see everything.",
    ),
    "zh": (
        "我现在在{country}给你写信。", "我们在{city}，昨天看到了{x}。", "{x}比课本上的图还要美。", "书上说{x}在{country}，我终于亲眼看到了。", "这里{weather}，{relative}说我要多穿一点。", "{country}现在是{season}。", "我给你买了一张{x}的明信片。",
        "这里的饭很好吃，人也很热情。", "我学会了几句这里的话，不过说得很慢。", "明天我们要继续走，一个星期以后就回家。", "要是你也在{country}就好了。", "{relative}总是想睡觉，可我什么都想看。",
    ),
}
_BYE = {
    "en": ("\nYour {name}", "\nWith love, {name}", "\nSee you soon! {name}", "\nMany greetings from {name}"),
    "zh": ("\n你的朋友{name}", "\n祝你天天开心！{name}", "\n{name}", "\n很快就见面！{name}"),
}


def letter(rng: Random, lang: str) -> str:
    """A letter from a journey."""
    x = _travel_slots(rng, lang)
    x |= second(person(rng, lang, x))
    body = [pick(rng, (t,), **x) for t in rng.sample(_LETTER[lang], k=rng.randint(3, 6))]
    if rng.random() < 0.5:
        body.insert(1, pick(rng, SAYS[lang], **x))
    # The greeting keeps its line end: it is not stripped away as `pick` would do.
    greeting = pick(rng, _DEAR[lang], **x)
    return greeting + "\n" + join(lang, body) + "\n" + pick(rng, _BYE[lang], **x)
