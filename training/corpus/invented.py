"""Made-up places, countries, animals and dishes whose names resemble real ones.

Nothing can be known about them, however familiar they sound. Parts marked as held are used in evaluation only.
"""

from __future__ import annotations

from random import Random

from .facts_nature import ANIMALS, DISHES
from .facts_places import COUNTRIES, LANDMARKS

# Each pair: what training uses, and what only evaluation uses.
_Two = tuple[tuple[str, ...], tuple[str, ...]]


def _two(train: str, held: str) -> _Two:
    return tuple(train.split(", ")), tuple(held.split(", "))


_FIRST: dict[str, _Two] = {
    "en": _two(
        "Crystal, Silver, Golden Dragon, Emerald, Thunder, Moonlight, Iron King, Whispering, Twin Lion, Amber, Snow Queen, Diamond, Hollow, Falcon, Midnight, Seven Bells, Marble, Rose, Phoenix, Wandering, Blue Lantern, Storm, Queen's, Echo, Nine Moons, Eiffel, Brandenburg, Potala, Angkor, Louvre, Burj, Giza, Fuji, Stonehenge, Petra, Niagara",
        "Copper, Sapphire, Velvet, Raven, Sunrise, Wolf King, Singing, Pearl River, Colosseum, Kremlin, Taj, Uluru",
    ),
    "zh": _two(
        "水晶, 银月, 金龙, 翡翠, 雷鸣, 月光, 铁王, 双狮, 琥珀, 雪后, 钻石, 空灵, 神鹰, 午夜, 七钟, 玉石, 玫瑰, 凤凰, 流浪, 蓝灯, 风暴, 女王, 回声, 九月亮, 埃菲尔, 勃兰登堡, 布达拉, 吴哥, 卢浮, 哈利法, 吉萨, 富士, 巨石, 佩特拉, 尼亚加拉, 东方明月",
        "赤铜, 蓝宝石, 天鹅绒, 乌鸦, 朝霞, 狼王, 歌声, 西方明珠, 斗牛, 克里姆, 泰姬, 乌鲁",
    ),
}
_TYPE: dict[str, _Two] = {
    "en": _two("Tower, Bridge, Palace, Gate, Temple, Museum, Castle, Opera House, Wall, Cathedral, Lighthouse, Pagoda, Fountain, Square, Garden, Canyon, Falls, Stairs", "Obelisk, Arch, Abbey, Citadel, Dome"),
    "zh": _two("塔, 桥, 宫, 门, 神庙, 博物馆, 城堡, 歌剧院, 长墙, 大教堂, 灯塔, 宝塔, 喷泉, 广场, 花园, 峡谷, 瀑布, 铁桥", "方尖碑, 拱门, 修道院, 要塞, 圆顶"),
}
_SYLLABLES: _Two = _two(
    "ba, be, bo, da, de, do, fi, ga, go, ka, ke, ko, la, lo, lu, ma, me, mi, mo, na, ne, no, pa, pi, ra, re, ro, sa, se, so, ta, te, to, va, vi, za, zo, bel, dor, gar, lin, mar, nor, ral, sen, tor, val, zan",
    "qua, dri, plu, fro, gli, kre, shu, wen, yol, brin",
)
_CHARACTERS: _Two = tuple("阿巴贝达迪多菲戈哈卡科拉兰利洛马米莫纳尼诺帕佩奇萨塞索塔托瓦维西亚伊扎佐"), tuple("弗格雷斯温杜克鲁")
_COUNTRY_END: dict[str, _Two] = {"en": _two("land, ia, stan, ovia, onia, mark, ana, istan", "avia, esia, eria"), "zh": _two("国, 利亚, 兰, 斯坦, 尼亚, 维亚, 王国", "里亚, 联邦, 西亚")}
_ANIMAL_FIRST: dict[str, _Two] = {
    "en": _two("moon, snow, fire, thunder, glass, shadow, three-tailed, flying, star, cloud, sand, iron, singing, silver, velvet, ghost", "crystal, upside-down, lantern, paper, seven-eyed"),
    "zh": _two("月光, 雪地, 火尾, 雷电, 玻璃, 影子, 三尾, 飞天, 星星, 云朵, 沙地, 铁甲, 会唱歌的, 银毛, 幽灵, 独角", "水晶, 倒立, 灯笼, 纸片, 七眼"),
}


_WORDS = {
    "en": "Kitchen Winter Rainbow Cotton Bamboo Clock Honey Lemon Mirror Harbour Giant Tiger Swan Eagle Monk Pirate Captain Princess Wizard Lucky Happy Secret Frozen Burning Sleeping Dancing Laughing Broken Small High Old New Royal National Central Western Northern Green Purple Steel Wooden Stone Salt Sugar Silk Wool Cloud Lake Ocean Island Forest Desert Valley Star Comet Planet Peach Plum Cherry Olive Maple Oak Pine Lily Tulip Summer Autumn Bell Drum Candle Feather Shell".split(),
    "zh": "厨房 冬日 彩虹 棉花 竹林 时钟 蜂蜜 柠檬 镜子 海港 巨人 老虎 天鹅 老鹰 和尚 海盗 船长 公主 巫师 幸运 快乐 秘密 冰封 火焰 沉睡 跳舞 欢笑 破碎 小小 高高 古老 崭新 皇家 国立 中央 西部 北方 绿色 紫色 钢铁 木头 石头 盐 糖 丝绸 羊毛 白云 湖心 海洋 岛屿 森林 沙漠 山谷 星光 彗星 行星 桃花 李子 樱花 橄榄 枫叶 橡树 松树 百合 夏日 秋风 铜铃 大鼓 蜡烛 羽毛 贝壳".split(),
}
"""Any word can stand before a building or an animal: for training, so that not only the firsts of the lists are doubted."""
_MORE_TYPES = {
    "en": "Station, Hall, Library, Church, Monastery, Statue, Column, Fort, Villa, Market, Theatre, Stadium, Park, Cave, Cliff, Waterfall, Well, Ruins, Tomb, Pyramid".split(", "),
    "zh": "车站 大厅 图书馆 教堂 寺 雕像 石柱 堡垒 别墅 市场 剧院 体育场 公园 山洞 悬崖 大瀑布 水井 遗址 陵墓 金字塔".split(),
}


