"""More that can't be known from here: about today, what is to come, the user, the user's things. Wordings by language and kind."""

from __future__ import annotations

from .wording import blocks

_MORE = """
en now
is it [warm|cold|hot|windy|cloudy|dark|foggy|snowing|raining|stormy] [today|outside|in {place}|where you are|where I am|at the moment]? / [is|was] there [snow|rain|fog|sun|wind|traffic|school|a storm] [today|yesterday|now|outside]? / what [day|date|month|year|time] [is it|do we have][ today| now| right now|]? / which [day|year|month] is it[ today| now|]? / how [warm|hot|wet|late|early] is it[ now| today| outside|]? / what is [happening|going on|new|on] [today|now|right now|in the world|in {place}]? / who [won|lost|scored] [yesterday|today|last night|on Sunday]? / who is the [president|king|mayor|boss] [now|at the moment|of {place}|today]? / what did the [stock market|team|president|news] [do|say] [today|yesterday]? / what's the latest[ news|]? / is [the sun|the moon|it still] [shining|up|light][ now| outside|]? / has it [stopped|started|begun] to [rain|snow]? / how many people are [here|online|outside] now? / when does the [bus|train|shop|film|game] [come|leave|open|start|close][ today|]? / is there a [bus|train|flight] to {place} [today|now|tonight]? / what is the price of [gold|bread|oil] today?

en future
[will|is] it [be|going to be] [sunny|warm|cold|windy|wet] [tomorrow|tonight|next week|on Sunday]? / who [will be|is going to be] the next [president|king|champion|boss]? / will {person} [come|call|win|write] [tomorrow|tonight|next week]? / will I [be happy|find a job|win|be famous|grow taller|find my keys][ soon| one day| next year|]? / what will [I|we|{person}] [do|eat|be] [tomorrow|next year|in ten years]? / when will [it stop raining|the war end|the bus come|{person} arrive|we meet again]? / which numbers will [win|come up] [tomorrow|in the lottery]? / can you [tell|see] [the future|my future|what comes tomorrow]? / how long will [I|{person}|the sun] live? / who is going to win[ the game| on Saturday|]? / what is going to happen[ to me| tomorrow| next|]?

en me
what is my [job|hobby|surname|school|street|number|size|age|dream|plan]? / who is my [friend|teacher|brother|boss|neighbour|wife|husband]? / where is my [bag|coat|car|cat|dog|phone|house|school|friend]? / when [did I|was I] [born|get up|get home|last here]? / what [am I|was I] [doing|thinking|wearing|eating|holding][ now| right now| yesterday|]? / what [colour|kind] is my [hair|car|shirt|house]? / how [tall|heavy|rich|old] am I? / what do I [look like|like best|want|have in my hand|do for a living]? / do I have [a brother|a sister|children|a dog|a car]? / am I [tall|married|rich|hungry|late|a boy or a girl]? / which [school|class|country|town] [do I go to|am I in|do I come from|do I live in]? / how is my [mother|father|friend|cat]? / what's in my [pocket|bag|room|hand]? / how many [friends|coins|books|cousins] do I have? / what did I [say|dream|buy|do|read] [yesterday|last night|last week]? / is my [mother|father|sister|friend] [home|well|angry|asleep]? / can you guess my [name|age|job]?

en thing
what is {thing}[ about|]? / how does {thing} work? / who likes {thing}? / [I want to|let me|help me to] [understand|learn about|know more about] {thing}. / where does {thing} come from? / is {thing} [dangerous|easy|old|expensive|good for me|important]? / do you [like|know about|understand] {thing}? / what is [good|bad|difficult|interesting|new] about {thing}? / [give|tell] me [some facts|everything|a fact|the basics] about {thing}. / write about {thing}. / compare {thing} with something else. / [could you|will you|would you] [show|explain to|tell] me [about |]{thing}? / [I would like to|I want to|how can I] learn {thing}. / help me with {thing}. / do you [teach|study|enjoy] {thing}? / give me a lesson [in|about] {thing}. / show me how {thing} [works|is done]. / train me in {thing}.

en person
who was {person}? / what did {person} do? / where does {person} live? / is {person} [alive|famous|rich|a doctor|your friend]? / what is {person} like? / where is {person} [from|now|today]? / what book did {person} write? / how did {person} become famous? / [describe|introduce] {person}. / when did {person} live? / does {person} have children? / did you [meet|see|read about|hear of|know] {person}? / is {person} known to you? / does the name {person} tell you anything? / [what|anything] [about|on] {person}? / where [did|does] {person} [grow up|work]? / is {person} a man or a woman?

zh now
[今天|外面|{place}|你那儿|我这儿|此刻|眼下][冷|热|暖和|刮风|下雪|有雾|晴|阴]吗？ / [今天|昨天|现在|外面][有雪|有雨|有风|有雾|堵车|上学|有太阳]吗？ / [今天|现在|这会儿]是[几号|哪天|哪年|几月|几点|星期几][了|]？ / 今年是哪一年？ / [现在|外面|今天]有多[热|冷]？ / 现在[晚|早]不[晚|早]？ / [今天|现在|世界上|{place}][发生了什么|有什么新鲜事|有啥新闻]？ / [昨天|今天|昨晚|星期天]谁[赢了|输了|进球了]？ / 现在的[总统|国王|市长|校长]是谁？ / [股市|球队|总统|新闻][今天|昨天][怎么样|说了什么]？ / 最新消息是什么？ / 雨[停了|下起来了|还在下]吗？ / 现在[外面|网上]有多少人？ / [公交车|火车|商店|电影|比赛][今天|]几点[来|开|开门|开始|关门]？ / [今天|现在|晚上]有去{place}的[车|飞机|火车]吗？ / 今天[金价|油价|菜价]是多少？ / 太阳[出来|下山]了吗？ / [外边|街上|你那里|窗外|那边][在|正在|还在]下[雨|雪]吗？ / [今天|昨天|早上|昨晚]下[雨|雪]了吗？ / [今天|等会儿|出门]要带[伞|外套|帽子]吗？ / 外头[什么天气|天怎么样|下雨没|刮风没]？ / 天[黑|亮]了吗？

zh future
[明天|今晚|下周|星期天]会[晴|冷|热|刮风|下雨|下雪]吗？ / 下一[任总统|个国王|个冠军]是谁？ / {person}[明天|今晚|下周]会[来|打电话|赢|写信]吗？ / 我[将来|以后|明年|有一天]会[幸福|找到工作|出名|赢|长高|有钱]吗？ / [我|我们|{person}][明天|明年|十年以后]会[做什么|吃什么|在哪里|怎么样]？ / [雨|战争|比赛|课]什么时候[停|结束]？ / [明天|彩票]会开什么号码？ / 你能[看到|预测|算出][未来|我的将来|明天的事]吗？ / [我|{person}|太阳]还能活多久？ / 谁会赢[比赛|星期六的比赛|]？ / 接下来会发生什么？ / 以后会怎么样？

zh me
我的[工作|爱好|姓|学校|街道|号码|年龄|梦想|计划|职业]是什么？ / 我[老师|朋友|同桌|邻居|老板|妻子|丈夫]是谁？ / 我的[包|外套|车|猫|狗|手机|家|书|笔]在[哪|哪儿|哪里]？ / 我[几点起床的|什么时候出生的|上次什么时候来的]？ / 我[现在|刚才|这会儿|昨天]在[干什么|想什么|穿什么|吃什么|做什么]？ / 我的[头发|车|衣服|房子]是什么颜色的？ / 我[多高|多重|有多少钱|几岁]？ / 我长什么样？ / 我手里拿着什么？ / 我有[弟弟|妹妹|孩子|狗|车]吗？ / 我[高|结婚了|有钱|饿|迟到了]吗？ / 我是男的还是女的？ / 我[上哪个学校|在哪个班|是哪里人|住在哪个城市]？ / 我[妈妈|爸爸|朋友|猫][还好|在家|睡了|生气了]吗？ / 我[口袋|包|房间]里有什么？ / 我有几个[朋友|硬币|表哥]？ / 我[昨天|昨晚|上周][说|梦见|买|做|读]了什么？ / 你[猜|猜猜]我[几岁|叫什么|做什么工作]？ / 我[老师|同学|邻居|爷爷|老板][姓什么|叫什么|多大|住哪儿]？

zh thing
什么是{thing}？ / {thing}是[什么|怎么回事|什么意思]？ / {thing}怎么[用|玩|运作|来的]？ / 谁喜欢{thing}？ / 我想[了解|学|知道更多]{thing}。 / {thing}[危险|难|贵|重要|好玩]吗？ / 你[喜欢|懂|了解|会]{thing}吗？ / {thing}有什么[好处|坏处|意思|规则]？ / 说点{thing}的[事|知识|常识]。 / 给我介绍{thing}。 / 写写{thing}。 / 关于{thing}你知道什么？ / [给我|带我|陪我]学{thing}。 / 上一课{thing}。 / [能|可以]讲解{thing}吗？ / 怎样[学会|入门|练习]{thing}？ / 帮我弄懂{thing}。

zh person
{person}是[什么人|哪里人|哪位|男的还是女的]？ / {person}做过什么？ / {person}住在哪里？ / {person}[还活着|有名|有钱|是医生]吗？ / {person}[是个怎样的人|写过什么书|怎么出名的|有孩子吗]？ / {person}现在在哪里？ / {person}生活在什么年代？ / {person}[做|干]什么[工作|职业|的工作]？ / {person}几岁？ / {person}[多少岁|多大年纪]？ / 你[见过|读过|知道]{person}[吗|没有]？ / {person}这个名字你熟吗？ / [形容|讲讲]{person}。
"""

MORE: dict[tuple[str, str], tuple[str, ...]] = {tuple(head.split()): tuple(said.split(" / ")) for head, said in blocks(_MORE)}
