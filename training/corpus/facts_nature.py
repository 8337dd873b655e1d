"""Animals, food, colours, seasons and weather."""

from __future__ import annotations

from .ask_wordings import widened
from .facts import FactGroup, rows
from .wording import table

# English | 中文 | kind | 种类 | eats | 吃 | home | 住处 | can | 会
FIRST_ANIMALS = table("""
cat | 猫 | mammal | 哺乳动物 | fish | 鱼 | the house | 家里 | climb trees | 爬树
dog | 狗 | mammal | 哺乳动物 | meat | 肉 | the house | 家里 | guard the door | 看门
rabbit | 兔子 | mammal | 哺乳动物 | carrots | 胡萝卜 | a hole in the ground | 地洞里 | jump | 跳
panda | 熊猫 | mammal | 哺乳动物 | bamboo | 竹子 | the mountains of China | 中国的山里 | climb trees | 爬树
elephant | 大象 | mammal | 哺乳动物 | grass | 草 | the grassland | 草原上 | lift things with its nose | 用鼻子举东西
tiger | 老虎 | mammal | 哺乳动物 | meat | 肉 | the forest | 森林里 | swim well | 游泳
lion | 狮子 | mammal | 哺乳动物 | meat | 肉 | the grassland | 草原上 | roar loudly | 大声吼叫
monkey | 猴子 | mammal | 哺乳动物 | bananas | 香蕉 | the forest | 森林里 | climb trees | 爬树
horse | 马 | mammal | 哺乳动物 | grass | 草 | the farm | 农场里 | run fast | 跑得很快
cow | 牛 | mammal | 哺乳动物 | grass | 草 | the farm | 农场里 | give milk | 产奶
sheep | 羊 | mammal | 哺乳动物 | grass | 草 | the farm | 农场里 | give wool | 产羊毛
pig | 猪 | mammal | 哺乳动物 | corn | 玉米 | the farm | 农场里 | smell very well | 闻到很远的气味
bear | 熊 | mammal | 哺乳动物 | honey | 蜂蜜 | the forest | 森林里 | sleep all winter | 睡一整个冬天
mouse | 老鼠 | mammal | 哺乳动物 | cheese | 奶酪 | a small hole | 小洞里 | hide quickly | 很快地躲起来
whale | 鲸鱼 | mammal | 哺乳动物 | small sea animals | 小海洋动物 | the sea | 大海里 | dive deep | 潜得很深
camel | 骆驼 | mammal | 哺乳动物 | dry grass | 干草 | the desert | 沙漠里 | walk long without water | 很久不喝水
giraffe | 长颈鹿 | mammal | 哺乳动物 | leaves | 树叶 | the grassland | 草原上 | reach high leaves | 吃到高处的树叶
kangaroo | 袋鼠 | mammal | 哺乳动物 | grass | 草 | Australia | 澳大利亚 | jump far | 跳得很远
chicken | 鸡 | bird | 鸟 | corn | 玉米 | the farm | 农场里 | lay eggs | 下蛋
duck | 鸭子 | bird | 鸟 | water plants | 水草 | the pond | 池塘里 | swim | 游泳
eagle | 老鹰 | bird | 鸟 | small animals | 小动物 | the mountains | 高山上 | fly very high | 飞得很高
penguin | 企鹅 | bird | 鸟 | fish | 鱼 | the cold south | 寒冷的南极 | swim very well | 游泳
owl | 猫头鹰 | bird | 鸟 | mice | 老鼠 | the forest | 森林里 | see at night | 在夜里看东西
parrot | 鹦鹉 | bird | 鸟 | seeds | 种子 | the warm forest | 温暖的森林里 | copy words | 学人说话
fish | 鱼 | water animal | 水生动物 | water plants | 水草 | the water | 水里 | swim | 游泳
shark | 鲨鱼 | fish | 鱼 | fish | 鱼 | the sea | 大海里 | swim fast | 游得很快
frog | 青蛙 | amphibian | 两栖动物 | insects | 虫子 | the pond | 池塘里 | jump | 跳
snake | 蛇 | reptile | 爬行动物 | mice | 老鼠 | the grass | 草丛里 | move without legs | 没有脚也能爬
turtle | 乌龟 | reptile | 爬行动物 | water plants | 水草 | the water | 水里 | live very long | 活得很久
bee | 蜜蜂 | insect | 昆虫 | flower juice | 花蜜 | the hive | 蜂巢里 | make honey | 酿蜂蜜
ant | 蚂蚁 | insect | 昆虫 | small bits of food | 食物碎屑 | the ground | 地下 | carry heavy things | 搬很重的东西
butterfly | 蝴蝶 | insect | 昆虫 | flower juice | 花蜜 | the garden | 花园里 | fly from flower to flower | 在花间飞舞
""")

