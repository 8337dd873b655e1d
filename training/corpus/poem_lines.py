"""Couplets for `poems`: by subject, each of two lines that rhyme; and couplets that close a poem about anything."""

# subject -> couplets; English.
EN: dict[str, tuple[str, ...]] = {
    "spring": ("The snow is gone, the brook runs fast,/The little birds come home at last.", "A green leaf opens on the tree,/And wakes the ant, and wakes the bee.", "The rain is soft, the wind is mild,/The garden laughs as does a child.", "O spring, you paint the meadow new/With white and yellow, red and blue."),
    "summer": ("The sun climbs up, the day is long,/The cricket sings its only song.", "We swim, we run, we lie in grass/And watch the lazy hours pass.", "The cherries hang like drops of light,/And warm and starry is the night.", "O summer, stay a little more,/With bare feet running to the shore."),
    "autumn": ("The leaves turn yellow, brown and red,/And fall upon the garden bed.", "The apples wait in baskets round,/The nuts lie scattered on the ground.", "The swallows gather, turn and go,/The evening sun is warm and low.", "A kite goes up, the wind is strong,/And autumn hums a quiet song."),
    "winter": ("The lake is still, the sky is grey,/And short and silent is the day.", "The snow lies deep on field and town,/And still the flakes come dancing down.", "We sit inside and drink our tea/And draw a snowman you can see.", "The winter stars are sharp and clear,/They whisper: Spring will soon be here."),
    "the moon": ("The moon looks in, so round and white,/A silver lamp in all the night.", "It rides upon the clouds so slow/And sees the sleeping towns below.", "One night it is a boat so thin,/One night a face, and it can grin.", "Good night, dear moon, shine on my bed/And send a dream into my head."),
    "the rain": ("The rain is tapping on the pane,/It asks to come inside again.", "It drums upon the roof all day/And washes all the dust away.", "The flowers drink, the puddles grow,/And little boats of paper go.", "And when at last the clouds are through,/The world is bright and washed and new."),
    "the sea": ("The sea is wide, the sea is deep,/It never, never goes to sleep.", "The waves roll in, the waves roll out,/The white gulls fly and scream and shout.", "I found a shell upon the sand;/It sang the ocean in my hand.", "A ship goes by without a sound/And takes my wishes all around."),
    "a mountain": ("The mountain stands so tall, so still,/And looks across each lower hill.", "The clouds lie on its shoulders white,/It wears a crown of snow and light.", "A narrow path goes up and up,/A spring fills every climber's cup.", "And from the top, when day is new,/The world is small, the sky is blue."),
    "a cat": ("My cat lies sleeping in the sun/And thinks her daily work is done.", "She walks on velvet, soft and slow,/And where she goes, nobody may know.", "Her eyes are lanterns, green and bright,/That lead her through the darkest night.", "She purrs a song without a word,/The softest that I ever heard."),
    "a dog": ("My dog is waiting at the door/And beats his tail upon the floor.", "He runs through puddles, mud and rain/And brings the same old stick again.", "He knows my step, he knows my way,/He wants to play, and play, and play.", "And when I'm sad, he lays his head/Upon my knee beside the bed."),
    "home": ("There is a house, there is a light,/A window shining through the night.", "The kettle sings, the table's laid,/And there is bread that mother made.", "However far I had to roam,/Each road I took was leading home.", "The door is old, the stairs are worn,/But it is warm from night to morn."),
    "a friend": ("A friend is like a lamp at night,/A little flame, a steady light.", "We share our bread, we share our play,/We share the rain of every day.", "You do not need a clever word;/You sit with me, and I am heard.", "And if we live in towns apart,/I keep a bench for you in my heart."),
    "the night": ("The day has put its tools away,/The children have no wish to play.", "The owl is calling from the tree,/The stars come out for you and me.", "The town is quiet, dark and deep,/And even streets have gone to sleep.", "O night, so wide and soft and blue,/I close my eyes and float with you."),
    "snow": ("The snow came softly in the night/And made the whole wide garden white.", "No sound, no step, no car, no bell,/Just flake on flake on flake that fell.", "We build a man with hat and nose/And mittens, for he must be froze.", "And when the sun comes out at noon,/He says, I fear I must go soon."),
    "flowers": ("The flowers open one by one/And turn their faces to the sun.", "A red one here, a white one there,/Their sweetness travels through the air.", "The bee comes in, the bee goes out/And tells her sisters all about.", "I pick just one, and only one,/And leave the others to the sun."),
    "the wind": ("The wind has neither hand nor knee,/Yet it can shake the tallest tree.", "It steals my hat, it slams the door,/It rolls the waves upon the shore.", "It carries seeds to who knows where/And plays with every child's hair.", "Come, wind, and tell me, where you've been,/And all the lands that you have seen."),
    "the stars": ("A thousand stars, a thousand more,/Like grains of sand upon the shore.", "They are so far, they are so small,/And yet their light will reach us all.", "I chose a star and gave it a name;/It blinks at me, I do the same.", "When clouds go by and hide the sky,/I know they shine there, far and high."),
    "a bird": ("A bird sits on my window sill/And looks at me and keeps quite still.", "It has no purse, it has no clock,/Its house is high above the rock.", "It sings of seeds, it sings of rain,/And then it sings it all again.", "It spreads its wings and off it flies,/A dot of song in morning skies."),
    "a tree": ("The tree has stood here many a year,/It saw the fox, it saw the deer.", "Its roots are deep, its arms are wide,/And many birds can live inside.", "It gives us shade when days are hot/And asks for nothing that we've got.", "And when I'm old and hard to see,/A child will sit beneath the tree."),
    "the morning": ("The morning opens one blue eye/And paints some roses on the sky.", "The baker's bread is warm and brown,/Its smell is waking all the town.", "The dew is sitting on the grass/Like tiny pearls of finest glass.", "Good morning, street, good morning, sun,/A brand-new day has just begun."),
    "a rabbit": ("A rabbit sits among the clover,/He eats and thinks, then thinks it over.", "His ears are long, his tail is small,/He jumps across the garden wall.", "The fox comes by; he hears the sound/And disappears into the ground.", "At night he dreams beneath the hill/Of carrots, fields, and eats his fill."),
    "love": ("Love is a hand that holds your own/When you are far away from home.", "Love is the soup, love is the bread,/The blanket that is softly spread.", "It does not shout, it does not run,/It stays when all the rest is done.", "And if you give it all away,/You find you've more of it each day."),
    "school": ("The bell has rung, we run inside,/Our books are open, big and wide.", "We learn to read, we learn to write,/We learn that left is not the right.", "The chalk is white, the board is green,/The nicest class I've ever seen.", "And when at noon we all go home,/I've got a word to call my own."),
}
EN_CLOSE = ("I write it down, these lines are few,/And now they all belong to you.", "So ends my little song for today,/Now fold it up and fly away.", "It's just a poem, small and light;/Please read it once and sleep all night.", "And if you ask me for one thing more:/I'd look at it just as before.")

