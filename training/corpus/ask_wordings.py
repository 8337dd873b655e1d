"""More ways to ask for each kind of fact.

A small model answers a new wording only if it has met many others; every group is asked
for in ten ways and more. None of these is one of the `held` wordings.
"""

from __future__ import annotations

from dataclasses import replace

from .facts import FactGroup

MORE: dict[tuple[str, str], tuple[str, ...]] = {
    ("landmark_city", "en"): (
        "to which city must I travel to see {x}?", "{x} is in which city?", "where exactly is {x}?", "[can|could] you tell me [which|what] city {x} is in?", "[which|what] place should I go to for {x}?", "I want to visit {x}. Which city is that?", "{x}: which city?", "name the city of {x}.", "in or near which city does {x} stand?",
    ),
    ("landmark_city", "zh"): ("{x}是哪个城市的？", "想看{x}要去哪个城市？", "{x}所在的城市叫什么？", "我想去{x}，那是哪座城市？", "[请问|]{x}具体在哪里？", "{x}属于哪个城市？", "说出{x}在哪个城市。", "{x}是在哪座城市？", "哪座城市可以看到{x}？"),
    ("landmark_kind", "en"): ("what can you tell me about {x}?", "describe {x}.", "I have never heard of {x}. What is it?", "what sort of place is {x}?", "why do people visit {x}?", "explain {x}.", "say something about {x}.", "what does {x} look like?", "give me some information about {x}."),
    ("landmark_kind", "zh"): ("{x}是做什么的？", "描述一下{x}。", "我没听说过{x}，那是什么？", "{x}是什么样的地方？", "人们为什么去看{x}？", "简单说一说{x}。", "告诉我{x}是什么。", "能讲一讲{x}吗？", "请解释{x}是什么。"),
    ("capital", "en"): ("[can|could] you tell me the capital of {x}?", "which city is {x}'s capital?", "in which city is the government of {x}?", "I need the capital of {x}.", "what is the name of the capital of {x}?", "{x} has which capital?"),
    ("capital", "zh"): ("{x}的首都是哪个？", "请告诉我{x}的首都。", "{x}的首都是哪座城市？", "{x}首都？", "{x}把哪里当首都？"),
    ("capital_of", "en"): (
        "what country is {capital} in?", "{capital} is in which country?", "what country has {capital} as its capital?", "do you know where {capital} is?", "which country does {capital} belong to?", "{capital}: which country?", "tell me which country {capital} is in.", "{capital} is the capital of what?", "where in the world is {capital}?",
    ),
    ("capital_of", "zh"): ("{capital}是哪国的首都？", "{capital}属于哪个国家？", "{capital}是哪里的首都？", "{capital}位于哪个国家？", "{capital}在什么国家？", "告诉我{capital}在哪个国家。", "{capital}是哪个国家的城市？", "说出{capital}是哪个国家的首都。", "哪个国家把{capital}当首都？"),
    ("continent", "en"): ("{x} is on which continent?", "[can|could] you tell me the continent of {x}?", "what is the continent of {x}?", "in which part of the world is {x}?", "{x}: which continent?", "where on the map is {x}?", "I look for {x} on the map. Which continent is it?"),
    ("continent", "zh"): ("{x}在世界的哪个洲？", "{x}所在的大洲是哪个？", "{x}在哪一洲？", "在地图上，{x}在哪个洲？", "请问{x}属于哪个洲？", "说出{x}在哪个洲。", "{x}的大洲是什么？"),
    ("language", "en"): ("what language do they speak in {x}?", "which language do I need in {x}?", "what do they speak in {x}?", "how do people talk in {x}?", "{x}: which language?", "what is spoken in {x}?", "tell me the language of {x}.", "if I go to {x}, what language will I hear?", "which language should I learn for {x}?"),
    ("language", "zh"): ("{x}用什么语言？", "在{x}要说什么话？", "{x}人讲什么语言？", "我要去{x}，该学什么语言？", "{x}的孩子说什么语言？", "{x}通用什么语言？", "说出{x}的语言。", "{x}的官方语言是什么？", "{x}人平时说什么？"),
    ("animal_food", "en"): ("what is the food of {ax}?", "what should I give {ax} to eat?", "I have {ax}. What does it eat?", "{ax} is hungry. What do I give it?", "what is {ax}'s favourite food?", "tell me what {ax} eats.", "can you tell me what {ax} eats?", "what does the {x} eat?", "what does {ax} live on?"),
    ("animal_food", "zh"): ("{x}平常吃些什么？", "{x}靠吃什么生活？", "{x}最喜欢的食物是什么？", "{x}饿了吃什么？", "我该给{x}吃什么？", "告诉我{x}吃什么。", "{x}一般吃什么？", "{x}都吃什么？", "请问{x}吃什么东西？"),
    ("animal_home", "en"): ("where do I find {ax}?", "where does the {x} live?", "tell me where {ax} lives.", "in which place can I see {ax}?", "where is {ax} at home?", "where should I look for {ax}?", "what is the place where {ax} lives?", "do you know where {ax} lives?", "where does {ax} sleep and eat?"),
    ("animal_home", "zh"): ("{x}住哪儿？", "{x}生活在哪里？", "{x}在哪里生活？", "想看{x}要去哪里？", "{x}的家是什么地方？", "告诉我{x}住在哪里。", "{x}平时待在哪里？", "哪里有{x}？", "{x}一般住哪里？"),
    ("animal_kind", "en"): (
        "which kind of animal is {ax}?", "what type of animal is {ax}?", "to which group of animals does the {x} belong?", "what sort of animal is {ax}?", "do you know what kind of animal {ax} is?", "can you tell me what kind of animal the {x} is?", "the {x}: what kind of animal is it?", "what kind of animal is the {x}?",
        "{ax} is what kind of animal?", "what animal group is the {x} in?", "tell me what {ax} is.", "explain what {ax} is.",
    ),
    ("animal_kind", "zh"): ("{x}是什么种类的动物？", "{x}算哪一种动物？", "{x}属于哪一类？", "告诉我{x}是什么动物。", "{x}属于哪种动物？", "说说{x}是哪类动物。", "{x}在动物里属于哪一类？"),
    ("animal_can", "en"): ("what can the {x} do?", "what is something that {ax} can do?", "what does {ax} do well?", "what is special about {ax}?", "do you know what {ax} can do?", "what has {ax} learned to do?", "name something that {ax} can do.", "what do people admire about {ax}?", "can you tell me what the {x} can do?"),
    ("animal_can", "zh"): ("{x}的本领是什么？", "{x}有什么特别的？", "{x}擅长什么？", "{x}最会做什么？", "说说{x}会什么。", "{x}能干什么？", "告诉我{x}会做什么。", "{x}厉害在哪里？", "{x}有什么本事？"),
    ("food_colour", "en"): ("tell me the colo[|u]r of {x}.", "can you tell me what colo[|u]r {x} {is}?", "{x} {is} what colo[|u]r?", "I want to paint {x}. Which colo[|u]r do I need?", "which colo[|u]r {is} {x}?", "what colo[|u]r {do} {x} have?", "{x}: which colo[|u]r?", "how {do} {x} look, which colo[|u]r?", "name the colo[|u]r of {x}."),
    ("food_colour", "zh"): ("{x}是什么色的？", "{x}什么颜色？", "告诉我{x}的颜色。", "画{x}要用什么颜色？", "{x}的颜色是哪种？", "{x}看起来是什么颜色？", "{x}有什么颜色？", "说出{x}的颜色。", "{x}长什么颜色？"),
    ("food_taste", "en"): ("do you know how {x} {tastes}?", "tell me how {x} {tastes}.", "what taste {do} {x} have?", "I have never tried {x}. How {do} {x} taste?", "what is it like to taste {x}?", "{x}: which taste?", "which taste {do} {x} have?", "describe the taste of {x}."),
    ("food_taste", "zh"): ("{x}味道如何？", "告诉我{x}的味道。", "我没吃过{x}，是什么味道？", "{x}有什么味道？", "{x}尝起来是什么味？", "说说{x}的味道。", "{x}的味道是怎样的？"),
    ("food_kind", "en"): ("what sort of food {is} {x}?", "can you tell me what {x} {is}?", "to which kind of food {do} {x} belong?", "which kind of food {is} {x}?", "do you know what kind of food {x} {is}?", "what type of food {is} {x}?", "{x}: what kind of food?", "explain what {x} {is}."),
    ("food_kind", "zh"): ("{x}属于什么？", "{x}是什么食物？", "{x}属于哪一类？", "告诉我{x}是什么。", "{x}是哪类吃的？", "说说{x}是哪一类。", "{x}是什么种类的食物？"),
    ("dish_country", "en"): ("from which country {do} {x} come?", "what is the home country of {x}?", "in which country do people eat {x} most?", "do you know where {x} {is} from?", "{x}: which country?", "which country gave us {x}?", "can you tell me where {x} {is} from?", "who eats {x}, which country?", "where {is} {x} from?"),
    ("dish_country", "zh"): ("{x}是哪国的？", "{x}是哪里的菜？", "{x}来自哪个国家？", "哪个国家的人爱吃{x}？", "{x}出自哪个国家？", "你知道{x}来自哪里吗？", "去哪个国家可以吃到{x}？", "{x}是哪儿的特产？", "告诉我{x}是哪个国家的。"),
    ("colour", "en"): ("tell me the colo[|u]r of {x}.", "what colo[|u]r {is} {x} usually?", "do you know the colo[|u]r of {x}?", "{x}: which colo[|u]r?", "I want to paint {x}. Which colo[|u]r do I take?", "{x} {is} what colo[|u]r?", "name the colo[|u]r of {x}.", "which colo[|u]r do you see when you look at {x}?", "in which colo[|u]r do children paint {x}?"),
    ("colour", "zh"): ("{x}什么颜色？", "告诉我{x}的颜色。", "画{x}用什么颜色？", "{x}看起来是什么颜色？", "{x}是什么色的？", "说出{x}的颜色。", "你知道{x}的颜色吗？", "{x}平时是什么颜色？", "孩子们把{x}画成什么颜色？"),
    ("mixture", "en"): (
        "which colo[|u]r do [{one} and {two}|{two} and {one}] give together?", "I mix [{one} and {two}|{two} and {one}]. What do I get?", "[{one} and {two}|{two} and {one}] together: what colo[|u]r?", "what happens when I mix [{one} with {two}|{two} with {one}]?", "what colo[|u]r comes from [{one} and {two}|{two} and {one}]?",
        "can you tell me what [{one} and {two}|{two} and {one}] make?", "put [{one} and {two}|{two} and {one}] together. Which colo[|u]r is it?", "tell me the mixture of [{one} and {two}|{two} and {one}].", "if you mix [{one} and {two}|{two} and {one}], what do you get?", "[{one} paint and {two} paint|{two} paint and {one} paint] make which colo[|u]r?",
    ),
    ("mixture", "zh"): (
        "[{one}和{two}|{two}和{one}]合在一起变成什么颜色？", "[{one}和{two}|{two}和{one}]能调出什么颜色？", "把[{one}和{two}|{two}和{one}]混起来是什么颜色？", "[{one}与{two}|{two}与{one}]混合是什么颜色？", "用[{one}和{two}|{two}和{one}]能得到什么颜色？", "[{one}加上{two}|{two}加上{one}]等于什么颜色？",
        "我把[{one}和{two}|{two}和{one}]混在一起，会是什么颜色？", "[{one}颜料和{two}颜料|{two}颜料和{one}颜料]混起来是什么颜色？", "[{one}|{two}]里加一点[{two}|{one}]会变成什么颜色？", "告诉我[{one}和{two}|{two}和{one}]混成什么颜色。",
    ),
    ("season_like", "en"): ("how does {x} look and feel?", "what kind of season is {x}?", "what do we see in {x}?", "what is the weather like in {x}?", "how can you tell that it is {x}?", "what changes when {x} comes?", "say something about {x}.", "explain what {x} is like.", "what kind of weather does {x} bring?", "what is special about {x}?", "do you know what {x} is like?", "how would you describe {x}?"),
    ("season_like", "zh"): ("{x}是怎么样的季节？", "{x}天气如何？", "{x}会有什么变化？", "怎么知道{x}来了？", "{x}是什么样子？", "说一说{x}的特点。", "{x}的天气是什么样的？", "形容一下{x}。", "请你描述{x}的样子。", "{x}到了会怎样？", "{x}有什么不一样？", "给我讲讲{x}。"),
    ("season_next", "en"): ("which season follows {x}?", "what season do we have after {x}?", "when {x} ends, what begins?", "{x} is over. What season is next?", "it is {x} now. Which season is next?", "do you know which season comes after {x}?", "tell me the next season after {x}.", "after {x} comes which season?", "what is the next season after {x}?"),
    ("season_next", "zh"): ("{x}后面是什么季节？", "{x}结束了是什么季节？", "现在是{x}，下一个季节是什么？", "{x}以后是哪个季节？", "{x}完了是什么季节？", "哪个季节在{x}之后？", "{x}过完是什么季节？", "接着{x}的是什么季节？", "告诉我{x}的下一个季节。"),
    ("season_do", "en"): ("what can we do in {x}?", "what do you like to do in {x}?", "how can I spend {x}?", "what should I do in {x}?", "what do children like to do in {x}?", "what is {x} good for?", "it is {x}. What can I do?", "tell me something to do in {x}.", "what do many people do in {x}?", "what would you do in {x}?", "any ideas for {x}?", "what is nice to do in {x}?", "I am bored in {x}. What can I do?"),
    ("season_do", "zh"): ("{x}做什么好？", "{x}人们会做什么？", "到了{x}，我能做什么？", "{x}可以玩什么？", "{x}大家都做什么？", "{x}怎么过？", "{x}孩子们喜欢做什么？", "现在是{x}，做点什么好呢？", "告诉我{x}能做什么。", "{x}里有什么活动？", "{x}最好玩的是什么？", "{x}去干什么好？"),
    ("weather", "en"): ("what is wise when it is {x}?", "it is {x}. What do I need?", "how do I get ready when it is {x}?", "I want to go out, but it is {x}. What should I do?", "what should I remember when it is {x}?", "when it is {x} outside, what is best?", "tell me what to do when it is {x}.", "the weather is {x}. What now?", "do you have advice for me? It is {x}."),
    ("weather", "zh"): ("{x}要注意什么？", "{x}了怎么办？", "今天{x}，出门要带什么？", "{x}的天气该怎么办？", "外面{x}，我该怎么做？", "我要出门，可是{x}，怎么办？", "{x}的时候怎么办好？", "遇到{x}该怎么办？", "告诉我{x}的时候该做什么。"),
    ("day_next", "en"): ("which day follows {x}?", "which day comes after {x}?", "it is {x} today. What is tomorrow?", "what comes after {x}?", "yesterday was {x}. What day is today?", "do you know which day follows {x}?", "tell me the day after {x}.", "{x} is over. Which day is it now?", "what is the next day after {x}?"),
    ("day_next", "zh"): ("{x}后面是星期几？", "{x}的第二天是星期几？", "昨天是{x}，今天是星期几？", "过了{x}是星期几？", "{x}过完是星期几？", "{x}以后是星期几？", "{x}的下一天是星期几？", "告诉我{x}的后一天。", "今天{x}，明天呢？", "{x}的明天是星期几？"),
    ("day_before", "en"): ("which day is before {x}?", "which day comes before {x}?", "it is {x} today. What was yesterday?", "what comes before {x}?", "tomorrow is {x}. What day is today?", "do you know which day is before {x}?", "tell me the day before {x}.", "before {x} comes which day?", "{x} comes after which day?"),
    ("day_before", "zh"): ("{x}前面是星期几？", "明天是{x}，今天是星期几？", "{x}的上一天是星期几？", "{x}以前是星期几？", "告诉我{x}的前一天。", "今天{x}，昨天呢？", "哪一天在{x}之前？", "{x}的昨天是星期几？", "到{x}的前一天是哪天？"),
    ("month_next", "en"): ("which month comes after {x}?", "what is the next month after {x}?", "it is {x} now. What is the next month?", "last month was {x}. What month is it now?", "what comes after {x}?", "{x} is over. Which month is it now?", "do you know which month follows {x}?", "tell me the month after {x}.", "after {x} comes which month?", "which month do we have after {x}?"),
    ("month_next", "zh"): ("{x}后面是几月？", "过完{x}是几月？", "现在是{x}，下个月是几月？", "上个月是{x}，这个月是几月？", "{x}过了是几月？", "{x}以后是哪个月？", "{x}后面那个月是几月？", "接着{x}的是几月？", "{x}的后一个月是几月？", "告诉我{x}的下一个月。", "{x}完了就是几月？", "过了{x}，接下来是哪个月？", "{x}一过就到几月了？"),
    ("month_season", "en"): ("what season do we have in {x}?", "to which season does {x} belong?", "which season is it in {x}?", "{x}: which season?", "do you know the season of {x}?", "it is {x}. What season is it?", "in which season is {x}?", "what time of the year is {x}?"),
    ("month_season", "zh"): ("{x}在哪个季节？", "{x}的时候是什么季节？", "到了{x}，是什么季节？", "{x}算什么季节？", "现在是{x}，是什么季节？", "说出{x}的季节。", "{x}是一年里的哪个季节？"),
    ("opposite", "en"): ("what is the opposite word of {x}?", 'what is the contrary of ["{x}"|{x}]?', "not {x}, but what?", 'which word means the opposite of ["{x}"|{x}]?', "give me the opposite of {x}.", "name the opposite of {x}.", "{x}: what is the opposite?", "what word is opposite to {x}?", "can you tell me the opposite of {x}?"),
    ("opposite", "zh"): ("{x}的相反词是什么？", "[“{x}”|{x}]反过来是什么？", "和{x}意思相反的词是什么？", "与{x}相反的是什么？", "说出{x}的反义词。", "{x}的反面是什么？", "给我{x}的反义词。", "什么词是{x}的反义词？", "不{x}就是什么？", "{x}的反义词是哪个词？"),
    ("to_zh", "en"): ("how is {en} called in Chinese?", "what do Chinese people call {en}?", 'how do I say ["{en}"|{en}] in Chinese?', 'give me the Chinese for ["{en}"|{en}].', "tell me the Chinese word for {en}.", "in Chinese, what is {en}?", "do you know how to say {en} in Chinese?", "put {en} into Chinese.", "{en}: how do you say it in Chinese?"),
    ("to_en", "en"): ("what is the meaning of [“{zh}”|{zh}]?", "how do you say {zh} in English?", "what is the English word for {zh}?", "{zh} means what?", "tell me what {zh} is in English.", "give me the English for {zh}.", "do you know what {zh} means in English?", "put {zh} into English.", "in English, what is {zh}?"),
    ("to_en", "zh"): ("[“{zh}”|{zh}]的英文是什么？", "{zh}英语怎么说？", "请把{zh}译成英语。", "告诉我{zh}的英语。", "{zh}翻成英文是什么？", "英语里{zh}怎么说？", "{zh}的英语单词是什么？", "怎么用英语说{zh}？", "想用英语说{zh}，该怎么说？"),
    ("to_zh", "zh"): ("{en}的意思是什么？", "{en}翻译成中文是什么？", "英语的{en}是什么意思？", "{en}中文怎么说？", "请把{en}译成中文。", "告诉我{en}的中文。", "单词{en}是什么意思？", "{en}这个词是什么意思？", "英文{en}用汉语怎么说？"),
}


def widened(groups: list[FactGroup]) -> list[FactGroup]:
    """The groups with the wordings of this file added to their own."""
    return [replace(group, ask=tuple(dict.fromkeys(group.ask + MORE.get((group.name, group.lang), ())))) for group in groups]
