"""What pages of questions are made of: questions of daily life, questions about a thing named before, titles, and words that lead on to a text."""

TITLES = {
    "en": ("Questions", "Test yourself", "What do you remember?", "Questions for chapter {n}", "Exercise {n}", "Do you know it?", "Quiz", "For the next lesson", "Think about it", "{n} questions for a rainy day", "Quiz number {n}", "Ask your friends", "Before you read on", "To talk about", "Quiz night"),
    "zh": ("问题", "考考自己", "你还记得吗？", "第{n}章的问题", "练习{n}", "你知道吗？", "小测验", "下一课的问题", "想一想", "课后问答", "第{n}次小测验", "问问你的朋友", "读下去之前", "说一说", "知识问答"),
}
# Questions that nobody answers here.
LIFE = {
    "en": (
        "what did you [eat|do|see|read|learn|dream] [this morning|yesterday|on {day}|last night]?", "who is your best friend?", "how old is your {relative}?", "where does {name} live?", "why do birds sing?", "what do you see when you look out of the window?", "which book do you like best?", "what would you take with you on a long journey?",
        "how many brothers and sisters does {name} have?", "who helps you when you are sad?", "what makes you laugh?", "why do we sleep at night?", "what do you want to be when you grow up?", "how do you go to school?", "what is your favourite colour?", "when does your {relative} get up?", "what would happen if it never rained?",
        "who has written this story?", "why was {name} sad in the story?", "what did {name} find in the end?", "what can we learn from the story?", "how would you help {name}?", "which word is new for you?", "can you write a sentence with the word {word}?", "what is the difference between a {one} and a {two}?", "have you ever seen a {one}?",
        "would you like to have a {two}?", "how do you feel today?", "what do you think about when you cannot sleep?", "why does the moon change its shape?", "who taught you to [read|swim|cook|write|sing]?", "what sound does rain make on a roof?", "where do the stars go in the morning?", "how long does it take to walk to the [station|market|river|school]?",
        "why is it warmer in summer?", "what is behind the mountains?", "is it better to be early or late?", "whose [coat|bag|book|umbrella] is this?", "have you packed your bag for {day}?", "did {name} really say that?", "shall we go by train or on foot?", "what would you do with {n} coins?", "are you afraid of the dark?", "how many windows does your house have?",
        "when did you last write a letter?", "could a {one} and a {two} be friends?", "why do leaves fall in autumn?", "what do people in {country} eat for breakfast?", "would you rather live in {country} or in {country2}?", "how far is it from {country} to {country2}?", "who was the first person that you saw today?", "what is the first thing you can remember?",
        "does your {relative} like [tea|music|gardens|trains]?", "which day of the week do you like best?", "what happens in {month} where you live?", "why did {name} come home so late?", "can you keep a secret?", "what is in the box on the table?", "where have all the [birds|children|boats] gone?", "how do bees find their way home?", "what does your {relative} cook on {day}?",
        "why is the sea salty?", "do fish ever sleep?", "how would you draw the wind?", "what smells best after rain?", "which song do you know by heart?", "if you could ask a {one} one thing, what would it be?", "what makes a good friend?", "when is it hard to tell the truth?", "who lives next door to {name}?", "is there a [bridge|market|library|park] in your town?",
        "why do people build towers?", "what do you do on a rainy {day}?", "has {name} found the key?", "how many steps are there to the top?", "what was the old man looking for?", "would you go back for a friend?", "can a stone be a present?", "what did the teacher write on the board?", "why are some people shy?", "how can you tell that spring is coming?",
        "what is the oldest thing in your home?", "did it snow last {month}?", "which is heavier, a {one} or a {two}?", "what colour was the door?", "who turned off the light?", "how do you say thank you without words?", "where would you hide a birthday present?", "what does a {two} think about all day?", "are there more stars or more grains of sand?", "what should one never forget?",
    ),
    "zh": (
        "你[今天早上|昨天|{day}|昨天晚上][吃了|做了|看了|读了|梦见了|学了]什么？", "你最好的朋友是谁？", "你{relative}多大年纪了？", "{name}住在哪里？", "小鸟为什么唱歌？", "你从窗户看出去能看到什么？", "你最喜欢哪本书？", "去很远的地方，你会带上什么？", "{name}有几个兄弟姐妹？", "你难过的时候，谁来帮你？", "什么事会让你笑？",
        "我们为什么晚上睡觉？", "你长大想做什么？", "你怎么去上学？", "你最喜欢什么颜色？", "你{relative}几点起床？", "如果一直不下雨，会怎么样？", "这个故事是谁写的？", "故事里的{name}为什么难过？", "{name}最后找到了什么？", "从这个故事里，我们能学到什么？", "要是你，你会怎么帮{name}？", "哪个词是你没学过的？", "你能用“{word}”写一个句子吗？",
        "{one}和{two}有什么不同？", "你见过{one}吗？", "你想养一只{two}吗？", "你今天心情怎么样？", "睡不着的时候，你会想什么？", "月亮为什么有时圆有时弯？", "是谁教会你[读书|游泳|做饭|写字|唱歌]的？", "雨落在屋顶上是什么声音？", "早上，星星到哪里去了？", "走到[车站|市场|河边|学校]要多长时间？", "夏天为什么比较热？", "山的那一边有什么？",
        "早到好还是晚到好？", "这是谁的[外套|书包|书|雨伞]？", "{day}要带的东西收拾好了吗？", "{name}真的这么说了吗？", "我们坐火车去还是走路去？", "有{n}块钱的话，你会买什么？", "你怕黑吗？", "你家有几扇窗户？", "你上一次写信是什么时候？", "{one}和{two}能做朋友吗？", "秋天树叶为什么会落下来？", "{country}人早饭吃什么？", "你更想住在{country}还是{country2}？",
        "从{country}到{country2}有多远？", "今天你第一个看见的人是谁？", "你记得最早的一件事是什么？", "你{relative}喜欢[喝茶|音乐|花园|坐火车]吗？", "一个星期里你最喜欢哪一天？", "{month}的时候，你们那里是什么样子？", "{name}为什么这么晚才回家？", "你能保守秘密吗？", "桌上的盒子里装着什么？", "[小鸟|孩子们|小船]都到哪里去了？", "蜜蜂怎么找到回家的路？", "{day}你{relative}做什么菜？",
        "海水为什么是咸的？", "鱼会睡觉吗？", "风要怎么画出来？", "下过雨以后，什么最好闻？", "哪首歌你能从头唱到尾？", "如果可以问{one}一件事，你会问什么？", "什么样的人算好朋友？", "什么时候最难说实话？", "{name}的隔壁住着谁？", "你们那里有[桥|市场|图书馆|公园]吗？", "人们为什么要造高塔？", "下雨的{day}，你在家做什么？", "{name}找到钥匙了吗？",
        "到山顶一共有多少级台阶？", "那位老人在找什么？", "换了你，你会回去帮朋友吗？", "一块石头也能当礼物吗？", "老师在黑板上写了什么？", "为什么有的人很害羞？", "怎么看出春天快来了？", "你家里最旧的东西是什么？", "去年{month}下雪了吗？", "{one}和{two}哪个更重？", "那扇门是什么颜色的？", "是谁把灯关了？", "不说话，怎样表示感谢？", "生日礼物藏在哪里最好？",
        "{two}一整天都在想什么？", "天上的星星多还是地上的沙子多？", "什么事一辈子也不能忘？", "你会把最后一块糖给谁？", "谁在敲门呢？", "今天的作业写完了没有？",
    ),
}
# Questions about a thing that was named before.
ABOUT = {
    "en": {
        "landmark": ("who built it?", "when was it built?", "how high is it?", "have you ever been there?", "can one go up to the top?", "how many people visit it in a year?", "is it far from the sea?", "why do so many people want to see it?", "what would you say if you stood in front of it?", "does it look different at night?", "what language do the people there speak?", "which way would you travel there?", "would your {relative} like it?", "has {name} seen it?", "what is it made of?", "how long does the journey take?", "is there a river near it?", "can you draw it?", "what stands beside it?", "do you have a picture of it?"),
        "country": ("is it a large country?", "how many people live there?", "what do the children there learn at school?", "is it cold there in winter?", "have you ever been there?", "which of its cities would you like to see?", "what do people eat there?", "does it have a coast?", "who are its neighbours?", "what does its flag look like?", "how do people there say hello?", "has your {relative} ever travelled there?", "what would {name} bring home from there?", "are there high mountains?", "which animals live there?", "how would you get there?", "can you find it on the map?", "what is it famous for?"),
        "animal": ("how long does it live?", "is it afraid of people?", "does it sleep at night?", "how fast can it run?", "have you ever seen one?", "can it swim?", "how many young ones does it have?", "what does it do in winter?", "which animals are its enemies?", "would you keep one at home?", "what does its voice sound like?", "is it bigger than a dog?", "does {name} like it?", "how does it find its way?", "can you draw one?", "where does it sleep?"),
        "food": ("do you like it?", "how is it made?", "where can one buy it?", "who cooks it best?", "is it eaten hot or cold?", "how much does it cost?", "does your {relative} like it?", "can it grow in your garden?", "when did you eat it last?", "is it good for you?", "what do you drink with it?", "would {name} eat it for breakfast?", "what does it smell of?", "how long can one keep it?"),
        "word": ("can you write it?", "how is it spelled?", "when did you hear it for the first time?", "can you use it in a sentence?", "which word sounds like it?", "is it a short word or a long one?", "who taught you this word?", "does {name} know it too?", "what do you think of when you hear it?", "how many letters does it have?"),
        "thing": ("how do you know?", "who told you so?", "do you like that?", "what does your {relative} say?", "why is it so?", "can you explain it to {name}?", "has it always been like this?", "what comes next?", "is that true everywhere?", "where did you learn that?", "would you have known it?", "what if it were not so?"),
    },
    "zh": {
        "landmark": ("它是谁建的？", "它是什么时候建成的？", "它有多高？", "你去过那里吗？", "可以爬到最上面吗？", "一年有多少人去参观？", "它离海远不远？", "为什么那么多人想去看它？", "站在它面前，你会说什么？", "晚上它看起来一样吗？", "那里的人说什么话？", "你打算怎么去？", "你{relative}会喜欢它吗？", "{name}见过它没有？", "它是用什么做成的？", "路上要走多久？", "附近有河吗？", "你能把它画下来吗？", "它旁边有什么？", "你有它的照片吗？"),
        "country": ("那是一个很大的国家吗？", "那里住着多少人？", "那里的孩子在学校学什么？", "冬天冷不冷？", "你去过没有？", "它的哪座城市你最想看？", "人们平时吃什么？", "它靠海吗？", "它的邻居是哪些国家？", "它的国旗是什么样子？", "当地人怎么打招呼？", "你{relative}去旅行过吗？", "{name}会从那里带回什么？", "那里有高山吗？", "那里有哪些动物？", "怎么去最方便？", "你能在地图上找到它吗？", "它因为什么有名？"),
        "animal": ("它能活多少年？", "它怕人吗？", "它晚上睡觉吗？", "它跑得有多快？", "你亲眼见过没有？", "它会游泳吗？", "它一次生几只小宝宝？", "冬天它做什么？", "谁是它的敌人？", "你想在家里养一只吗？", "它的叫声是怎样的？", "它比狗大吗？", "{name}喜欢它吗？", "它怎么认路？", "你会画它吗？", "它睡在什么地方？"),
        "food": ("你爱吃吗？", "它是怎么做的？", "哪里能买到？", "谁做得最好吃？", "要趁热吃还是放凉了吃？", "多少钱一份？", "你{relative}喜欢吃吗？", "自己家里能种吗？", "你上次吃它是什么时候？", "多吃对身体好吗？", "配什么喝最好？", "{name}早饭会吃它吗？", "它闻起来怎么样？", "能放几天？"),
        "word": ("你会写这个词吗？", "它怎么拼写？", "你第一次听到它是在哪里？", "能用它造个句吗？", "哪个词听起来像它？", "这个词长不长？", "是谁教你的？", "{name}也认识这个词吗？", "听到它，你会想起什么？", "它有几笔？"),
        "thing": ("你是怎么知道的？", "是谁告诉你的？", "你喜欢吗？", "你{relative}怎么说？", "为什么是这样？", "你能讲给{name}听吗？", "一直都是这样的吗？", "接下来呢？", "到处都一样吗？", "你在哪里学到的？", "你猜到了吗？", "要是不这样呢？"),
    },
}
LEADS = {
    "en": (
        "{name} read the question twice and put the book down.", "this question stood on the last page of the book.", "nobody in the class said anything.", "take your time before you write.", "that was what {name} asked {his} {relative} on the way home.", "{name} looked out of the window and thought about something else.", "{name} did not hear the question.", "the bell rang before anybody could speak.",
        "{name} wrote the question into {his} book.", "so the letter began.", "with these words the old teacher began every lesson.", "{his} {relative} smiled and said, \"Ask me tomorrow.\"", "{name} liked questions more than answers.", "on the next page there was a picture.", "it was a game that {name} often played with {his} {relative}.", "there are questions that one carries about for a whole day.",
        "\"Let me think,\" said {name}.", "look it up in the library.", "the children laughed and ran outside.", "first, however, something must be told about {name}.", "think about it while you read the following text.", "{name} had asked this so often that nobody listened any more.", "while {name} was still thinking, somebody knocked at the door.",
    ),
    "zh": (
        "{name}把这个问题读了两遍，放下了书。", "这个问题写在书的最后一页。", "班里没有人说话。", "先好好想一想，再写下来。", "这是{name}在回家路上问{relative}的话。", "{name}看着窗外，想着别的事。", "{name}没有听见这个问题。", "谁也没来得及开口，铃就响了。", "{name}把问题抄在本子上。", "那封信就是这样开头的。",
        "老师每次上课，都用这句话开头。", "{relative}笑着说：“明天再问我吧。”", "{name}喜欢问题，胜过喜欢答案。", "翻过一页，是一幅画。", "这是{name}常和{relative}玩的游戏。", "有的问题，会让人想上一整天。", "{name}说：“让我想一想。”", "去图书馆查一查吧。", "孩子们笑着跑了出去。", "不过，先要说说{name}的事。",
        "请带着这个问题读下面的短文。", "{name}问过太多次，已经没有人理会了。", "{name}还在想的时候，有人敲门。",
    ),
}
# What leads from questions to a story; the first most often.
STORY_LEADS = {
    "en": ("But first, a story.", "{name} thought about it all day.", "Here is a story to read before."),
    "zh": ("先来听一个故事。", "{name}想了一整天。", "读之前，先讲个故事。"),
}