# subject -> couplets; Chinese, five or seven characters a line.
ZH: dict[str, tuple[str, ...]] = {
    "春天": ("小河解开了冰衣裳/唱着歌儿奔向远方", "燕子带回南方的风/桃花开得满树红", "细雨轻轻洒下来/小草悄悄把头抬", "春天走过我窗前/留下一片绿田园"),
    "夏天": ("蝉在树上唱不停/池塘里面满天星", "荷叶撑起绿雨伞/青蛙坐在伞中间", "西瓜又大又甜/吃一口笑开了脸", "夏夜的风轻轻吹/萤火虫儿满天飞"),
    "秋天": ("秋风吹过小山冈/稻田一片金黄黄", "树叶像蝴蝶飞/落在小路和溪水", "大雁排队向南飞/苹果红着脸儿醉", "月亮圆圆挂树梢/桂花香里秋来到"),
    "冬天": ("雪花飘飘落下来/屋顶大地一片白", "小河盖上玻璃被/小鱼在下面安睡", "炉火红红茶正香/听着故事到天光", "冬天虽冷不用怕/春天就在雪底下"),
    "月亮": ("月亮弯弯像小船/载着好梦过云山", "月亮圆圆像玉盘/照着千家和万山", "我走它也跟着走/好像牵着我的手", "夜深了，人安静/月光替我把灯点明"),
    "雨": ("小雨点，沙沙沙/落在屋顶和篱笆", "小雨点，滴答答/给花喝水笑哈哈", "伞像蘑菇开满街/水洼里面云儿歇", "雨停以后看天上/彩虹架在小河旁"),
    "大海": ("大海大海蓝又宽/一眼望去看不完", "浪花开了又谢了/海鸥叫着飞远了", "贝壳贴在耳朵上/听见大海在歌唱", "小船开向天边去/带着我的小秘密"),
    "山": ("高山静静立天边/白云绕在它腰间", "小路弯弯通山顶/泉水叮咚给人听", "爬得越高看得远/房子小得像豆点", "山不说话也不走/春夏秋冬等老友"),
    "猫": ("小猫蜷在阳光里/睡得像个毛线球", "脚步轻轻没声响/走过屋顶和围墙", "眼睛像灯绿又亮/夜里不怕路途长", "咕噜咕噜唱着歌/尾巴一摇告诉我"),
    "狗": ("小狗等在家门口/尾巴摇得像风走", "跑过水洼跑过桥/叼回木棍让我瞧", "我高兴，它就跳/我难过，它靠牢", "不用绳子不用链/它的心系在我身边"),
    "家": ("窗里一盏小灯黄/远远照到大路旁", "锅里米饭喷喷香/妈妈叫我快来尝", "走过千山和万水/家门一开就不累", "墙虽旧来门虽小/全家坐下就刚好"),
    "朋友": ("朋友像盏小小灯/黑夜里面也光明", "一块饼干分两半/一把雨伞遮风寒", "我笑你也跟着笑/我哭你把肩膀靠", "哪怕住得隔天涯/心里有座小桥搭"),
    "夜晚": ("太阳下山收了工/星星点灯满天空", "小鸟回巢不再唱/风儿轻轻推门窗", "街道睡了河也睡/只有钟声走几回", "闭上眼睛听一听/夜的脚步那么轻"),
    "雪": ("雪花悄悄下一夜/早上大地全白了", "没有脚印没有响/世界像张新纸张", "堆个雪人戴红帽/胡萝卜鼻子对我笑", "太阳一出它流汗/挥挥手说明年见"),
    "花": ("花儿一朵又一朵/对着太阳笑呵呵", "红的白的黄的花/香气飘进千万家", "蜜蜂来了又回家/告诉姐妹哪有花", "我只闻闻不去采/留它明天接着开"),
    "风": ("风没有脚也没有手/却能摇动大柳树头", "它把我的帽子偷走/又推着云儿往前游", "风把种子带远方/种子落地就生长", "风啊风，请你讲/你到过哪些地方"),
    "星星": ("星星挂在夜空中/一闪一闪像灯笼", "星星虽小又很远/光却走到我眼前", "我给一颗起名字/它对我眨眼睛不止", "云来遮住不用愁/它还亮在云后头"),
    "小鸟": ("小鸟停在我窗台/歪着脑袋把我猜", "没有钟表没有钱/自由自在飞上天", "唱一遍来又一遍/歌声像泉水那么甜", "翅膀一张飞远了/早晨被它唱亮了"),
    "树": ("大树站在路旁边/不知站了多少年", "根扎得深枝伸得远/鸟儿住在绿叶间", "夏天送我一片凉/从来不收半分账", "等我老得走不动/还有孩子坐树丛"),
    "早晨": ("早晨睁开蓝眼睛/天边一片玫瑰影", "包子冒着热气香/叫醒大街和小巷", "露珠坐在草叶上/像颗颗珍珠亮光光", "你好街道你好太阳/新的一天已开场"),
    "兔子": ("小兔坐在草地上/一边吃草一边想", "耳朵长来尾巴短/一跳跳过小河湾", "狐狸来了它先听/钻进洞里没踪影", "晚上做梦在山下/胡萝卜比山还要大"),
    "妈妈": ("妈妈的手暖又软/牵我走过每一天", "一碗热汤一盏灯/等我回家到夜深", "我长高了她变老/她的爱却没有少", "世上歌儿千万首/最暖还是妈妈手"),
    "学校": ("铃声一响进教室/打开书本学写字", "黑板绿来粉笔白/一笔一画写出来", "课间操场真热闹/你追我赶哈哈笑", "放学带回一个词/装进口袋像宝石"),
}
ZH_CLOSE = ("小诗不长只几行/送给你放在心上", "写到这里停下笔/剩下的话留给你", "读完请你笑一笑/折只纸船水上漂", "要问我还想写啥/明天再把它接下")
