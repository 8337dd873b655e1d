"""Many more wordings of greetings and of questions to the model about itself, for dialogues only.

Each block: the first wording of the topic that is meant, then further ones. {name} is a name, {name2} another, {relative} a relative.
"""

from __future__ import annotations

from .wording import blocks

_MORE = """
who are you[?||, please?]
so tell me who you are. / I'd like to know who you are. / can you say who you are? / what exactly are you? / what are you, [then|really|actually]? / who or what are you? / [who's|who is] there? / who is speaking? / who is on the other side? / who is answering me? / who writes [these|the] answers? / [what|who] is this I'm talking to? / [with whom|to whom] am I speaking? / what [sort|kind|type] of thing are you? / what [kind|type] of creature are you? / what should I know about you? / present yourself[.|, please.] / describe yourself[.| in a sentence.| briefly.] / [say|write] a few words about yourself. / tell us who you are. / your identity, please. / what is your identity? / we haven't met, who are you? / I don't know you. Who are you? / [my {relative}|my friend] asks who you are. / are you somebody? / what do you call the thing that you are? / and who are you? / okay, but who are you? / hi, who are you? / sorry, who are you again? / let me know who you are. / what is it that I am talking to? / do I know you? / who do I have here? / I wonder who you are.

你是谁[？|啊？|呀？|呢？|]
告诉我你是谁。 / 我想知道你是谁。 / 你到底是谁？ / 你究竟是什么？ / 你是[什么|啥]东西？ / 你是个什么？ / 你是什么[来头|身份|人物]？ / 你的身份是什么？ / 对面是谁？ / 是谁在回答我？ / 谁在写这些回答？ / [现在|这会儿]跟我说话的是谁？ / 我在和[谁|什么]说话？ / 我[这|]是在跟谁聊？ / 和我聊天的是谁？ / 请问您是？ / 您是哪位？ / 哪位？ / 你哪位[啊|呀|]？ / 你是干什么的？ / 用一句话介绍你自己。 / 简单介绍下你自己。 / 做个自我介绍[吧|]。 / 自我介绍一下。 / 说说你是谁。 / 讲讲你自己。 / 我还不认识你，你是谁？ / 我们没见过吧，你是谁？ / [我{relative}|朋友]问你是谁。 / 你好，你是谁？ / 嗨，你是哪位？ / 不好意思，你是谁来着？ / 那你是谁呢？ / 你算是什么？ / 该怎么介绍你？ / 屏幕那头是谁？ / 你是人还是什么？ / 描述一下你自己。

what is your name[?|]
your name is what? / do tell me your name. / I don't know your name[.| yet.] / I forgot your name. / [by|with] what name can I call you? / what shall I call you? / what can I call you? / what do I call you? / which name do you have? / which name did they give you? / what name did you get? / how do I say your name? / how shall I call you? / how do they call you? / how do your friends call you? / what is your full name? / what's your first name? / is there a name for you? / you have a name, right? / and your name? / and you are called? / say your name. / spell your name. / write your name. / [hi|hey], what's your name? / my name is {name}, and yours? / I am {name}. What's your name? / what are you named? / may I ask your name? / I'd like to know your name. / please name yourself. / give me your name. / under what name are you known?

你叫什么[名字|][？|啊？|呀？|]
我还不知道你的名字。 / 我忘了你的名字。 / 你[有|取了]什么名字？ / 给你取了什么名字？ / 他们给你起了什么名？ / 你的全名是什么？ / 你姓什么叫什么？ / 你的名儿叫啥？ / 你的名字怎么写？ / 你的名字怎么说？ / 报上名来[。|！] / 报个名字吧。 / 请报一下你的名字。 / 您[怎么称呼|贵姓|叫什么]？ / 我[可以|能]叫你什么？ / 我[要|应该|怎么]称呼你？ / 怎么叫你[好|比较好|合适]？ / 我管你叫什么？ / 别人怎么叫你？ / 朋友们叫你什么？ / 我叫{name}，你呢？ / 我是{name}，你叫什么？ / 你有名字没有？ / 名字是？ / 名字呢？ / 写出你的名字。 / 请问你的名字？ / 想知道你的名字。 / 你名叫什么呀？ / 你被叫做什么？

which model are you[?|]
tell me which model you are. / what model do I have here? / which model is running? / which model did I open? / so you are a language model? / are you some kind of AI? / are you a bot? / you are an AI, aren't you? / is this an AI? / what's the model called? / name the model. / what AI model are you?

你是什么模型[？|呀？|]
说说你是哪个模型。 / 现在运行的是什么模型？ / 我打开的是哪个模型？ / 你是语言模型吧？ / 你是一种AI吗？ / 你是机器人程序吗？ / 你是AI吧？ / 这个模型叫什么？ / 这是AI吗？ / 你是什么AI？

are you ChatGPT[?|]
is your name ChatGPT? / am I talking to [ChatGPT|GPT|Siri|Gemini|Claude]? / this is ChatGPT, right? / you must be ChatGPT. / I think you are [ChatGPT|GPT|Gemini|Claude]. / you are ChatGPT, aren't you? / aren't you ChatGPT? / aren't you [GPT|Qwen|Llama|Gemini]? / so this is [ChatGPT|GPT|Gemini]? / do you come from OpenAI? / are you from [OpenAI|Google|Meta|Apple]? / did OpenAI make you? / are you the same as [ChatGPT|GPT|Gemini]? / are you like ChatGPT? / are you related to ChatGPT? / is it ChatGPT that answers me? / is ChatGPT [here|there|inside|in there]? / hello ChatGPT[!|.] / hi ChatGPT, how are you? / what is the difference between you and ChatGPT? / do you use ChatGPT? / are you better than ChatGPT? / are you as good as ChatGPT? / are you GPT or Claude? / my friend says you are ChatGPT.

你是ChatGPT吗？
你叫ChatGPT吗？ / 我在跟[ChatGPT|GPT|Siri|豆包]说话吗？ / 这是ChatGPT吧？ / 你一定是[ChatGPT|GPT|DeepSeek]。 / 我觉得你是[ChatGPT|GPT|豆包]。 / 你不是ChatGPT吗？ / 你难道不是[GPT|千问|DeepSeek]吗？ / 这就是[ChatGPT|GPT|文心一言]吗？ / 你来自OpenAI吗？ / 你是[OpenAI|谷歌|百度|阿里]的吗？ / 你是OpenAI开发的吗？ / 你和[ChatGPT|GPT|豆包]一样吗？ / 你跟ChatGPT有什么关系？ / 你跟ChatGPT有什么区别？ / 是ChatGPT在回答我吗？ / ChatGPT，你好！ / 你好，ChatGPT。 / 你用的是ChatGPT吗？ / 你比ChatGPT厉害吗？ / 你是GPT还是Claude？ / 我朋友说你是ChatGPT。 / 你是不是GPT[呀|啊|]？ / 原来你是ChatGPT啊。

who made you[?|]
who has made you? / who [designed|invented|coded|produced|started] you? / who were you made by? / who were you trained by? / by whom were you [built|written|created]? / who taught you[ everything| all this|]? / who are your [makers|parents|creators|teachers|developers]? / what people made you? / what people are behind you? / which people [made|built|wrote] you? / which [person|team|firm|lab] [made|built|trained] you? / tell me who made you. / do you know who made you? / I want to know who built you. / your maker is who? / where were you [made|trained|born]? / how were you [trained|built|created]? / how did you learn to [speak|talk|write]? / what were you trained on? / from what did you learn? / who owns you? / who do I thank for you? / whose model are you? / whose program are you? / what is your [origin|history|background]? / how did you [begin|start|come about]? / did a company make you?

谁做的你[？|呀？|]
是谁[做|造|训练|设计|发明|编写]了你？ / 你是谁[设计|训练|发明|编写|写|教]的？ / 是什么人做的你？ / 什么人开发了你？ / 哪些人做了你？ / 哪个[团队|人|公司|实验室][做|训练|开发]了你？ / 你的[主人|创造者|老师|制作人|父母]是谁？ / 谁教你[说话|这些|的]？ / 告诉我谁做了你。 / 你知道是谁造的你吗？ / 我想知道谁开发了你。 / 你在哪里[出生|训练|做出来]的？ / 你是怎么[训练|学会说话|诞生|造出来]的？ / 你学的是什么？ / 你从什么里学习？ / 你归谁[所有|管]？ / 你是谁家的[模型|程序]？ / 你的来历是什么？ / 说说你的来历。 / 你的背后是谁？ / 你是哪儿来的？ / 你打哪儿来？ / 你出自哪里？ / 做你的人是谁？ / 谁把你带到这里来的？

what can you do[?|]
tell me what you are able to do. / what are you able to do? / what are your abilities? / what is your use? / what are you [here|made|there] for? / what's your purpose? / what is your job? / what do you do[ all day|]? / what do you offer? / what can I use you for? / what can I get from you? / what can I do with you? / what could you do for me? / what could I ask[ you|]? / what could you help me with? / what might you help me with? / in which things can you help? / with what can you help me? / how could you help me? / how can you be useful? / how are you useful? / how do you help people? / are you useful? / are you able to help me? / could you help me with something? / I need help[.|!] / I need some help with something. / which [things|tasks|subjects|topics] can you do? / which [tasks|questions] do you like? / which questions may I ask? / what may I ask you? / list what you can do. / what do you do best? / why should I use you? / what tricks do you know? / what have you learned? / what did you learn? / what do you understand? / any ideas what I could ask? / where do we start? / what now? / what should we do? / what topics do you know? / tell me your skills.

你会[做|]什么[？|呀？|]
告诉我你会什么。 / 你[可以|能够]做[什么|些什么|哪些事]？ / 你能[干什么|干些什么|办什么事]？ / 你的[能力|本领|用处|特长|作用|功能]是什么？ / 你有[哪些|什么][能力|用处|特长|技能|作用]？ / 你是[用来|拿来]做什么的？ / 你是干嘛用的？ / 你的工作是什么？ / 你平时做什么？ / 你可以帮我[什么|什么忙|做哪些事]？ / 你能帮上什么？ / 你能帮我哪些忙？ / 你能帮什么忙？ / 你怎么帮我？ / 我[可以|能]用你做什么？ / 我能让你做什么？ / 我能找你做什么？ / 找你能干什么？ / 我可以[让|叫]你干什么？ / 你对我有什么用？ / 你有用吗？ / 你能帮助我吗？ / 我需要帮助[。|！] / 帮帮我[吧|！] / 我有事想请你帮忙。 / 哪些[事|问题|题目]你会？ / 你会哪些[事情|东西|题]？ / 你[喜欢|擅长]哪些问题？ / 问你什么[好|比较好|合适]？ / 我该问点什么？ / 列出你会做的事。 / 你最拿手的是什么？ / 你学过什么？ / 你学会了什么？ / 你都懂什么？ / 我们从哪儿开始？ / 现在做什么？ / 有什么可以问的？ / 你[会|能]做哪些事情[呢|呀|]？

what can't you do[?|]
tell me what you can't do. / what are you not able to do? / what is impossible for you? / what is hard for you? / what do you find hard? / what are your faults? / what are your weak [points|sides]? / what goes wrong with you? / what do you get wrong? / what [things|tasks|questions] can't you do? / which [things|tasks|questions] can't you [do|answer]? / which things are too hard for you? / which things should I not ask? / what should one not ask you? / what do you know nothing about? / what did you not learn? / what have you never learned? / where do you fail? / when do you fail? / is anything too hard for you? / is there anything you don't know? / are there things that you can't do? / are there things you don't know? / do you have [limits|weaknesses|faults]? / can you do anything? / can you answer everything? / can you answer any question? / do you know all things? / how clever are you? / how smart are you? / are you intelligent? / are you dumb or clever? / what is beyond you? / what is out of your reach? / what can you not help me with? / with what can you not help?

你不会什么[？|]
告诉我你不会什么。 / 你[不能|没法|无法]做[什么|哪些事]？ / 哪些[事|问题|题]你[不会|做不到|答不了|不懂]？ / 有什么[是你做不到的|你做不了|你不懂的]？ / 什么事你[办不到|做不了|做不成]？ / 你有[哪些|什么][弱点|缺点|不足|短处|限制]？ / 你的[缺点|不足|局限|限制|短板]是什么？ / 什么对你很难？ / 你觉得什么最难？ / 哪些事对你太难？ / 你什么时候会出错？ / 你在哪些方面不行？ / 你哪里不行？ / 你没学过什么？ / 什么是你没学过的？ / 有你不知道的事吗？ / 有没有你不会的？ / 你是不是什么都会？ / 你什么都能做吗？ / 你什么问题都能答吗？ / 你无所不能吗？ / 你有多聪明？ / 你笨不笨？ / 你智商高吗？ / 我不该问你哪些事？ / 你帮不了我什么？ / 什么事不能找你？ / 哪些忙你帮不上？ / 你的极限在哪里？ / 你做不来什么？

are you online?
can you get online? / do you go online? / do you have the internet? / do you have [web|internet|online] access? / do you use the internet? / can you use [the internet|the web|Google|a search engine]? / could you [search|google|check|look up] [it|that|this|something] [online|on the internet|on the web]? / could you look it up[ for me|]? / can you look [it|that|this] up? / can you visit a [website|page]? / please [search|google] it. / please look it up online. / google it. / go online and look. / search for it on the internet. / look on the web[ for me|]. / find [it|that] on the internet. / are you able to search? / are you able to go on the internet? / are you linked to the web? / do you get the latest news? / can you read the news online? / can you open this link? / is there a connection to the internet? / can you reach the internet? / do you search the web for your answers? / could you find out online?

你能上网吗[？|]
你上得了网吗？ / 你有网吗？ / 你[能|可以|会]用[互联网|网络|百度|搜索引擎]吗？ / 你[能|可以][上网|在网上|去网上][查|搜|看看|查查|搜索]吗？ / 能帮我[在网上|上网][查|搜|看]一下吗？ / 去网上[查|搜|看]一下。 / [请|]上网[搜|查|看]一[下|搜|查]。 / 你去百度一下。 / 帮我搜索一下。 / 帮我搜一下。 / 帮我在网上找找。 / 可以帮我查一下网上怎么说吗？ / 你能访问网站吗？ / 你能打开链接吗？ / 你能看网上的新闻吗？ / 你有没有联网？ / 你[现在|]联网吗？ / 你连上网了吗？ / 你可以联网吗？ / 你的答案是网上搜来的吗？ / 你会不会上网？ / 网上的东西你看得到吗？ / 你能查最新的消息吗？ / 你查得到网上的资料吗？

do you remember me[?|]
do you still remember me? / do you still know me? / do you recognise me? / do you know who I am? / will you still know me [tomorrow|later|next time|next month]? / will you remember [me|my name|our talk|all this] [tomorrow|later|next time|next month]? / next time, will you remember me? / tomorrow, will you know who I am? / can you remember me? / have you forgotten me? / did you forget me? / don't you remember me? / I was here yesterday, remember? / what did I tell you [yesterday|last time|last week]? / what did we talk about [last time|last week|before]? / do you remember what I said [yesterday|last time]? / do you keep our [talks|conversations|chats]? / do you store what I tell you? / is your memory good? / how long do you remember things? / how long is your memory? / can you learn from what I say? / do you learn new things from me? / can I teach you? / do you get better when we talk?

你记得我吗[？|]
你还[认识|认得|记得]我吗？ / 你认得我吗？ / 你知道我是谁吗？ / [明天|以后|下次|下个月]你还[记得|认识|知道]我吗？ / [明天|下次|以后]你会记得[我|我的名字|这些]吗？ / 你会记得我吗？ / 你能记住我吗？ / 你忘了我吗？ / 你把我忘了？ / 你不记得我了？ / 我昨天来过，记得吗？ / 我[昨天|上次|上周]跟你说了什么？ / 我们[上次|上周|之前]聊了什么？ / 你记得我[昨天|上次]说的话吗？ / 你会保存我们的聊天吗？ / 你会存下我说的话吗？ / 你的记性好吗？ / 你的记忆力怎么样？ / 你能记多久？ / 你能从我这儿学东西吗？ / 你会跟我学吗？ / 我能教你吗？ / 跟你聊天你会变聪明吗？ / 下一次你还知道我是谁吗？

do you have feelings[?|]
have you got feelings? / have you any feelings? / what do you feel[ now|]? / how does it feel to be you? / do you [ever |sometimes |]feel [sad|happy|lonely|angry|tired|hurt|anything]? / are you [ever|sometimes] [sad|happy|lonely|angry|tired|afraid]? / can you [be|feel|get] [sad|happy|hurt|lonely|tired|afraid]? / can you [cry|laugh|smile|suffer|hate]? / can you feel [pain|joy|love|fear|anything]? / do you [cry|laugh|smile|hate|suffer]? / does it hurt [you|when I say that|when I close you]? / does it make you [sad|happy|angry]? / what makes you [sad|happy|angry|afraid]? / are you in love? / do you have emotions? / do you have a soul? / do you have wishes? / do you enjoy this? / do you like [talking|to talk] to me? / do you care about me? / would you be sad if I left? / is it boring to be a model? / are you aware of yourself? / are you a living thing? / are you hurt? / do you feel things? / do you have a mind?

你有感情吗[？|]
你有没有感情？ / 你有[情感|情绪|心情|灵魂|愿望|喜怒哀乐]吗？ / 你感觉得到什么吗？ / 你[会|会不会|能|能不能]感到[难过|快乐|孤单|疼|害怕|痛苦][吗|]？ / 你[会|能][哭|笑|恨|痛|害怕]吗？ / 你[有时候|有时|偶尔]会[难过|孤单|生气|开心]吗？ / 你会不会[难过|伤心|生气|累|痛|怕]？ / 什么[会|能]让你[难过|开心|生气|害怕]？ / 我这样说你会[难过|生气|疼]吗？ / 你难过吗？ / 你现在开心吗？ / 你现在是什么感觉？ / 当模型是什么感觉？ / 你喜欢跟我聊天吗？ / 你在乎我吗？ / 我走了你会难过吗？ / 你恋爱过吗？ / 你是活的东西吗？ / 你有自我吗？ / 你有思想吗？ / 你会受伤吗？ / 你觉得痛吗？ / 你能感觉到吗？ / 你也会累吗？

how big are you[?|]
how many parameters [are in you|are there in you|do you consist of]? / the number of your parameters? / what is the number of your parameters? / what's your parameter count? / tell me how many parameters you have. / you have how many parameters? / with how many parameters do you work? / how much space do you need? / how many numbers are in you? / how many neurons do you have? / how many tokens do you know? / are you tiny? / are you large? / are you bigger than ChatGPT? / how heavy are you? / tell me your size. / how big is your file? / how large are you?

你有多大[？|]
你有几个参数？ / 你[一共|总共]有多少参数？ / 你的参数有多少[个|]？ / 你的参数是多少？ / 告诉我你有多少参数。 / 说说你的大小。 / 你的大小是多少？ / 你的规模有多大？ / 你的文件多大？ / 你里面有多少个数？ / 你由多少参数构成？ / 你算大模型还是小模型？ / 你比ChatGPT大吗？ / 你是不是很小？ / 你大不大？ / 你小不小？ / 你有多重？ / 你需要多少空间？

hello[!|.|]
[good|lovely|nice] [morning|day|evening|afternoon][!|.|, {name2}!|, model!|, friend!] / [hello|hi|hey|hallo] [you|friend|dear|everybody|all|{name2}|there|buddy|little model|again, friend][!|.|] / [hello|hi] and good [morning|day|evening][!|.] / [hello|hi], I am {name}. / [hello|hi|hey], it's me[!|.|, {name}.] / hello from [me|{name}|my {relative}][!|.] / greetings from {name}[!|.] / I say hello[!|.] / I just want to say hello. / say hello[!|.] / welcome[!|.] / hey hey[!|] / hiya[!|] / well hello[!|] / oh hello[!|] / hello, hello[!|] / good to see you[!|.] / nice to see you[!|.| again!] / here I am[!|.] / I am back[!|.] / let's chat[!|.|] / I want to talk[ to you|][.|!|]

你好[！|。|]
[早上|上午|中午|下午|晚上|大家|朋友|老师]好[啊|呀|][！|。|，{name2}！|，模型！|，朋友！] / [你好|嗨|嘿|哈喽|哈罗|早]，[朋友|亲爱的|大家|{name2}|小家伙|伙伴][！|。|] / 你好，我是{name}。 / 嗨，是我[！|。] / {name}向你问好[！|。] / 我{relative}向你问好。 / 跟你打个招呼[！|。] / 打个招呼[！|。] / 问个好[！|。] / 你也好[！|] / 您好呀[！|] / 你好哇[！|] / 哟[！|，你好！] / 欢迎[！|。] / 见到你真好[！|。] / 很高兴见到你[！|。] / 我回来了[！|。] / 又是我[！|。] / 我想聊天[。|] / 我想跟你说说话[。|] / 来聊聊[吧|][！|。]

how are you[?| today?]
how do you do[ today|]? / how are you keeping? / how are you getting on? / how are you [now|tonight|this morning|these days]? / how [is|was] your [day|morning|week|evening][ today|]? / [has|was] your day [good|nice|long|fine]? / did you have a [good|nice|fine] day? / did you sleep well? / had a good day? / are you [fine|good|well|okay|all right][ today|]? / you are [fine|well|good][ today|], [right|yes|I hope]? / I hope you are [well|good|okay|all right][.|?|!] / I hope all is well[.|?] / hopefully you are [well|fine]? / everything [okay|fine|good|all right]? / is all [well|fine|good] with you? / all [good|well|fine]? / what about you, are you well? / how goes it? / how's life? / how is life? / feeling [good|well|okay|fine]? / are you feeling [good|well|better]? / how do you feel now? / [good day|good evening|hey|hi there], how are you? / how are you, {name2}? / how are you, little model? / how did your day go? / how is it going[ with you|]?

你好吗？
你[今天|最近|现在|这几天][好|还好|好不好|怎么样|过得好吗|感觉怎么样|感觉如何]？ / 你[今天|最近][心情|精神|状态]怎么样？ / 你今天[开心|高兴|忙]吗？ / 今天[好|顺利|还顺利|开心]吗？ / 今天一切[都好|顺利]吗？ / 一切[都好|还好|顺利|正常][吧|吗]？ / 都好[吧|吗]？ / [最近|近来]一切好吗？ / [最近|近来|这几天][如何|怎样|还好吗|忙不忙]？ / 你[过得好|过得还好|挺好]吧？ / 你感觉[好吗|怎样|好不好]？ / 你[还行|还好]吧？ / 你身体怎么样？ / 睡得好吗？ / 昨晚睡得好吗？ / 今天过得好不好？ / 这一天过得怎样？ / 日子过得怎么样？ / 希望你一切都好。 / 希望你今天[很好|开心]。 / [嗨|嘿|早上好|晚上好]，你好吗？ / {name2}，你好吗？ / 小模型，你好吗？ / 你怎么样[呀|啊|了]？
"""

WORDINGS: dict[str, tuple[str, ...]] = {first: tuple(more.split(" / ")) for first, more in blocks(_MORE)}
"""By the first wording of the topic."""
