"""Short stories: a hero, a wish, trouble, a helper and an end, each told in several ways."""

from __future__ import annotations

import re
from random import Random

from . import story_plots
from .wording import expand, table

# hero | 主角 | home | 住处 | helper | 帮手
HEROES = table("""
little cat | 小猫 | a small house | 小房子里 | duck | 鸭子
little dog | 小狗 | a farmhouse | 农场里 | horse | 马
little rabbit | 小兔子 | a green forest | 绿色的森林里 | bear | 熊
little bird | 小鸟 | an old tree | 一棵老树上 | monkey | 猴子
little bear | 小熊 | the mountains | 大山里 | eagle | 老鹰
little mouse | 小老鼠 | a hole under a table | 桌子下的小洞里 | cat | 猫
little panda | 小熊猫 | a bamboo forest | 竹林里 | tiger | 老虎
little fish | 小鱼 | the blue sea | 蓝色的大海里 | turtle | 乌龟
little elephant | 小象 | the grassland | 草原上 | lion | 狮子
little duck | 小鸭子 | a quiet pond | 安静的池塘里 | frog | 青蛙
little fox | 小狐狸 | a den on the hill | 山坡的洞里 | hedgehog | 刺猬
little frog | 小青蛙 | a pond with lilies | 荷塘里 | crane | 白鹤
little horse | 小马 | a wide meadow | 大草地上 | dog | 狗
little squirrel | 小松鼠 | a hollow tree | 树洞里 | owl | 猫头鹰
little tiger | 小老虎 | the deep forest | 深深的树林里 | deer | 鹿
little monkey | 小猴子 | the high mountains | 高山上 | parrot | 鹦鹉
little owl | 小猫头鹰 | an old tower | 一座老塔里 | bat | 蝙蝠
little pig | 小猪 | a house of straw | 草房子里 | goat | 山羊
little sheep | 小羊 | a green valley | 绿色的山谷里 | shepherd | 牧羊人
little turtle | 小乌龟 | a hut on the beach | 沙滩上 | crab | 螃蟹
little dragon | 小龙 | a cave | 山洞里 | knight | 骑士
little robot | 小机器人 | a big workshop | 一间大工厂里 | old clock | 老钟
little hedgehog | 小刺猬 | a heap of leaves | 树叶堆里 | rabbit | 兔子
little bee | 小蜜蜂 | a garden of roses | 玫瑰园里 | butterfly | 蝴蝶
snowman | 雪人 | a white garden | 白色的院子里 | crow | 乌鸦
girl | 小女孩 | a small town | 小镇上 | teacher | 老师
boy | 小男孩 | a village by the river | 河边的村子里 | friend | 朋友
""")
NAMES = {"en": ("Lily", "Tom", "Mimi", "Bobo", "Anna", "Max", "Nino", "Lulu", "Pip", "Rosa", "Tiki", "Sunny"), "zh": ("咪咪", "豆豆", "乐乐", "小白", "花花", "点点", "球球", "毛毛", "贝贝", "圆圆", "果果", "朵朵")}

