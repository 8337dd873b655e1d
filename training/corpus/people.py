"""Names of people with their pronouns, and the things that they have, find and give away."""

from __future__ import annotations

from random import Random

_SHE_EN = "Anna Lily Emma Lucy Mia Nina Kate Rosa Ella Sara Julia Amy".split()
_HE_EN = "Tom Max Ben Jack Sam Paul Leo Peter David Oscar Henry Bill".split()
_SHE_ZH = "小红 小丽 小芳 小雨 丽丽 花花 小梅 小云 妮妮 小燕".split()
_HE_ZH = "小明 小华 小军 小强 明明 冬冬 天天 小刚 小林 大伟".split()

RELATIVES = {
    "en": ("mother", "father", "grandmother", "grandfather", "sister", "brother", "aunt", "uncle"),
    "zh": ("妈妈", "爸爸", "奶奶", "爷爷", "姐姐", "哥哥", "阿姨", "叔叔"),
}
THINGS = {
    "en": "apple pear book pencil flower egg star ball card cake kite stamp shell nut picture button".split(),
    "zh": "苹果 梨 鸡蛋 球 橙子 桃子 草莓 气球 贝壳 杯子 面包 玩具".split(),
}
"""English things take a plain plural, Chinese things the measure word 个."""


def person(rng: Random, lang: str, *others: dict[str, str]) -> dict[str, str]:
    """A name and pronouns as slots; never the name of one of `others`."""
    taken = {other["name"] for other in others}
    while True:
        she = rng.random() < 0.5
        if lang == "en":
            name = rng.choice(_SHE_EN if she else _HE_EN)
            slots = {"he": "she", "him": "her", "his": "her"} if she else {"he": "he", "him": "him", "his": "his"}
        else:
            name = rng.choice(_SHE_ZH if she else _HE_ZH)
            slots = {"he": "她" if she else "他"}
        if name not in taken:
            return {"name": name, **slots}


def second(slots: dict[str, str]) -> dict[str, str]:
    """The slots of another person, marked with a 2."""
    return {f"{key}2": value for key, value in slots.items()}