def _first(rng: Random, lang: str, held: bool) -> str:
    return rng.choice(_WORDS[lang]) if not held and rng.random() < 0.5 else _pick(rng, _FIRST[lang], held)


def _type(rng: Random, lang: str, held: bool) -> str:
    return rng.choice(_MORE_TYPES[lang]) if not held and rng.random() < 0.3 else _pick(rng, _TYPE[lang], held)


def _syllable(rng: Random, held: bool, anything: bool) -> str:
    """Where `anything`, now and then any consonant and any vowel, but none that is kept for evaluation."""
    while anything and rng.random() < 0.4:
        made = rng.choice("b c d f g h j k l m n p r s t v w z br cl dr fr gr pl st tr".split()) + rng.choice("a e i o u ai ea oo".split()) + rng.choice(("", "", "n", "r", "l", "s", "m"))
        if made not in _SYLLABLES[1]:
            return made
    return _pick(rng, _SYLLABLES, held)


def _pick(rng: Random, two: _Two, held: bool) -> str:
    return rng.choice(two[held])


def _word(rng: Random, lang: str, held: bool) -> str:
    if lang == "zh":
        return "".join(rng.choice(_CHARACTERS[held and i == 0]) for i in range(rng.randint(2, 3)))
    return "".join(_syllable(rng, held and i == 0, not held) for i in range(2)).capitalize()


def _unreal(rng: Random, lang: str, held: bool) -> str:
    """A word that happens to be none."""
    while (word := _word(rng, lang, held)).lower() in _REAL_LOW:
        pass
    return word


def landmark(rng: Random, lang: str, held: bool = False) -> str:
    """Such as the Golden Dragon Tower, the Eiffel Bridge, Mount Zalo."""
    dice = rng.random()
    while True:
        if dice < 0.65:
            name = _first(rng, lang, held) + (" " if lang == "en" else "") + _type(rng, lang, held)
        elif dice < 0.85:
            name = _word(rng, lang, held) + (" " if lang == "en" else "") + _pick(rng, _TYPE[lang], False)
        else:
            name = f"Mount {_word(rng, lang, held)}" if lang == "en" else f"{_word(rng, lang, held)}山"
        name = "the " + name if lang == "en" and not name.startswith("Mount") else name
        if name not in _REAL:
            return name


def country(rng: Random, lang: str, held: bool = False, halves: float = 0.2) -> str:
    """Such as Zarovia, or, in a share of `halves`, two halves of real countries: too many of them, and a misspelt country is taken for one."""
    e = 0 if lang == "en" else 1
    while True:
        if rng.random() < halves:
            one, two = (rng.choice(COUNTRIES)[e].removeprefix("the ") for _ in range(2))
            if " " in one + two or len(one) + len(two) < (9 if lang == "en" else 4):
                continue
            name = one[: len(one) // 2 + 1] + two[len(two) // 2 :].lower()
        elif lang == "en":
            name = (_syllable(rng, held, not held) + (_syllable(rng, False, not held) if rng.random() < 0.5 else "")).capitalize() + _pick(rng, _COUNTRY_END[lang], held)
        else:
            name = _word(rng, lang, held) + _pick(rng, _COUNTRY_END[lang], held)
        if name not in _REAL:
            return name


def city(rng: Random, lang: str, held: bool = False) -> str:
    name = _unreal(rng, lang, held)
    return name + rng.choice(("", "", "ville", " City", "burg", "port") if lang == "en" else ("", "", "城", "堡", "港"))


def animal(rng: Random, lang: str, held: bool = False) -> str:
    """Such as a moon fox."""
    first = rng.choice(_WORDS[lang]).lower() if not held and rng.random() < 0.4 else _pick(rng, _ANIMAL_FIRST[lang], held)
    real = rng.choice(ANIMALS)[0 if lang == "en" else 1]
    if rng.random() < 0.25:
        return _unreal(rng, lang, held).lower() + ("" if lang == "en" else rng.choice("兽鸟鱼"))
    return f"{first} {real}" if lang == "en" else first + real


def dish(rng: Random, lang: str, held: bool = False) -> str:
    word = _unreal(rng, lang, held).lower()
    return f"{word} {rng.choice(('soup', 'cake', 'bread', 'noodles', 'pie'))}" if lang == "en" else word + rng.choice(("汤", "糕", "饼", "面", "派"))


_REAL = {cell for rows in (LANDMARKS, COUNTRIES, ANIMALS, DISHES) for row in rows for cell in row} | {cell.removeprefix("the ") for row in LANDMARKS for cell in row}
_REAL_LOW = {name.lower() for name in _REAL}