_EN = {
    "lost": (
        "[once upon a time|long ago] there was a {hero} called {name}. {name} lived in {home}. One day {name} went out to [play|look for flowers] and "
        "[walked very far|forgot the time]. It got dark, and {name} could not find the way home. {name} was [afraid|sad] and began to cry. "
        'Then a {helper} came by and asked, "Why are you crying?" "I am lost," said {name}. "[Don\'t worry|Come with me]," said the {helper}, "I know the way." '
        "[Together they walked under the stars|They walked through the night together]. At last {name} was home again. From that day on, the two were good friends."
    ),
    "apple": (
        "a {hero} called {name} lived in {home}. One [autumn|sunny] day {name} saw a red apple on a [high|very tall] tree. {name} jumped and jumped, but the apple was too high. "
        'The {helper} saw it and said, "[Let us try together|I can help you]." {name} climbed on the back of the {helper} and [took|picked] the apple. '
        '"Thank you!" said {name}. "Half of the apple is yours." They sat in the sun and ate the sweet apple. Sharing made it taste even better.'
    ),
    "snow": (
        "it was winter, and there was a {hero} called {name} in {home}. In the morning everything was white. {name} had never seen snow before. "
        '"What is this?" asked {name}. "This is snow," said the {helper}. "It is cold, but you can play with it." They [built a big snowman|threw snowballs] all day. '
        "In the evening {name} was cold and tired, but very happy. {name} drank warm milk and [fell asleep|slept well until the morning]."
    ),
    "star": (
        "every night a {hero} called {name} looked at the stars from {home}. {name} wanted to [have|hold] a star. "
        'One night {name} asked the {helper}, "How can I get a star?" The {helper} thought for a long time. Then the two walked to the [lake|water], and there were stars in it, [hundreds|thousands] of them. '
        '"Look," said the {helper}, "you can\'t take them home, but you can come and see them every night." {name} smiled. {name} was not alone any more.'
    ),
}
_ZH = {
    "lost": (
        "[从前|很久以前]，有一只叫{name}的{hero}，住在{home}。有一天，{name}出去[玩|找花]，[走得很远|忘了时间]。天黑了，{name}找不到回家的路，[很害怕|很难过]，哭了起来。"
        "这时{helper}走过来问：“你为什么哭？”{name}说：“我迷路了。”{helper}说：“[别担心|跟我来]，我知道路。”[他们在星光下一起走|他们一起走过黑夜]，最后{name}终于回到了家。从那天起，他们成了好朋友。"
    ),
    "apple": (
        "有一只叫{name}的{hero}，住在{home}。[秋天|晴天]的一个早上，{name}看见[高高的|很高的]树上有一个红苹果。{name}跳了又跳，可是苹果太高了。"
        "{helper}看见了，说：“[我们一起试试|我来帮你]吧。”{name}站到{helper}的背上，[拿到|摘到]了苹果。{name}说：“谢谢你！这个苹果分你一半。”他们坐在阳光下吃苹果，觉得分享的苹果特别甜。"
    ),
    "snow": (
        "冬天到了，有一只叫{name}的{hero}住在{home}。早上起来，外面一片白色。{name}从来没有见过雪，就问：“这是什么？”{helper}说：“这是雪，虽然很冷，但是可以玩。”"
        "他们[堆了一个大雪人|打了一天雪仗]。到了晚上，{name}又冷又累，可是非常开心。{name}喝了热牛奶，[很快就睡着了|一直睡到天亮]。"
    ),
    "star": (
        "有一只叫{name}的{hero}，住在{home}。每天晚上，{name}都看着天上的星星，很想[要|拿到]一颗星星。有一天，{name}问{helper}：“怎样才能得到星星？”{helper}想了很久，带{name}走到[湖边|水边]。"
        "水里有[很多很多|成百上千颗]星星。{helper}说：“你不能把星星带回家，但是每天晚上都可以来看它们。”{name}笑了，再也不觉得孤单了。"
    ),
}
PLOTS = {"en": _EN | story_plots.EN, "zh": _ZH | story_plots.ZH}
# A hero has a plot of its own, which is told more often than the others: stories of different heroes differ.
_FAVOURED = 0.7
_ARTICLE = re.compile(r"\ba (?=[aeiou])")
_ASK = {
    "en": (
        "tell me a story[.|!|, please.|]", "can you tell me a story?", "please tell me a [short |]story.", "I want to hear a story.", "write a [short |]story[.|]", "do you know a story?", "a story, please[!|.]", "tell a story[.|]", "could you tell me a story?", "I would like a story.", "tell me a bedtime story.", "write me a story.", "a short story[.|!|]",
        "tell me something for the night.", "read me a story.", "make up a story.", "do you know any stories?", "I can't sleep. Tell me a story.", "tell us a story[.|!]", "please write a short story.", "story, please!",
    ),
    "zh": (
        "讲个故事[。|吧。|]", "给我讲[个|一个]故事[。|吧。|]", "你会讲故事吗？", "我想听故事[。|]", "说[一个|个][小|]故事[。|吧。]", "请讲一个[短|小]故事。", "写一个[小|短|]故事[。|]", "讲故事[。|]", "来个故事[。|吧。]", "编个故事[。|吧。]", "能讲个故事吗？", "给我说个故事。", "睡前给我讲个故事。", "我睡不着，讲个故事吧。", "有什么好听的故事？", "讲一个故事给我听。", "写篇小故事。", "请给我讲个故事好吗？", "再讲个故事。",
    ),
}
_ASK_ABOUT = {
    "en": (
        "tell me a story about a {hero}[.|]", "a story about a {hero}[, please.|.|]", "write a [short |]story about a {hero}[.|]", "can you tell a story about a {hero}?", "I want to hear a story about a {hero}.", "tell me about a {hero} in a story.", "make up a story about a {hero}.", "could you write a story with a {hero}?", "a {hero} story, please.", "please tell a story in which there is a {hero}.", "do you know a story about a {hero}?", "story about a {hero}",
    ),
    "zh": (
        "讲一个{hero}的故事[。|]", "给我讲个关于{hero}的故事[。|]", "写一个{hero}的故事[。|]", "我想听{hero}的故事[。|]", "讲个{hero}的故事吧。", "来一个{hero}的故事。", "编一个关于{hero}的故事。", "有没有{hero}的故事？", "写一篇关于{hero}的小故事。", "能讲讲{hero}的故事吗？", "说个{hero}的故事。", "故事里要有{hero}，讲一个吧。", "讲讲{hero}的故事",
    ),
}


