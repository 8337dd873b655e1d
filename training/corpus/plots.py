"""More plots for stories: each is a row of moments, and every moment can be told in several ways."""

from __future__ import annotations

from random import Random

from .people import RELATIVES, person, second
from .wording import join, pick

Plot = tuple[tuple[str, ...], ...]

EN: dict[str, Plot] = {
    "key": (
        ("{name} had lost the key of the house.", "one {weather} evening {name} came home and could not find the key.", 'when {name} stood before the door, {he} cried, "Where is my key?"', "{name} always lost things, and this time it was the key."),
        ("{he} looked [in the bag|in every pocket], [under the bench|in the grass|on the stairs], but it was not there.", "it was not in {his} pocket, and it was not in the {place} either.", "first {he} searched the {place}, then the whole garden."),
        ('{name2} came by and asked, "What are you looking for?" "My key," said {name}.', '"Let me help you," said {name2}, who lived next door.', "then {name2} came with a lamp, and they searched together."),
        ("they went back to the {place}, step by step.", '"Where did you play today?" asked {name2}. {name} thought of the {place}.', "they asked {relative}, they asked the neighbours, but nobody had seen it."),
        ("at last {name2} laughed and pointed: the key hung around {name}'s neck!", "there, in the {place}, a bird sat on something that shone. It was the key.", "in the end it lay in {name}'s own shoe.", "a small dog came running with something in its mouth. It was the key!"),
        ("since then {name} ties the key to a red ribbon.", '"Thank you," said {name}, and they drank tea together.', "{name} learned to look near before looking far.", "and whoever finds a lost thing now brings it to {name}, who knows how it feels."),
    ),
    "garden": (
        ("in {season} {name} put a small seed into the earth.", "{name}'s {relative} gave {him} a single seed.", "behind the house of {name} there was a piece of bare ground."),
        ("every day {he} brought water, and every day nothing happened.", '"When will it grow?" asked {name}. "Wait," said {his} {relative}.', "{name} sat beside it and waited, but the earth stayed brown."),
        ('{name2} laughed and said, "Nothing will come of it."', "then came three days of rain, and {name} could not go out.", "a hungry bird wanted to eat the seed, but {name} chased it away.", "one night it was so cold that {name} put {his} own scarf on the ground."),
        ("but {name} did not give up.", "{name} went on, even when {he} was tired.", '"I can wait," said {name}.', "{he} told the seed a story every evening."),
        ("one morning there was a tiny green leaf.", "then, on a {weather} morning, something green looked out of the earth.", "and when nobody thought of it any more, a plant stood there."),
        ("it became a [tall sunflower|rose bush|pumpkin as big as a chair|apple tree].", "in the end it was higher than {name}.", "weeks later it was full of flowers, and bees came from everywhere."),
        ("{name2} was sorry and asked for a seed too.", "{name} gave the first fruit to {his} {relative}.", "who can wait gets more than who runs, said {his} {relative}.", "now {name} has a whole garden, and everybody may sit in it."),
    ),
    "race": (
        ("{name} and {name2} wanted to know who was faster.", "every year there was a race from the school to the {place}.", '"I am the fastest of all," said {name2}. {name} said nothing.'),
        ("{name2} ran like the wind. {name} was slower, but {he} never stopped.", "all the children came to watch. {name} was a little afraid.", "at the start {name2} was far ahead."),
        ("halfway {name2} [sat down to rest|stopped to talk|lost a shoe|took the wrong path].", "then {name2} fell and hurt {his2} knee.", "the way went over a hill, and it was {weather}."),
        ("{name} could have run on and won, but {he} stopped and helped.", "{name} ran past without a word.", '"Come," said {name} and gave {him2} a hand.', "{name} thought for a moment. Then {he} turned back."),
        ("they came to the end together, hand in hand.", "{name} won by one step.", "nobody won that day, but everybody clapped.", "{name2} was still first, but {he2} gave the prize to {name}."),
        ("since that day they train together.", '"Next year we will see," said {name2} and smiled.', "to be fast is good, but to be kind is better.", "in the evening they ate cake, and nobody spoke of winning."),
    ),
    "bridge": (
        ("between two villages ran a wide river, and there was no bridge.", "{name} lived on one side of the river, {name2} on the other.", "every day {name} looked across the water and saw {name2} wave."),
        ('"We should build a bridge," said {name}. The others shook their heads.', "to visit each other, people had to walk a whole day.", "{name} wanted to bring {his} friend a birthday cake, but the water was too deep."),
        ("so {name} carried one stone to the water every morning.", "{name} asked the carpenter, and the carpenter asked the smith.", "first {he} tied a long rope to a tree and threw it across."),
        ("{name2} began on the other side.", "soon more and more people came and helped.", "the {weather} weather made it hard, but they sang while they worked.", "once the river took everything away, and they had to begin again."),
        ("after [a month|a year|a long {season}] the bridge was ready.", "in {season} the two ends met in the middle.", "then came the day when the last board was nailed down."),
        ("{name} and {name2} were the first who walked over it.", "the old people cried with joy.", "today nobody remembers how wide the river once seemed.", "and the cake, they say, was eaten right in the middle."),
    ),
    "gift": (
        ("tomorrow was the birthday of {name}'s {relative}, and {name} had no money.", "{name} wanted to give {his} {relative} something beautiful.", "{name} counted {his} coins: there were only three."),
        ("in the shop everything was too dear.", "{he} looked at the {thing} in the window, but it cost too much.", '"What can I give?" {he} asked {name2}.'),
        ("{name2} said, \"Make something yourself.\"", "on the way home {he} found [a smooth stone|a feather|a piece of wood].", "then {name} had an idea and ran home."),
        ("all night {he} worked with paper, colour and glue.", "{he} wrote down a story that {his} {relative} had once told {him}.", "{he} painted the house, the tree and the whole family.", "{he} learned a song by heart."),
        ("in the morning {his} {relative} opened the little packet.", "when the guests came, {name} was almost too shy to give it.", "{his} {relative} looked at it for a long time and said nothing."),
        ('"This is the best present of all," {he3} said at last.', "then there were tears, but they were tears of joy.", "it hangs on the wall to this day.", "a thing that is made with love is never small."),
    ),
    "truth": (
        ("{name} had broken the [blue cup|window|big vase] of {his} {relative}.", "it happened while {name} was playing ball in the house: there was a crash.", "nobody had seen how {name} broke the blue cup of {his} {relative}, only the cat."),
        ("quickly {name} hid the pieces [under the bed|behind the door|in the garden].", '"It was the cat," {he} wanted to say.', "{his} heart beat fast."),
        ("at dinner {he} could not eat.", "that night {name} could not sleep.", '"Why are you so quiet?" asked {his} {relative}.', "{name2} said, \"Nobody will ever know.\" But {name} knew."),
        ('in the end {name} said, "It was me. I am sorry."', "next morning {he} brought the pieces and told everything.", "{he} took a deep breath and told the truth."),
        ("{his} {relative} was silent for a moment and then put an arm around {him}.", '"I am glad that you told me," said {his} {relative}.', "{his} {relative} was angry, but not for long."),
        ("together they glued it, and it looked almost new.", "a cup can be bought again, but trust is hard to mend.", "that night {name} slept well.", "since then {name} plays ball outside."),
    ),
    "dog": (
        ("one {weather} evening {name} heard a noise at the door.", "on the way home from school {name} saw a small dog under a bush.", "a dog without a name followed {name} through the whole town."),
        ("it was wet and hungry and looked at {him} with big eyes.", "it had a hurt leg and could hardly walk.", "it did not bark; it only wagged its tail."),
        ('"Can we keep it?" asked {name}. "It must belong to somebody," said {his} {relative}.', "{name} gave it milk and bread and a warm blanket.", "{his} {relative} did not want a dog in the house."),
        ("so they hung up a paper with a picture of the dog.", "every day they asked the neighbours.", "a week went by, and nobody came.", "{name} called it [Button|Star|Cloud|Brownie], and the dog liked the name."),
        ("then {name2} stood at the door and cried with joy: it was {his2} dog.", "one night the dog barked loudly and woke everybody, for there was a fire in the kitchen.", "when {name} fell into the river, the dog pulled {him} out.", "then an old man came. The dog was his, but he was too weak to walk with it."),
        ("from that day on {name} and {name2} took it for walks together.", '"It may stay," said {his} {relative}, and everybody was happy.', "so {name} found a friend on four legs.", "now the dog sleeps in front of {name}'s bed."),
    ),
    "dark": (
        ("{name} was afraid of the dark.", "when the lamp went out, {name} saw strange shapes in the corner.", "every night {name} asked for a light."),
        ('"There is something under my bed," {he} said.', "the wind knocked at the window, and the floor made noises.", "{he} pulled the blanket over {his} head."),
        ("{his} {relative} sat down beside {him} and said, \"Let us listen.\"", '{name2}, who stayed for the night, said, "I am afraid too."', "then {his} {relative} took {him} by the hand and went out into the garden."),
        ("they heard the clock, the cat and the rain, and nothing else.", "together they looked under the bed. There was only an old shoe.", "above them stood a thousand stars. Without the dark nobody could see them.", "{he} held up a hand before the lamp, and on the wall was a rabbit."),
        ("then {name} laughed.", '"It is only the night," said {name}.', "suddenly the dark was quite small.", "{name} gave the dark a name, and then it was a friend."),
        ("since then {he} sleeps without a lamp.", "that night {he} slept until the sun came.", "and when {name2} is afraid, {name} tells {him2} about the shoe.", "what we know does not frighten us."),
    ),
    "soup": (
        ("in a hard {season}, when people had little to eat, {name} came to a small town.", "a traveller called {name} came to a village, tired and hungry.", "{name} knocked at every door, but nobody had anything to give."),
        ("so {name} put a big pot on the square and filled it with water and one stone.", '"I am cooking stone soup," {name} said loudly.', "{name} made a fire under a pot of water with a stone in it, and the water began to sing."),
        ("{name2} came and looked. \"Is it good?\" \"Very good,\" said {name}, \"only a carrot is missing.\"", '"A little salt would help," said {name}. {name2} ran home to fetch some.', "the children were the first who came near."),
        ("one brought a carrot, another an onion, a third some rice.", "soon everybody had put something into the pot.", "an old woman brought a piece of meat that she had saved for a holiday."),
        ("in the evening they all ate together, and it was the best soup of the year.", "there was enough for everybody, and even for the dogs.", "when the pot was empty, {name} took out the stone and washed it."),
        ("nobody felt poor any more.", "alone each of them had nothing; together they had a feast.", "next morning {name} went on, with the stone in {his} pocket.", "they still cook it once a year."),
    ),
}