ANIMALS = FIRST_ANIMALS + table("""
pig | 猪 | mammal | 哺乳动物 | corn | 玉米 | the farm | 农场里 | find food with its nose | 用鼻子找吃的
wolf | 狼 | mammal | 哺乳动物 | meat | 肉 | the forest | 森林里 | howl at night | 在夜里嚎叫
fox | 狐狸 | mammal | 哺乳动物 | mice | 老鼠 | the forest | 森林里 | run quietly | 跑得很轻
squirrel | 松鼠 | mammal | 哺乳动物 | nuts | 坚果 | the trees | 树上 | jump from tree to tree | 在树间跳来跳去
zebra | 斑马 | mammal | 哺乳动物 | grass | 草 | the grassland | 草原上 | run fast | 跑得很快
dolphin | 海豚 | mammal | 哺乳动物 | fish | 鱼 | the sea | 大海里 | jump out of the water | 跳出水面
crocodile | 鳄鱼 | reptile | 爬行动物 | meat | 肉 | the river | 河里 | swim quietly | 悄悄地游泳
""")
"""Those of the first edition come first."""

# English (plural) | 中文 | colour | 颜色 | kind | 种类 | taste | 味道
FOODS = table("""
bananas | 香蕉 | yellow | 黄色 | fruit | 水果 | sweet | 甜
apples | 苹果 | red | 红色 | fruit | 水果 | sweet | 甜
oranges | 橙子 | orange | 橙色 | fruit | 水果 | sweet | 甜
lemons | 柠檬 | yellow | 黄色 | fruit | 水果 | sour | 酸
grapes | 葡萄 | purple | 紫色 | fruit | 水果 | sweet | 甜
strawberries | 草莓 | red | 红色 | fruit | 水果 | sweet | 甜
cherries | 樱桃 | red | 红色 | fruit | 水果 | sweet | 甜
peaches | 桃子 | pink | 粉红色 | fruit | 水果 | sweet | 甜
pears | 梨 | yellow | 黄色 | fruit | 水果 | sweet | 甜
blueberries | 蓝莓 | blue | 蓝色 | fruit | 水果 | sweet | 甜
carrots | 胡萝卜 | orange | 橙色 | vegetable | 蔬菜 | sweet | 甜
cucumbers | 黄瓜 | green | 绿色 | vegetable | 蔬菜 | fresh | 清爽
tomatoes | 西红柿 | red | 红色 | vegetable | 蔬菜 | sour | 酸
onions | 洋葱 | white | 白色 | vegetable | 蔬菜 | hot | 辣
spinach | 菠菜 | green | 绿色 | vegetable | 蔬菜 | fresh | 清爽
eggplants | 茄子 | purple | 紫色 | vegetable | 蔬菜 | mild | 清淡
chili peppers | 辣椒 | red | 红色 | vegetable | 蔬菜 | hot | 辣
sugar | 糖 | white | 白色 | food | 食物 | sweet | 甜
salt | 盐 | white | 白色 | food | 食物 | salty | 咸
honey | 蜂蜜 | yellow | 黄色 | food | 食物 | sweet | 甜
chocolate | 巧克力 | brown | 棕色 | food | 食物 | sweet | 甜
rice | 米饭 | white | 白色 | food | 食物 | mild | 清淡
milk | 牛奶 | white | 白色 | drink | 饮料 | mild | 清淡
coffee | 咖啡 | black | 黑色 | drink | 饮料 | bitter | 苦
""")

