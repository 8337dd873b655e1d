"""Many more wordings of how people go on in a conversation, for training only: a second turn is short, and says the same in a hundred ways.

Each block: the move and its language (`ASPECT` with its group), then wordings.
"""

from __future__ import annotations

from .wording import blocks

_MORE = """
SURE en
[and |but |so |]are you [really|quite|very|absolutely|completely|totally|] [sure|certain|positive][ about that| of that| about it| of it|]? / is [it|that|this] [really|surely|certainly|definitely] [so|true|right|the case]? / [is it|is that] a fact? / you are sure[, right|, yes|, aren't you|]? / you're [sure|certain][ about this|]? / [can|may|should|do] I [trust|believe] [you|that|it|this]? / [do you|would you] [swear|promise|guarantee] [it|that]? / can you promise [me |]that? / [how|why] are you so sure? / how sure are you? / no doubt? / is there [any|no] doubt? / [could|can] [it|that] be wrong? / could you be [wrong|mistaken]? / are you not wrong? / isn't that wrong? / [check|please check|double-check] [it|that|again]. / think [again|about it]. / [I doubt it|I have my doubts|I don't believe it|I can't believe it|hard to believe|unbelievable]. / [honestly|truly|seriously|for real|is that so|oh really|no way]? / [you mean it|no mistake|nothing wrong|without a doubt]? / is your answer [right|correct|true]? / [did|do] you get [that|it] right? / are you joking? / you are joking. / that sounds wrong. / that surprises me. / I want to be sure. / [confirm|please confirm][ that|].

SURE zh
[你|您|][真的|确实|非常|完全|百分之百|][确定|肯定|有把握][吗|么|吧]？ / [是|真][这样|的]吗？ / [这|那|它][真的|确实|一定][是对的|没错|是真的]吗？ / [这|那]是[事实|真话]吗？ / 你[保证|发誓|敢保证|敢肯定]吗？ / 我[能|可以|该]相信[你|这个|吗][吗|]？ / 为什么[这么|那么]确定？ / 你有多确定？ / 没有[疑问|问题|错]吗？ / [会不会|有没有可能|可能]错[了|]？ / 你会不会[错了|记错|说错|搞错]？ / 你[没|不会][说错|搞错|看错|骗我]吧？ / [再想想|再检查一下|再确认一下|确认一下|核对一下]。 / [我不信|我怀疑|我有点怀疑|难以相信|不敢相信|不会吧]。 / [当真|此话当真|真假|真的假的|是吗|不是吧]？ / 你的[答案|回答|说法][对|正确|可靠]吗？ / 你[答|说]得对吗？ / 你在开玩笑吗？ / 听起来不对。 / 这让我很吃惊。 / 我想确认一下。 / 肯定吗？

AGAIN en
[please |could you |can you |would you |will you |]repeat [it|that|this|your answer|the answer|what you said|the last sentence][, please|]? / [please |could you |can you |would you |]say [it|that|this] [again|once more|one more time|a second time|another time]? / what was [it|that|your answer|the answer][ again|]? / what did you [just |]say[ there| just now| again|]? / I did not [hear|get|catch|understand|see|read] [it|that|you]. / I didn't [hear|get|catch|quite get] [it|that|you]. / [sorry|excuse me|pardon|hm|wait][,|] [what was that|what did you say|again|once more|I didn't hear you]? / [come|say] again? / [what|how]? / [huh|eh]? / [another|one more] time[, please|]. / the answer [again|once more], please. / [I forgot|I lost|I didn't write down] [it|what you said|the answer][, again please|]. / let me hear [it|that] [again|once more]. / [again|repeat][!|.]

AGAIN zh
[请|麻烦|能不能|可以|][再|重新][说|讲|回答|写][一遍|一次|一下][吗|好吗|吧|]？ / 你[刚刚|刚才|上一句|前面][说|讲|回答]的是什么？ / 刚才[是什么|说的啥|的答案呢]？ / 我没[听见|听懂|看清|看到|记住|跟上][，再说一遍|，再来一次|]。 / [不好意思|对不起|抱歉|等等]，[没听清|再说一次|刚才说什么|什么]？ / [啊|嗯|哈]？ / [请|麻烦][重复|复述][一遍|一次|一下|]。 / [再来|重来][一遍|一次|]。 / 答案[再说一次|是什么来着|再给一遍]。 / [我忘了|我没记下来]，[再说一遍|再讲一次]。 / 让我再[听|看]一遍。 / 重说。

OTHER_LANGUAGE en
[please |can you |could you |would you |now |and |then |]say [it|that|this|the same|the answer] in Chinese[, please|]? / [what|how] [is|was] [that|it|this|the answer] in Chinese? / [what|how] do you [say|call|write|put] [that|it|this] in Chinese? / how does [one|a Chinese person] say [that|it] in Chinese? / [translate|please translate|can you translate] [it|that|this|the answer][ into Chinese| to Chinese|, into Chinese please]. / [Chinese|in Chinese now|the same in Chinese|Chinese version][, please|]? / I [want|need|would like] [it|that|the answer] in Chinese. / [answer|repeat|reply|write|tell me] [again |that |]in Chinese. / [switch|change] to Chinese. / my friend only [reads|speaks] Chinese. / [I am learning|I speak|I can read] Chinese, say it so. / 请用中文[说|回答|再说一遍]。 / 换成中文。 / 中文呢？

OTHER_LANGUAGE zh
[请|能|能不能|可以|现在|再|][用|换|翻成|翻译成|改用][英语|英文][说|讲|回答|写|说一遍|再说一遍|告诉我|][吗|好吗|吧|]？ / [这个|这句|那句|答案|它|刚才的][用|的][英语|英文][怎么说|怎么讲|怎么写|是什么]？ / [英语|英文][呢|版|版本|怎么讲|怎么写|怎么回答|是什么]？ / [翻译|译]成[英语|英文][吧|]。 / 我[想要|要|需要][英语|英文]的[答案|回答|]。 / 我朋友只[会|懂][英语|英文]。 / 我在学英语，用英语说。 / 同样的话用英文。 / [say it|can you say that|the same|now] in English[, please|]. / English[, please|]?

MEANT en
[no|oh|oops|sorry|wait|hm|ah|stop][,|] [I meant|I mean|I wanted|I was thinking of|I was talking about|I wanted to ask about|make that|rather|I meant to say] {x}. / [I made a mistake|I typed it wrong|wrong word|that was a slip|I mixed it up][,|:|.] [I meant|I mean|it should be|make it|I wanted] {x}. / [actually|or rather|well, rather|better], {x}. / [not|instead of] {old}[, but|,] {x}. / I said {old}, but I [meant|mean|was thinking of] {x}. / [correction|change that]: {x}. / I [was asking|asked|wanted to ask|am asking] about {x}[, sorry|, not {old}|]. / [replace|change] {old} [by|with|to|into] {x}. / forget {old}, [I meant|take|what about|let's take] {x}. / it was {x} [I meant|I wanted|I had in mind]. / [what I meant|what I mean|what I wanted] [was|is] {x}.

MEANT zh
[不|哦|啊|等下|抱歉|对不起|哎呀]，我[说|指|想说|想问|要问|要说]的是{x}。 / [我|][弄错了|写错了|搞混了|口误|说反了|打字错误]，[我指的是|我是说|是|改成|我想问]{x}。 / [其实|准确地说|更正|纠正一下][，|：|][我想问|我问的是|是|]{x}。 / 不是{old}，[我说的是|我问的是|我想问|而是]{x}。 / 我[打的|说的|写的]是{old}，[其实|但我|可我][想问|要问|是指]{x}。 / 把{old}[换成|改成]{x}。 / {old}[不要了|算了]，[换|问|说|看]{x}[吧|]。 / 我[本来|原本][想问|要问]{x}[的|]。 / 我的意思是{x}。 / 应该说{x}才对。

AFTER en
[and |then |so |okay, |]what [comes|is|follows] [next|after that|after this|after it|after {value}|then]? / [and |]what [comes|is] after {value}? / [the|and the|what is the] next[ one|]? / [and |]one [further|later|more]? / [and |]the one [after|following|behind] [that|it|{value}]? / [go on|continue|keep going|and so on|further|next][!|.|, please.|?] / [and|but|so] then? / {value}, and then? / after {value}[ we have| comes| it is|]? / which [one |]comes [then|next|after that]? / [and |]which one [follows|is next]? / what do we have then? / [tell me|name] the next one. / [now|okay], the next.

AFTER zh
[那|那么|好，|]{value}[之后|以后|过后|后面|完了|接下来][呢|是什么|是哪个|又是什么]？ / [再|那再|][往后|下一个|后面|下面|接下去|接下来][呢|是什么|是哪个]？ / [下|再下]一个[呢|是什么|是哪个]？ / [后面|之后|以后|接下来][呢|是什么|又是哪个]？ / [接着|继续|往下]说[吧|]。 / [继续|下一个|往下][！|。] / {value}，然后呢？ / {value}[完了|过了]呢？ / 跟在{value}后面的是什么？ / 再后一个是什么？ / 后一个呢？

DENY en
[no|hm|but|oh|really|well|sorry][,|] [I think|I thought|I believe|I heard|I learned|I was told|I know|I'd say|I remember|somebody said|they say|people say|everybody says|the book says|my book says] [it is |that it is |it's |it was |]{value}. / [my {relative}|{name}|my friend|a friend|our guide|a man|my boss] [says|said|thinks|believes|claims|told me|insists] [it is |that it is |it's |]{value}. / [it is|it's|it must be|it should be|it has to be|that is] {value}[!|.|, no?|, I think.|, isn't it?|, not that.|, you know.] / [shouldn't|mustn't|can't] it be {value}? / [not|and not|isn't it rather] {value}? / the [right|correct|true|real] answer is {value}. / {value}[!|.|, I say.|, surely.|, that is right.] / [that's|that is|you are] [wrong|not true|false|a mistake][:|,|.|!] [it is |it's |]{value}[.|!] / in [my|the|our] book [it is |it says |stands ]{value}. / on the [internet|radio|map] they say {value}. / [you made|that is|there is] a mistake[, it is {value}|: {value}].

DENY zh
[不|不对|嗯|可是|但是|哦|抱歉]，[我想|我觉得|我以为|我听说|我学的|我记得|有人说|大家都说|书里说|课本上][是|应该是|就是|]{value}。 / [我{relative}|{name}|我同学|朋友|导游|有个人|网上][说|认为|觉得|坚持说|告诉我][是|应该是|]{value}。 / [是|就是|应该是|一定是|明明就是]{value}[！|。|吧？|，不是吗？|，我想。] / [不应该是|不就是|不该是|怎么不是]{value}吗？ / 正确[答案|的]是{value}。 / {value}[！|。|才对。|吧？|没错。] / [你说错了|这是错的|错了|你弄错了|有误]，[是|应该是|正确的是|]{value}[。|！] / 地图上写的是{value}。 / 电视上说是{value}。 / 我[一直以为|还以为]是{value}。

SWAP en
[and|what about|how about|and what about|now|then|next|also|and then|okay, and|fine, and|well, and|so and|thanks, and|good, and] {x}[?|, please?| then?| now?| too?] / [the same|same thing|same][ question|] [for|about|with|of] {x}[, please|]. / [do|try|take|now take|let's take|give me|tell me] {x}[ now| instead| next| too|]. / [can you|could you] [tell me|say] [it|that] [for|about|of] {x}[ too| as well|]? / [how is it|what is it|how does it look|what would it be] [for|with|in the case of] {x}? / [and in the case of|as for|concerning|now for|and with] {x}? / {x}[, too| then| as well| also]? / [do you know it|do you know that|and do you know it] [for|of|about] {x}[ too|]? / [one more|another one|next one|a second one]: {x}. / if it [were|was] {x}? / [replace it|let's say it is|suppose it is|say it were] {x}. / I [need|want] [it|that|the same] for {x}[ too|].

SWAP zh
[那|那么|再|还有|接着|然后|现在|下面|另外|嗯，|好，|行，|谢谢，|对了，]{x}[呢|怎么样|又如何|的呢|是什么][？|] / [同样|一样|照样][的|][，|]{x}[呢|。|？] / [换|轮到|改成|换作|换到|说说|讲讲|看看|试试|再说|再来]{x}[吧|呢|。|？|怎么样？] / [你|][知道|能说说|会说]{x}的吗？ / [至于|关于|对于]{x}呢？ / 如果[是|换成|说]{x}[呢|]？ / 假如是{x}[呢|又怎样]？ / {x}[也一样吗|又是什么|又怎么样|的也告诉我]？ / [下一个|再来一个|另一个|最后一个][：|，]{x}[。|呢？] / 我[要|想问][的|]{x}[，一样的问题|也问一下]。 / {x}也说一下。

SUM+ en
[and |now |then |okay, |]plus {b}[ more|]? / [and |now |then |]add {b}[ to it| to that| more|]. / [and |what is it |how much is it |]with {b} [more|added|extra]? / {b} more[, please|]? / another {b}? / [and if|what if|if] [I|you|we] [add|get|have|put] {b}[ more| to it| to that|]? / increase [it|that] by {b}. / [put|give it|take] {b} more. / and {b} [added|extra|in addition]? / what is that plus {b}? / that [plus|and|with] {b}? / [it|this] plus {b}? / let it grow by {b}. / [I|we] get {b} more[, how many now|]?

SUM- en
[and |now |then |okay, |]minus {b}? / [and |now |then |]take [away |off ]{b}[ from it| from that|]. / [and |what is it |how much is it |]without {b}? / {b} [less|fewer|off|away][, please|]? / [and if|what if|if] [I|you|we] [take|lose|give|remove|eat] {b}[ away|]? / [subtract|remove|deduct] {b}[ from it| from that|]. / decrease [it|that] by {b}. / [reduce|lower] it by {b}. / what is that minus {b}? / that [minus|less|without] {b}? / [it|this] minus {b}? / [I|we] [lose|give away|eat] {b}[, how many now|]? / and {b} [gone|taken off|removed]?

SUM+ zh
[那|再|然后|接着|现在|又|][加|加上|添|添上|来|放]{b}[个|][呢|是几|是多少|等于几|得几]？ / [结果|它|这个数|刚才的数|上面的][再|]加{b}[呢|是多少|得几]？ / 多{b}[个|]呢？ / [如果|要是]再[加|添|给]{b}[呢|是几]？ / 再[多|给|来|拿来]{b}[个|呢|个呢]？ / 增加{b}[呢|是多少]？ / 往上加{b}。 / 加{b}[以后|之后]是几？ / 又[来了|得到|买了]{b}个，现在几个？

SUM- zh
[那|再|然后|接着|现在|又|][减|减去|去掉|拿走|扣掉|用掉]{b}[个|][呢|是几|是多少|等于几|剩几]？ / [结果|它|这个数|刚才的数|上面的]减{b}[呢|是多少|得几]？ / 少{b}[个|]呢？ / [如果|要是]再[减|去|拿掉]{b}[呢|剩几]？ / 减少{b}[呢|是多少]？ / 往下减{b}。 / 减{b}[以后|之后]是几？ / 又[吃了|用了|送走]{b}个，现在几个？ / [拿掉|丢掉]{b}[个|]还有几个？

ASPECT landmark_country en
[and |so |but |okay, |]in [which|what] country [is it|does it stand|can I see it|does it lie]? / [and |]the country[ of it| please|]? / [which|what] country [has it|is that|owns it|is it from]? / to [which|what] country does it belong? / where[ in the world|on earth| exactly|] is [it|that]? / where [can I find|do I find|must I go for|do I see] [it|that]? / [name|tell me|say] the country[ too| as well|].

ASPECT landmark_city en
[and |so |but |okay, |]in [which|what] [city|town|place] [is it|does it stand|can I see it|does it lie]? / [and |]the [city|town][ of it| please|]? / [which|what] [city|town] [has it|is that|is it in]? / [name|tell me|say] the [city|town][ too| as well|]. / where in {country}[ exactly|]? / more exactly? / where exactly?

ASPECT landmark_kind en
[what|and what] [is it like|is it really|sort of thing is it|kind of place is it|can you say about it]? / [tell|say] me [something|a bit|more] about it. / [describe|explain|introduce] it[ to me|]. / what is special about it? / what is it known for?

ASPECT capital en
[and |so |but |okay, |]what[ is|'s] [its|the|their] capital[ city|]? / [and |]its capital[ city|][ too| please| as well|]? / [tell me|say|give me] [its|the] capital[ too| please|]. / the capital [of it|there|of that country|of this country] is? / which [city|one] is the capital[ there|]? / what city is [its|the|their] capital? / where does [its|the] government sit? / how is [its|the] capital called? / which capital does it have?

ASPECT language en
[and |so |but |okay, |]what [language|languages] [do they speak|is spoken|do people speak|do people use|is used][ there| over there| in that country|]? / [and |]its [main |]language[ too| please| as well|]? / [tell me|name|say] [its|the] language[ too| as well|]. / in [what|which] language do [they|people] [talk|speak|write|read][ there|]? / what do [they|people|the people] [speak|talk|say][ there| over there|]? / which language do I need [there|for it]? / which language should I learn to go there?

ASPECT continent en
[and |so |but |okay, |][which|what] continent [is it on|is it in|has it|does it lie on|is that]? / [and |]its continent[ too| please| as well|]? / [tell me|name|say] [its|the] continent[ too| as well|]. / on [what|which] continent [does it lie|do I find it|is it]? / is it in [Asia|Europe|Africa|America]? / what part of the [world|globe] is [it|that]? / to [what|which] continent does it belong?

ASPECT animal_food en
[and |so |]what does it [eat|feed on|like|like best][ then|]? / [and |]its food[ please|]? / what [should|can|do] I [feed|give] [it|them]? / what do they [eat|like|feed on]? / what is on its menu? / what food does it [like|need|eat]? / and what is it hungry for?

ASPECT animal_home en
[and |so |]where does it [live|sleep|stay][ then|]? / [and |]its home[ please|]? / where is it at home? / where do they [live|stay]? / where [do|can] I [see|meet|find] [it|them|one]? / in what place does it live?

ASPECT animal_kind en
[and |so |]what [kind|sort|type|class] of animal [is it|is that|are they]? / what [kind|class] is it? / is it a [mammal|bird|fish|reptile|insect]? / how would you class it? / to what [class|group] does it belong?

ASPECT animal_can en
[and |so |]what can it do[ well|]? / what is it able to do? / what are its skills? / what is special about it? / what does it do well? / what are they good at?

ASPECT food_colour en
[and |so |]what colour [is it|are they|does it have|do they have]? / [and |]its colour[ please|]? / which colour [is it|are they]? / how does it look? / tell me the colour.

ASPECT food_taste en
[and |so |]how does it taste? / [and |]its taste[ please|]? / what taste [has it|does it have]? / what does it taste of? / how is the taste? / is it [sweet|sour|salty|bitter]? / tell me the taste. / what do you taste when you eat it?

ASPECT food_kind en
[and |so |]what [kind|sort|type] of food is [it|that]? / is it a [fruit|vegetable|drink]? / which group of food is it in? / what is it, a fruit or a vegetable?

ASPECT landmark_country zh
[那|那么|嗯，|好，|]它[位于|坐落在|在|属于][哪个|什么][国家|国度][呢|]？ / [国家|哪国][呢|]？ / 它[在|是]哪国[的|呢]？ / 在哪个国家[可以|能]看到它？ / 想看它[要|该]去哪[儿|里|个国家]？ / [说说|告诉我]它的国家。 / 它在世界上哪里？

ASPECT landmark_city zh
[那|那么|嗯，|好，|]它[位于|坐落在|在]哪[个|座][城市|城][呢|]？ / [城市|哪座城][呢|]？ / [具体|准确地说]在[哪里|哪儿|哪个地方]？ / 在哪座城能看到它？ / [说说|告诉我]它的城市。 / 在{country}哪儿？ / 它在{country}的哪个城市？

ASPECT landmark_kind zh
[那|]它[是|算]什么[地方|建筑|样子的]？ / [介绍|讲|说|描述][一下|]它[吧|]。 / 它有什么特别的？ / 它[因为|为什么]什么有名？ / 多说点它的事。 / 它是做什么用的？

ASPECT capital zh
[那|那么|嗯，|好，|][它|那里|那个国家|这个国家|该国][的|]首都[呢|是什么|是哪里|是哪儿|叫什么|在哪|是哪座城]？ / 首都[呢|是哪|在哪里|是谁|也说一下]？ / [说说|告诉我|报一下]它的首都。 / 哪[座城|个城市]是[它|那里]的首都？ / 首都城市是哪个？ / 它的都城在哪？ / 政府在哪座城市？

ASPECT language zh
[那|那么|嗯，|好，|][那里|那边|当地|那个国家|他们][的|][人|居民|][说|讲|用|使用][什么|哪种|啥][语言|话|语]？ / [语言|话][呢|是什么|也说一下]？ / [说说|告诉我]它的语言。 / [在那里|去那边|到那里]要[说|讲|学|会]什么[话|语言]？ / 它的[官方|]语言是什么？ / 大家讲什么话？ / 那里通用什么语？

ASPECT continent zh
[那|那么|嗯，|好，|]它[位于|在|属于][哪个|什么|哪一][洲|大洲|大陆][呢|]？ / [洲|大洲][呢|是哪个|也说一下]？ / [说说|告诉我]它的洲。 / 它是[亚洲|欧洲|非洲|南美洲]的吗？ / 在地图上哪个洲？ / 它在地球上哪个洲？

ASPECT animal_food zh
[那|]它[平时|主要|最爱|通常|]吃[什么|啥|些什么][呢|]？ / [食物|吃的][呢|是什么]？ / [该|要|拿什么]喂它[什么|]？ / 它[靠|以]什么[活|为食]？ / 它们吃什么？ / 它的口粮是什么？

ASPECT animal_home zh
[那|]它[平时|通常|]住[在|][哪|哪里|什么地方][呢|]？ / [家|住处][呢|在哪]？ / 它在哪儿[睡觉|生活|安家]？ / 去哪儿[能|可以][看到|找到]它？ / 它们住哪里？

ASPECT animal_kind zh
[那|]它是[哪种|哪类|什么种类的]动物？ / [种类|类别][呢|是什么]？ / 它是[哺乳动物|鸟|鱼|爬行动物|昆虫]吗？ / 它归哪类？ / 它是哪一种？

ASPECT animal_can zh
[那|]它[能|会|可以][做什么|干什么|干啥]？ / 它[有什么|的][特长|能力|绝活|本事][是什么|]？ / 它擅长什么？ / 它厉害在哪？

ASPECT food_colour zh
[那|]它[是|长]什么[颜色|色儿]的？ / [颜色|什么色][呢|是什么]？ / 它看起来什么样？ / 说说颜色。

ASPECT food_taste zh
[那|]它[吃起来|尝起来|][是|]什么[味道|味儿|口味]？ / [味道|口味][呢|怎么样|如何]？ / 它[甜|酸|咸|苦]吗？ / 说说味道。 / 好不好吃？

ASPECT food_kind zh
[那|]它[是|算|属于]哪[种|类|一类][食物|吃的|]？ / 它是[水果|蔬菜|饮料]吗？ / 种类呢？ / 它算水果还是蔬菜？
"""

MORE: dict[tuple[str, ...], tuple[str, ...]] = {tuple(head.split()): tuple(said.split(" / ")) for head, said in blocks(_MORE)}
"""Wordings by move and language, `("ASPECT", group, language)` where there are groups."""