ZH: dict[str, Plot] = {
    "key": (
        ("{name}把家里的钥匙弄丢了。", "有一天傍晚，外面{weather}，{name}回到家，却找不到钥匙。", "{name}站在门口叫道：“我的钥匙呢？”", "{name}总是丢东西，这一次丢的是钥匙。"),
        ("{he}找了[书包|每个口袋]，又找了[椅子下面|草地|楼梯]，都没有。", "口袋里没有，{place}也没有。", "{he}先找了{place}，又找了整个院子。"),
        ("{name2}走过来问：“你在找什么？”{name}说：“我的钥匙。”", "住在隔壁的{name2}说：“我来帮你。”", "{name2}拿来一盏灯，两个人一起找。"),
        ("他们一步一步走回{place}。", "{name2}问：“你今天在哪儿玩过？”{name}想起了{place}。", "他们问了{relative}，又问了邻居，谁也没看见。"),
        ("最后{name2}笑着一指：钥匙就挂在{name}的脖子上！", "在{place}，一只小鸟站在一个发亮的东西上，那就是钥匙。", "原来钥匙就在{name}自己的鞋里。", "一只小狗跑过来，嘴里叼着的正是那把钥匙！"),
        ("从那以后，{name}把钥匙系在红绳子上。", "{name}说：“谢谢你！”他们一起喝了茶。", "{name}明白了，找东西要先看近处。", "后来谁捡到东西，都交给{name}，因为{he}知道丢东西有多着急。"),
    ),
    "garden": (
        ("{season}，{name}把一颗小种子埋进土里。", "{relative}给了{name}一颗种子。", "{name}家的房子后面有一块空地。"),
        ("{he}天天浇水，可是什么也没有长出来。", "{name}问：“它什么时候才长大？”{relative}说：“等一等。”", "{name}坐在旁边等，土还是光光的。"),
        ("{name2}笑着说：“不会长出来的。”", "接着下了三天雨，{name}出不了门。", "一只饿了的小鸟想吃种子，{name}把它赶走了。", "有一天夜里特别冷，{name}把自己的围巾盖在地上。"),
        ("可是{name}没有放弃。", "就算累了，{name}也坚持浇水。", "{name}说：“我可以等。”", "每天晚上，{he}给种子讲一个故事。"),
        ("一天早上，土里露出了一片小小的绿叶。", "后来有一天，一点绿色从土里探出头来。", "就在大家都忘了的时候，那里长出了一棵苗。"),
        ("它长成了[高高的向日葵|一棵玫瑰|像椅子一样大的南瓜|一棵苹果树]。", "最后它长得比{name}还高。", "几个星期以后，它开满了花，蜜蜂都飞来了。"),
        ("{name2}不好意思了，也想要一颗种子。", "{name}把第一个果子送给了{relative}。", "{relative}说，会等的人得到的更多。", "现在{name}有了一个大花园，谁都可以进去坐坐。"),
    ),
    "race": (
        ("{name}和{name2}想知道谁跑得快。", "每年都有一次赛跑，从学校跑到{place}。", "{name2}说：“我跑得最快。”{name}没有说话。"),
        ("{name2}跑得像风一样快，{name}虽然慢，却一直不停。", "孩子们都来看，{name}有点害怕。", "一开始，{name2}远远地跑在前面。"),
        ("跑到一半，{name2}[坐下来休息|停下来聊天|掉了一只鞋|走错了路]。", "后来{name2}摔倒了，膝盖很疼。", "路上要翻过一座小山，天又{weather}。"),
        ("{name}本来可以跑过去，可是{he}停下来帮忙。", "{name}一句话也没说，跑了过去。", "{name}伸出手说：“来。”", "{name}想了一下，又跑了回来。"),
        ("他们手拉手一起跑到了终点。", "{name}只快了一步，赢了。", "那天谁也没有赢，可是大家都鼓掌。", "{name2}还是第一，不过{he2}把奖品送给了{name}。"),
        ("从那天起，他们一起练习。", "{name2}笑着说：“明年再比。”", "跑得快很好，心地好更好。", "晚上他们一起吃蛋糕，谁也没提输赢。"),
    ),
    "bridge": (
        ("两个村子中间有一条大河，河上没有桥。", "{name}住在河这边，{name2}住在河那边。", "{name}每天看着河对岸，{name2}在那边招手。"),
        ("{name}说：“我们应该造一座桥。”别人都摇头。", "想去对面，要走整整一天。", "{name}想给朋友送生日蛋糕，可是水太深了。"),
        ("于是{name}每天早上往河边搬一块石头。", "{name}去找木匠，木匠又去找铁匠。", "{he}先把一根长绳子系在树上，扔到对岸。"),
        ("{name2}也从对岸开始干了。", "来帮忙的人越来越多。", "虽然{weather}，大家还是一边唱歌一边干活。", "有一次，大水把什么都冲走了，他们只好从头再来。"),
        ("过了[一个月|一年|很久]，桥造好了。", "{season}，两边终于在中间连上了。", "最后一块木板钉好的那天到了。"),
        ("{name}和{name2}第一个走过了桥。", "老人们高兴得流下了眼泪。", "现在谁也不觉得那条河有多宽了。", "听说那个蛋糕，就是在桥中间吃完的。"),
    ),
    "gift": (
        ("明天是{relative}的生日，可是{name}没有钱。", "{name}想送给{relative}一件漂亮的东西。", "{name}数了数自己的钱，只有三块。"),
        ("店里的东西都太贵了。", "{he}看着橱窗里的{thing}，可是太贵了。", "{he}问{name2}：“我能送什么呢？”"),
        ("{name2}说：“你自己做一个吧。”", "回家的路上，{he}捡到了[一块光滑的石头|一根羽毛|一小块木头]。", "忽然，{name}想到一个好主意，跑回家去了。"),
        ("{he}用纸、颜料和胶水忙了一个晚上。", "{he}把{relative}讲过的一个故事写了下来。", "{he}画了房子、大树和全家人。", "{he}学会了一首歌。"),
        ("第二天早上，{relative}打开了小纸包。", "客人来了，{name}不好意思拿出来。", "{relative}看了很久，什么也没说。"),
        ("最后，{relative}说：“这是最好的礼物。”", "{relative}哭了，不过那是高兴的眼泪。", "直到今天，它还挂在墙上。", "用心做的东西，从来都不小。"),
    ),
    "truth": (
        ("{name}打碎了{relative}的[蓝杯子|窗户|大花瓶]。", "{name}在屋里玩球，忽然“砰”的一声。", "{name}打碎了{relative}的蓝杯子，没有人看见，只有猫看见了。"),
        ("{name}赶快把碎片藏到[床底下|门后面|院子里]。", "{he}想说：“是猫弄的。”", "{he}的心跳得很快。"),
        ("吃晚饭的时候，{he}什么也吃不下。", "那天晚上，{name}睡不着。", "{relative}问：“你怎么不说话？”", "{name2}说：“不会有人知道的。”可是{name}自己知道。"),
        ("最后{name}说：“是我弄的，对不起。”", "第二天早上，{he}拿出碎片，把事情都说了。", "{he}深吸一口气，说了实话。"),
        ("{relative}沉默了一会儿，然后抱住了{he}。", "{relative}说：“你能告诉我，我很高兴。”", "{relative}有点生气，可是很快就不气了。"),
        ("他们一起把它粘好，看上去像新的一样。", "杯子可以再买，信任坏了就难修了。", "那天晚上，{name}睡得很好。", "从那以后，{name}只在外面玩球。"),
    ),
    "dog": (
        ("一天晚上，外面{weather}，{name}听见门口有声音。", "放学回家的路上，{name}看见树丛下有一只小狗。", "一只没有名字的小狗跟着{name}走过了整条街。"),
        ("它又湿又饿，睁着大眼睛看着{he}。", "它的腿受伤了，几乎走不动。", "它不叫，只是摇着尾巴。"),
        ("{name}问：“我们可以养它吗？”{relative}说：“它一定是别人家的。”", "{name}给它牛奶、面包和一条暖和的毯子。", "{relative}不想在家里养狗。"),
        ("于是他们贴出了小狗的照片。", "他们天天去问邻居。", "一个星期过去了，没有人来。", "{name}叫它[扣子|星星|白云|小黄]，小狗很喜欢这个名字。"),
        ("后来{name2}站在门口，高兴得哭了，原来那是{he2}的狗。", "有一天夜里，小狗大声叫起来，叫醒了大家，原来厨房着火了。", "{name}掉进河里的时候，小狗把{he}拉了上来。", "后来来了一位老爷爷，狗是他的，可是他没有力气带它出去走了。"),
        ("从那天起，{name}和{name2}一起带它散步。", "{relative}说：“让它留下吧。”大家都很高兴。", "就这样，{name}有了一个四条腿的朋友。", "现在小狗每天睡在{name}的床前。"),
    ),
    "dark": (
        ("{name}怕黑。", "灯一关，{name}就看见墙角有奇怪的影子。", "每天晚上，{name}都要开着灯睡。"),
        ("{he}说：“床底下有东西。”", "风敲着窗户，地板也在响。", "{he}把被子拉到头上。"),
        ("{relative}坐到{he}身边，说：“我们来听一听。”", "来过夜的{name2}说：“我也怕。”", "{relative}拉着{he}的手，走到院子里。"),
        ("他们听见了钟声、猫叫和雨声，别的什么也没有。", "他们一起看床底下，只有一只旧鞋。", "头上有一千颗星星，没有黑夜，谁也看不见它们。", "{he}在灯前伸出手，墙上出现了一只兔子。"),
        ("{name}笑了。", "{name}说：“原来只是夜晚。”", "黑夜一下子变小了。", "{name}给黑夜起了个名字，它就成了朋友。"),
        ("从那以后，{he}关着灯也能睡了。", "那天晚上，{he}一直睡到太阳出来。", "{name2}害怕的时候，{name}就给{he2}讲那只旧鞋的事。", "知道了是什么，就不怕了。"),
    ),
    "soup": (
        ("在一个艰难的{season}，小镇上的人没有多少吃的，{name}来到了这里。", "一个叫{name}的旅人来到村子里，又累又饿。", "{name}敲了每一家的门，可是谁也没有东西给{he}。"),
        ("于是{name}在广场上放了一口大锅，装满水，放进一块石头。", "{name}大声说：“我在煮石头汤。”", "{name}在一锅水里放了块石头，生起火，水开始唱歌。"),
        ("{name2}走过来看：“好喝吗？”{name}说：“很好喝，只差一根胡萝卜。”", "{name}说：“加一点盐就更好了。”{name2}跑回家去拿盐。", "孩子们最先围了过来。"),
        ("有人拿来胡萝卜，有人拿来洋葱，还有人拿来一点米。", "不久，每个人都往锅里放了点东西。", "一位老奶奶拿来了留着过节的肉。"),
        ("晚上大家一起吃，那是一年里最好喝的汤。", "人人都吃饱了，连小狗也有份。", "锅空了，{name}拿出石头，把它洗干净。"),
        ("谁也不觉得自己穷了。", "一个人什么都没有，大家在一起就什么都有了。", "第二天早上，{name}把石头放进口袋，又上路了。", "直到现在，他们每年还要煮一次石头汤。"),
    ),
}
_PLACES = {"en": ("park", "garden", "old mill", "market", "library", "school yard", "playground"), "zh": ("公园", "花园", "旧磨坊", "市场", "图书馆", "操场", "河边")}
_THINGS = {"en": ("blue scarf", "silver spoon", "music box", "red hat", "little lamp"), "zh": ("蓝围巾", "银勺子", "音乐盒", "红帽子", "小台灯")}
_SEASONS = {"en": ("spring", "summer", "autumn", "winter"), "zh": ("春天", "夏天", "秋天", "冬天")}
_WEATHER = {"en": ("cold", "rainy", "windy", "foggy", "hot"), "zh": ("很冷", "下着雨", "刮着风", "起了雾", "很热")}
_TITLES = {
    "en": {"key": "The lost key", "garden": "The seed", "race": "The race", "bridge": "The bridge", "gift": "The present", "truth": "The broken cup", "dog": "The dog at the door", "dark": "The dark room", "soup": "Stone soup"},
    "zh": {"key": "丢了的钥匙", "garden": "一颗种子", "race": "赛跑", "bridge": "造桥", "gift": "生日礼物", "truth": "打碎的杯子", "dog": "门口的小狗", "dark": "黑黑的房间", "soup": "石头汤"},
}
_BEFORE = {
    "en": ("this is a story about {name}.", "once upon a time there lived a child called {name}.", "listen to what happened to {name}.", "in a small town lived {name} with {his} {relative}.", "this happened last {season}."),
    "zh": ("这是{name}的故事。", "从前有个孩子叫{name}。", "听我说说{name}的事。", "小镇上住着{name}和{he}的{relative}。", "这是去年{season}的事。"),
}


def tale(rng: Random, lang: str) -> str:
    """A whole story, told moment by moment."""
    plots = EN if lang == "en" else ZH
    name = rng.choice(list(plots))
    p = person(rng, lang)
    p |= second(person(rng, lang, p))
    relative = rng.choice(RELATIVES[lang])
    p |= {
        "relative": relative, "place": rng.choice(_PLACES[lang]), "thing": rng.choice(_THINGS[lang]), "season": rng.choice(_SEASONS[lang]), "weather": rng.choice(_WEATHER[lang]),
        "he3": "she" if relative in ("mother", "grandmother", "sister", "aunt") else "he",
    }
    lines = [pick(rng, moment, **p) for moment in plots[name]]
    if rng.random() < 0.35:
        lines.insert(0, pick(rng, _BEFORE[lang], **p))
    title = _TITLES[lang][name] + "\n" if rng.random() < 0.3 else ""
    if rng.random() < 0.2:
        # Told in two paragraphs.
        half = len(lines) // 2
        return title + join(lang, lines[:half]) + "\n" + join(lang, lines[half:])
    return title + join(lang, lines)