# dish | 菜 | country | 国家
DISHES = table("""
pizza | 比萨饼 | Italy | 意大利
pasta | 意大利面 | Italy | 意大利
sushi | 寿司 | Japan | 日本
dumplings | 饺子 | China | 中国
Peking duck | 北京烤鸭 | China | 中国
kimchi | 泡菜 | South Korea/Korea | 韩国
croissants | 牛角面包 | France | 法国
curry | 咖喱 | India | 印度
tacos | 墨西哥卷饼 | Mexico | 墨西哥
fish and chips | 炸鱼薯条 | Britain/England | 英国
sausages | 香肠 | Germany | 德国
""")

# thing (with verb) | 东西 | colour | 颜色
COLOURS = table("""
the sky | 天空 | blue | 蓝色
the sea | 大海 | blue | 蓝色
grass | 草 | green | 绿色
leaves | 树叶 | green | 绿色
snow | 雪 | white | 白色
clouds | 云 | white | 白色
the sun | 太阳 | yellow | 黄色
blood | 血 | red | 红色
fire | 火 | red | 红色
the night | 夜晚 | black | 黑色
coal | 煤 | black | 黑色
chocolate | 巧克力 | brown | 棕色
an elephant | 大象 | grey | 灰色
gold | 金子 | yellow | 黄色
""")

# one | 一 | two | 二 | mixture | 混合
MIXTURES = table("""
blue | 蓝色 | yellow | 黄色 | green | 绿色
red | 红色 | yellow | 黄色 | orange | 橙色
red | 红色 | blue | 蓝色 | purple | 紫色
black | 黑色 | white | 白色 | grey | 灰色
red | 红色 | white | 白色 | pink | 粉红色
""")

# season | 季节 | what it is like | 特点 | next | 下一个 | people do | 活动
SEASONS = table("""
spring | 春天 | it gets warm and flowers open | 天气变暖，花儿开放 | summer | 夏天 | fly kites | 放风筝
summer | 夏天 | it is hot and the days are long | 天气很热，白天很长 | autumn | 秋天 | go swimming | 去游泳
autumn | 秋天 | it gets cool and the leaves fall | 天气变凉，树叶落下 | winter | 冬天 | pick apples | 摘苹果
winter | 冬天 | it is cold and it may snow | 天气很冷，可能下雪 | spring | 春天 | build snowmen | 堆雪人
""")

# weather (it is ...) | 天气 | advice | 建议
WEATHER = table("""
rainy | 下雨 | take an umbrella | 带上雨伞
sunny | 晴天 | wear a hat | 戴上帽子
cold | 很冷 | wear a warm coat | 穿上暖和的大衣
hot | 很热 | drink a lot of water | 多喝水
windy | 刮大风 | hold your hat | 抓好帽子
snowy | 下雪 | wear boots and gloves | 穿靴子，戴手套
foggy | 起雾 | walk carefully | 慢慢走，小心一点
""")

_PLURALS = {"mouse": "mice", "sheep": "sheep", "fish": "fish", "butterfly": "butterflies", "wolf": "wolves", "fox": "foxes"}


def plural(animal: str) -> str:
    """An English animal in the plural."""
    return _PLURALS.get(animal, animal + "s")


_ANIMALS_EN = rows(ANIMALS, "x", "_", "kind", "_", "food", "_", "home", "_", "can", "_")
_ANIMALS_ZH = rows(ANIMALS, "_", "x", "_", "kind", "_", "food", "_", "home", "_", "can")
for _row in _ANIMALS_EN:
    _row["ax"] = ("an " if _row["x"][0] in "aeiou" else "a ") + _row["x"]
    _row["xs"] = plural(_row["x"])
    _row["akind"] = ("an " if _row["kind"][0] in "aeiou" else "a ") + _row["kind"]
_FOODS_EN = rows(FOODS, "x", "_", "colour", "_", "kind", "_", "taste", "_")
_FOODS_ZH = rows(FOODS, "_", "x", "_", "colour", "_", "kind", "_", "taste")
for _row in _FOODS_EN:
    _row["is"] = "are" if _row["x"].endswith("s") else "is"
    _row["do"] = "do" if _row["x"].endswith("s") else "does"
    _row["tastes"] = "taste" if _row["x"].endswith("s") else "tastes"