def story(rng: Random, lang: str, hero_row: list[str] | None = None) -> str:
    """A whole story in one paragraph."""
    row = hero_row or rng.choice(HEROES)
    hero, home, helper = row[0::2] if lang == "en" else row[1::2]
    plots = list(PLOTS[lang].values())
    own = next((i for i, other in enumerate(HEROES) if other[0] == row[0]), 0)
    plot = plots[own % len(plots)] if rng.random() < _FAVOURED else rng.choice(plots)
    name = NAMES[lang][own % len(NAMES[lang])] if rng.random() < 0.6 else rng.choice(NAMES[lang])
    text = expand(rng, plot, hero=hero, home=home, helper=helper, name=name)
    if lang == "en":
        return _ARTICLE.sub("an ", text)
    # A child, a robot and a snowman are counted with other words than an animal.
    return text.replace("一只叫", "一个叫").replace("这只", "这个") if hero[-1] in "孩人" else text


def mixed_story(rng: Random, lang: str) -> str:
    """As `story`, with a hero, a home and a helper from anywhere."""
    one, two, three = (rng.choice(HEROES) for _ in range(3))
    return story(rng, lang, [*one[:2], *two[2:4], *three[4:]])


def wish(rng: Random, lang: str) -> tuple[str, list[str]]:
    """A wish for a story, and the hero of it."""
    if rng.random() < 0.55:
        # A plain wish is met by a few heroes only: a clear favourite makes a steadier story.
        return expand(rng, rng.choice(_ASK[lang])), rng.choice(HEROES[:6])
    row = rng.choice(HEROES)
    hero = row[0 if lang == "en" else 1]
    if rng.random() < 0.55:
        # A rabbit is asked for, and a little one comes.
        hero = hero.removeprefix("little ") if lang == "en" else hero.removeprefix("小") if len(hero) > 2 or hero[1] in "猫狗鸟熊鱼象马猪羊龙" else hero
    return _ARTICLE.sub("an ", expand(rng, rng.choice(_ASK_ABOUT[lang]), hero=hero)), row


def request(rng: Random, lang: str) -> tuple[str, str]:
    """A wish for a story, and the story."""
    question, hero = wish(rng, lang)
    return question, story(rng, lang, hero)