_DISHES_EN = rows(DISHES, "x", "_", "country", "_")
for _row in _DISHES_EN:
    _plural = _row["x"].endswith("s")
    _row["is"], _row["do"], _row["come"] = ("are", "do", "come") if _plural else ("is", "does", "comes")
_COLOURS_EN, _COLOURS_ZH = rows(COLOURS, "x", "_", "colour", "_"), rows(COLOURS, "_", "x", "_", "colour")
for _row in _COLOURS_EN:
    _row["is"] = "are" if _row["x"] in ("leaves", "clouds") else "is"
_SEASONS_EN = rows(SEASONS, "x", "_", "like", "_", "next", "_", "do", "_")
_SEASONS_ZH = rows(SEASONS, "_", "x", "_", "like", "_", "next", "_", "do")

GROUPS: list[FactGroup] = widened([
    FactGroup(
        "animal_food", "en", _ANIMALS_EN, first=len(FIRST_ANIMALS),
        ask=("what does {ax} eat?", "what do you feed {ax}?", "what does {ax} like to eat?", "what food does {ax} like?"),
        held=("do you know what {ax} eats?", "tell me the food that {ax} likes."),
        answer=("{ax} [eats|likes to eat] {food}.", "it eats {food}.", "{food}. {ax} likes that very much."),
        check="food", follow=("and {ax}?", "what about {ax}?"),
    ),
    FactGroup(
        "animal_food", "zh", _ANIMALS_ZH, first=len(FIRST_ANIMALS),
        ask=("{x}吃什么？", "{x}[喜欢|爱]吃什么？", "{x}的食物是什么？", "拿什么喂{x}？"),
        held=("你知道{x}吃什么吗？", "{x}平时吃什么？"),
        answer=("{x}[喜欢|]吃{food}。", "它吃{food}。"),
        check="food", follow=("那{x}呢？", "{x}呢？"),
    ),
    FactGroup(
        "animal_home", "en", _ANIMALS_EN, first=len(FIRST_ANIMALS),
        ask=("where does {ax} live?", "where is the home of {ax}?", "where can I find {ax}?", "in what place does {ax} live?"),
        held=("can you tell me where {ax} lives?", "what is the home of {ax}?"),
        answer=("{ax} lives in {home}.", "it lives in {home}."),
        check="home", follow=("and {ax}?", "what about {ax}?"),
    ),
    FactGroup(
        "animal_home", "zh", _ANIMALS_ZH, first=len(FIRST_ANIMALS),
        ask=("{x}住在哪里？", "{x}生活在什么地方？", "{x}的家在哪里？", "在哪里可以[找到|看到]{x}？"),
        held=("{x}住在什么地方？", "你知道{x}生活在哪里吗？"),
        answer=("{x}[住|生活]在{home}。", "它住在{home}。"),
        check="home", follow=("那{x}呢？", "{x}呢？"),
    ),
    FactGroup(
        "animal_kind", "en", _ANIMALS_EN, first=len(FIRST_ANIMALS),
        ask=("what kind of animal is {ax}?", "what is {ax}?", "tell me about the {x}."),
        held=("please tell me what kind of animal {ax} is.", "what sort of animal is the {x}?"),
        answer=("{ax} is {akind}.[| It can {can}.]", "{ax} is {akind} and lives in {home}."),
        check="kind", follow=("and {ax}?",),
    ),
    FactGroup(
        "animal_kind", "zh", _ANIMALS_ZH, first=len(FIRST_ANIMALS),
        ask=("{x}是什么[动物|]？", "{x}是哪一类动物？", "{x}属于什么动物？", "介绍一下{x}。"),
        held=("{x}是哪种动物？", "你知道{x}是什么动物吗？"),
        answer=("{x}是{kind}[|，会{can}]。", "{x}是{kind}，生活在{home}。"),
        check="kind", follow=("那{x}呢？",),
    ),
    FactGroup(
        "animal_can", "en", _ANIMALS_EN, first=len(FIRST_ANIMALS),
        ask=("what can {ax} do?", "what is {ax} good at?", "what can {ax} do well?"),
        held=("tell me what {ax} can do.",),
        answer=("{ax} can {can}.", "it can {can}."),
        check="can", follow=("and {ax}?",),
    ),
    FactGroup(
        "animal_can", "zh", _ANIMALS_ZH, first=len(FIRST_ANIMALS),
        ask=("{x}会[做|]什么？", "{x}有什么本领？", "{x}能做什么？"),
        held=("你知道{x}会做什么吗？",),
        answer=("{x}会{can}。", "它会{can}。"),
        check="can", follow=("那{x}呢？",),
    ),
    FactGroup(
        "food_colour", "en", _FOODS_EN,
        ask=("what colo[|u]r {is} {x}?", "which colo[|u]r {do} {x} have?", "what is the colo[|u]r of {x}?"),
        held=("do you know what colour {x} {is}?",),
        answer=("{x} {is} {colour}.", "the colour of {x} is {colour}."),
        check="colour", follow=("and {x}?", "what about {x}?"),
    ),
    FactGroup(
        "food_colour", "zh", _FOODS_ZH,
        ask=("{x}是什么颜色[的|]？", "{x}的颜色是什么？", "{x}是哪种颜色的？"),
        held=("你知道{x}是什么颜色吗？", "{x}一般是什么颜色的？"),
        answer=("{x}是{colour}的。", "{x}的颜色是{colour}。"),
        check="colour", follow=("那{x}呢？", "{x}呢？"),
    ),
    FactGroup(
        "food_taste", "en", _FOODS_EN,
        ask=("how {do} {x} taste?", "what {do} {x} taste like?", "what is the taste of {x}?"),
        held=("can you tell me how {x} {tastes}?",),
        answer=("{x} {tastes} {taste}.", "the taste of {x} is {taste}."),
        check="taste", follow=("and {x}?",),
    ),
    FactGroup(
        "food_taste", "zh", _FOODS_ZH,
        ask=("{x}是什么味道[的|]？", "{x}[吃起来|尝起来]怎么样？", "{x}的味道怎么样？"),
        held=("你知道{x}是什么味道吗？",),
        answer=("{x}的味道是{taste}的。", "{x}尝起来是{taste}的。"),
        check="taste", follow=("那{x}呢？",),
    ),
    FactGroup(
        "food_kind", "en", _FOODS_EN,
        ask=("what kind of food {is} {x}?", "what {is} {x}?"),
        held=("tell me what kind of food {x} {is}.",),
        answer=("{x} {is} a kind of {kind}.", "it is a kind of {kind}. The taste is {taste}."),
        check="kind",
    ),
    FactGroup(
        "food_kind", "zh", _FOODS_ZH,
        ask=("{x}是什么？", "{x}是哪一类食物？"),
        held=("{x}是哪种食物？",),
        answer=("{x}是一种{kind}。", "{x}是一种{kind}，味道是{taste}的。"),
        check="kind",
    ),
    FactGroup(
        "dish_country", "en", _DISHES_EN,
        ask=("where {do} {x} come from?", "which country {is} {x} from?", "what country is famous for {x}?", "{x} {is} a food from which country?"),
        held=("tell me the country that {x} {is} from.",),
        answer=("{x} {is} from {country}.", "{x} {is} a famous food from {country}."),
        check="country", follow=("and {x}?",),
    ),
    FactGroup(
        "dish_country", "zh", rows(DISHES, "_", "x", "_", "country"),
        ask=("{x}是哪个国家的[菜|食物|]？", "{x}来自哪里？", "哪个国家的{x}有名？"),
        held=("{x}是从哪个国家来的？",),
        answer=("{x}来自{country}。", "{x}是{country}有名的食物。"),
        check="country", follow=("那{x}呢？",),
    ),
    FactGroup(
        "colour", "en", _COLOURS_EN,
        ask=("what colo[|u]r {is} {x}?", "what is the colo[|u]r of {x}?", "which colo[|u]r {is} {x}?"),
        held=("can you tell me the colour of {x}?",),
        answer=("{x} {is} {colour}.", "the colour of {x} is {colour}."),
        check="colour", follow=("and {x}?", "what about {x}?"),
    ),
    FactGroup(
        "colour", "zh", _COLOURS_ZH,
        ask=("{x}是什么颜色[的|]？", "{x}的颜色是什么？", "{x}是哪种颜色？"),
        held=("你能告诉我{x}是什么颜色吗？",),
        answer=("{x}是{colour}的。", "{x}的颜色是{colour}。"),
        check="colour", follow=("那{x}呢？", "{x}呢？"),
    ),
    FactGroup(
        "mixture", "en", rows(MIXTURES, "one", "_", "two", "_", "mix", "_"),
        ask=(
            "what colo[|u]r do [{one} and {two}|{two} and {one}] make?", "what do you get when you mix {one} and {two}?",
            "[mix {one} and {two}|{one} plus {two}]: which colour?",
        ),
        held=("if I mix {one} with {two}, what colour comes out?",),
        answer=("{one} and {two} make {mix}.", "you get {mix}."), check="mix",
    ),
    FactGroup(
        "mixture", "zh", rows(MIXTURES, "_", "one", "_", "two", "_", "mix"),
        ask=("[{one}和{two}|{two}和{one}]混在一起是什么颜色？", "{one}加{two}[变成|是]什么颜色？"),
        held=("把{one}和{two}混合会得到什么颜色？",),
        answer=("{one}和{two}混在一起是{mix}。", "会变成{mix}。"), check="mix",
    ),
    FactGroup(
        "season_like", "en", _SEASONS_EN,
        ask=("what is {x} like?", "how is the weather in {x}?", "tell me about {x}.", "describe {x}.", "what happens in {x}?"),
        held=("can you describe {x} for me?",),
        answer=("in {x} {like}.[| Many people {do}.]", "{x} is a season. In {x} {like}."), check="like",
        follow=("and {x}?", "what about {x}?"),
    ),
    FactGroup(
        "season_like", "zh", _SEASONS_ZH,
        ask=("{x}[是什么样的|怎么样]？", "{x}的天气怎么样？", "说说{x}。", "介绍一下{x}。", "{x}有什么特点？"),
        held=("能描述一下{x}吗？",),
        answer=("{x}{like}。[|很多人会{do}。]", "{x}是一个季节。{x}{like}。"), check="like",
        follow=("那{x}呢？",),
    ),
    FactGroup(
        "season_next", "en", _SEASONS_EN,
        ask=("[which|what] season comes after {x}?", "what comes after {x}?", "what is the season after {x}?"),
        held=("when {x} is over, which season comes?",),
        answer=("after {x} comes {next}.", "{next} comes after {x}."), check="next", follow=("and after {x}?",),
    ),
    FactGroup(
        "season_next", "zh", _SEASONS_ZH,
        ask=("{x}之后是什么季节？", "{x}过后是哪个季节？", "{x}的下一个季节是什么？"),
        held=("过了{x}就是什么季节？",),
        answer=("{x}之后是{next}。", "{x}过后就是{next}。"), check="next", follow=("那{x}之后呢？",),
    ),
    FactGroup(
        "season_do", "en", _SEASONS_EN,
        ask=("what do people do in {x}?", "what can I do in {x}?", "what is fun in {x}?"),
        held=("give me an idea for {x}.",),
        answer=("in {x} people like to {do}.", "you can {do} in {x}."), check="do",
    ),
    FactGroup(
        "season_do", "zh", _SEASONS_ZH,
        ask=("{x}可以做什么？", "{x}人们喜欢做什么？", "{x}有什么好玩的？"),
        held=("{x}适合做什么？",),
        answer=("{x}人们喜欢{do}。", "{x}可以{do}。"), check="do",
    ),
    FactGroup(
        "weather", "en", rows(WEATHER, "x", "_", "advice", "_"),
        ask=("it is {x} today. What should I do?", "what should I do when it is {x}?", "it is {x} outside. [Any advice?|What now?]"),
        held=("what do you do if it is {x}?",),
        answer=("when it is {x}, you should {advice}.", "please {advice}. Have a nice day!"), check="advice",
    ),
    FactGroup(
        "weather", "zh", rows(WEATHER, "_", "x", "_", "advice"),
        ask=("今天{x}，我[该|要|应该]怎么办？", "{x}的时候[该|要]做什么？", "外面{x}，出门要注意什么？"),
        held=("如果{x}，出门该怎么办？",),
        answer=("{x}的时候，要{advice}。", "记得{advice}。祝你今天愉快！"), check="advice",
    ),
])
