"""Landmarks, countries, capitals, continents and languages."""

from __future__ import annotations

from .ask_wordings import widened
from .facts import FactGroup, rows
from .wording import table

# English name | Chinese name | city or region | 城市 | country | 国家 | what it is | 是什么
FIRST_LANDMARKS = table("""
the Eiffel Tower | 埃菲尔铁塔 | Paris | 巴黎 | France | 法国 | iron tower | 铁塔
the Louvre | 卢浮宫 | Paris | 巴黎 | France | 法国 | museum | 博物馆
the Oriental Pearl Tower | 东方明珠 | Shanghai | 上海 | China | 中国 | television tower | 电视塔
the Great Wall | 长城 | the north of China | 中国北方 | China | 中国 | old wall | 古老的城墙
the Forbidden City | 故宫 | Beijing | 北京 | China | 中国 | old palace | 古老的宫殿
the Terracotta Army | 兵马俑 | Xi'an | 西安 | China | 中国 | group of clay soldiers | 一群陶土士兵
West Lake | 西湖 | Hangzhou | 杭州 | China | 中国 | lake | 湖
the Potala Palace | 布达拉宫 | Lhasa | 拉萨 | China | 中国 | palace on a hill | 山上的宫殿
Mount Tai | 泰山 | Shandong | 山东 | China | 中国 | mountain | 山
the Yellow Crane Tower | 黄鹤楼 | Wuhan | 武汉 | China | 中国 | old tower | 古楼
Big Ben | 大本钟 | London | 伦敦 | England/Britain/United Kingdom | 英国 | clock tower | 钟楼
Tower Bridge | 伦敦塔桥 | London | 伦敦 | England/Britain/United Kingdom | 英国 | bridge | 桥
Stonehenge | 巨石阵 | the south of England | 英格兰南部 | England/Britain/United Kingdom | 英国 | circle of stones | 一圈大石头
the Colosseum | 斗兽场 | Rome | 罗马 | Italy | 意大利 | old arena | 古老的竞技场
the Leaning Tower of Pisa | 比萨斜塔 | Pisa | 比萨 | Italy | 意大利 | leaning tower | 倾斜的塔
the Brandenburg Gate | 勃兰登堡门 | Berlin | 柏林 | Germany | 德国 | gate | 城门
Cologne Cathedral | 科隆大教堂 | Cologne | 科隆 | Germany | 德国 | church | 教堂
the Sagrada Familia | 圣家堂 | Barcelona | 巴塞罗那 | Spain | 西班牙 | church | 教堂
the Parthenon | 帕特农神庙 | Athens | 雅典 | Greece | 希腊 | old temple | 古老的神庙
the Kremlin | 克里姆林宫 | Moscow | 莫斯科 | Russia | 俄罗斯 | fortress | 城堡
Red Square | 红场 | Moscow | 莫斯科 | Russia | 俄罗斯 | square | 广场
Mount Fuji | 富士山 | the island of Honshu | 本州岛 | Japan | 日本 | mountain | 山
the Tokyo Tower | 东京塔 | Tokyo | 东京 | Japan | 日本 | tower | 塔
the Taj Mahal | 泰姬陵 | Agra | 阿格拉 | India | 印度 | white tomb | 白色的陵墓
Angkor Wat | 吴哥窟 | Siem Reap | 暹粒 | Cambodia | 柬埔寨 | old temple | 古老的寺庙
the Great Pyramid | 大金字塔 | Giza | 吉萨 | Egypt | 埃及 | stone tomb | 石头陵墓
the Sphinx | 狮身人面像 | Giza | 吉萨 | Egypt | 埃及 | stone statue | 石像
the Statue of Liberty | 自由女神像 | New York | 纽约 | the United States/America/USA | 美国 | statue | 雕像
the Golden Gate Bridge | 金门大桥 | San Francisco | 旧金山 | the United States/America/USA | 美国 | bridge | 桥
the White House | 白宫 | Washington | 华盛顿 | the United States/America/USA | 美国 | house of the president | 总统的房子
the Grand Canyon | 大峡谷 | Arizona | 亚利桑那 | the United States/America/USA | 美国 | deep valley | 很深的山谷
Niagara Falls | 尼亚加拉瀑布 | Ontario | 安大略 | Canada | 加拿大 | waterfall | 瀑布
the CN Tower | 加拿大国家电视塔 | Toronto | 多伦多 | Canada | 加拿大 | television tower | 电视塔
Chichen Itza | 奇琴伊察 | Yucatan | 尤卡坦 | Mexico | 墨西哥 | old city | 古城
Machu Picchu | 马丘比丘 | the Andes | 安第斯山 | Peru | 秘鲁 | old city in the mountains | 山里的古城
Christ the Redeemer | 基督像 | Rio | 里约 | Brazil | 巴西 | statue | 雕像
the Sydney Opera House | 悉尼歌剧院 | Sydney | 悉尼 | Australia | 澳大利亚 | opera house | 歌剧院
Uluru | 乌鲁鲁 | the desert | 沙漠中部 | Australia | 澳大利亚 | red rock | 红色的大岩石
the Burj Khalifa | 哈利法塔 | Dubai | 迪拜 | the United Arab Emirates/UAE | 阿联酋 | very tall tower | 非常高的塔
Petra | 佩特拉 | the desert | 沙漠里 | Jordan | 约旦 | old city of stone | 石头古城
Hagia Sophia | 圣索菲亚 | Istanbul | 伊斯坦布尔 | Turkey | 土耳其 | old building | 古老的建筑
Mount Kilimanjaro | 乞力马扎罗山 | the north of Tanzania | 坦桑尼亚北部 | Tanzania | 坦桑尼亚 | mountain | 山
""")

LANDMARKS = FIRST_LANDMARKS + table("""
the Temple of Heaven | 天坛 | Beijing | 北京 | China | 中国 | old temple | 古老的祭坛
the Summer Palace | 颐和园 | Beijing | 北京 | China | 中国 | garden | 园林
the Bund | 外滩 | Shanghai | 上海 | China | 中国 | street by the river | 江边的街道
Mount Huang | 黄山 | Anhui | 安徽 | China | 中国 | mountain | 山
the Arc de Triomphe | 凯旋门 | Paris | 巴黎 | France | 法国 | stone gate | 石门
Notre-Dame | 巴黎圣母院 | Paris | 巴黎 | France | 法国 | church | 教堂
Buckingham Palace | 白金汉宫 | London | 伦敦 | England/Britain/United Kingdom | 英国 | palace | 宫殿
the London Eye | 伦敦眼 | London | 伦敦 | England/Britain/United Kingdom | 英国 | big wheel | 摩天轮
the Empire State Building | 帝国大厦 | New York | 纽约 | the United States/America/USA | 美国 | tall building | 高楼
""")
"""Those of the first edition come first."""

# country | 国家 | capital | 首都 | continent | 大洲 | language | 语言
FIRST_COUNTRIES = table("""
China | 中国 | Beijing | 北京 | Asia | 亚洲 | Chinese | 中文/汉语
Japan | 日本 | Tokyo | 东京 | Asia | 亚洲 | Japanese | 日语
India | 印度 | New Delhi | 新德里 | Asia | 亚洲 | Hindi | 印地语
Thailand | 泰国 | Bangkok | 曼谷 | Asia | 亚洲 | Thai | 泰语
Vietnam | 越南 | Hanoi | 河内 | Asia | 亚洲 | Vietnamese | 越南语
South Korea | 韩国 | Seoul | 首尔 | Asia | 亚洲 | Korean | 韩语
Cambodia | 柬埔寨 | Phnom Penh | 金边 | Asia | 亚洲 | Khmer | 高棉语
Jordan | 约旦 | Amman | 安曼 | Asia | 亚洲 | Arabic | 阿拉伯语
France | 法国 | Paris | 巴黎 | Europe | 欧洲 | French | 法语
Germany | 德国 | Berlin | 柏林 | Europe | 欧洲 | German | 德语
Italy | 意大利 | Rome | 罗马 | Europe | 欧洲 | Italian | 意大利语
Spain | 西班牙 | Madrid | 马德里 | Europe | 欧洲 | Spanish | 西班牙语
Portugal | 葡萄牙 | Lisbon | 里斯本 | Europe | 欧洲 | Portuguese | 葡萄牙语
Britain | 英国 | London | 伦敦 | Europe | 欧洲 | English | 英语
Greece | 希腊 | Athens | 雅典 | Europe | 欧洲 | Greek | 希腊语
Russia | 俄罗斯 | Moscow | 莫斯科 | Europe | 欧洲 | Russian | 俄语
Poland | 波兰 | Warsaw | 华沙 | Europe | 欧洲 | Polish | 波兰语
Sweden | 瑞典 | Stockholm | 斯德哥尔摩 | Europe | 欧洲 | Swedish | 瑞典语
Norway | 挪威 | Oslo | 奥斯陆 | Europe | 欧洲 | Norwegian | 挪威语
Egypt | 埃及 | Cairo | 开罗 | Africa | 非洲 | Arabic | 阿拉伯语
Kenya | 肯尼亚 | Nairobi | 内罗毕 | Africa | 非洲 | Swahili | 斯瓦希里语
Morocco | 摩洛哥 | Rabat | 拉巴特 | Africa | 非洲 | Arabic | 阿拉伯语
the United States | 美国 | Washington | 华盛顿 | North America | 北美洲 | English | 英语
Canada | 加拿大 | Ottawa | 渥太华 | North America | 北美洲 | English | 英语
Mexico | 墨西哥 | Mexico City | 墨西哥城 | North America | 北美洲 | Spanish | 西班牙语
Cuba | 古巴 | Havana | 哈瓦那 | North America | 北美洲 | Spanish | 西班牙语
Brazil | 巴西 | Brasilia | 巴西利亚 | South America | 南美洲 | Portuguese | 葡萄牙语
Argentina | 阿根廷 | Buenos Aires | 布宜诺斯艾利斯 | South America | 南美洲 | Spanish | 西班牙语
Peru | 秘鲁 | Lima | 利马 | South America | 南美洲 | Spanish | 西班牙语
Chile | 智利 | Santiago | 圣地亚哥 | South America | 南美洲 | Spanish | 西班牙语
Australia | 澳大利亚 | Canberra | 堪培拉 | Oceania | 大洋洲 | English | 英语
New Zealand | 新西兰 | Wellington | 惠灵顿 | Oceania | 大洋洲 | English | 英语
""")

COUNTRIES = FIRST_COUNTRIES + table("""
Turkey | 土耳其 | Ankara | 安卡拉 | Asia | 亚洲 | Turkish | 土耳其语
Indonesia | 印度尼西亚 | Jakarta | 雅加达 | Asia | 亚洲 | Indonesian | 印尼语
Malaysia | 马来西亚 | Kuala Lumpur | 吉隆坡 | Asia | 亚洲 | Malay | 马来语
the Philippines | 菲律宾 | Manila | 马尼拉 | Asia | 亚洲 | Filipino | 菲律宾语
Mongolia | 蒙古 | Ulaanbaatar | 乌兰巴托 | Asia | 亚洲 | Mongolian | 蒙古语
North Korea | 朝鲜 | Pyongyang | 平壤 | Asia | 亚洲 | Korean | 朝鲜语
the Netherlands | 荷兰 | Amsterdam | 阿姆斯特丹 | Europe | 欧洲 | Dutch | 荷兰语
Switzerland | 瑞士 | Bern | 伯尔尼 | Europe | 欧洲 | German/French/Italian | 德语/法语/意大利语
Austria | 奥地利 | Vienna | 维也纳 | Europe | 欧洲 | German | 德语
Denmark | 丹麦 | Copenhagen | 哥本哈根 | Europe | 欧洲 | Danish | 丹麦语
Finland | 芬兰 | Helsinki | 赫尔辛基 | Europe | 欧洲 | Finnish | 芬兰语
Ireland | 爱尔兰 | Dublin | 都柏林 | Europe | 欧洲 | English | 英语
Hungary | 匈牙利 | Budapest | 布达佩斯 | Europe | 欧洲 | Hungarian | 匈牙利语
""")
"""Those of the first edition come first."""

_LANDMARKS_EN = rows(LANDMARKS, "x", "_", "city", "_", "country", "_", "kind", "_")
for _row in _LANDMARKS_EN:
    _row["akind"] = ("an " if _row["kind"][0] in "aeiou" else "a ") + _row["kind"]
_LANDMARKS_ZH = rows(LANDMARKS, "_", "x", "_", "city", "_", "country", "_", "kind")
_COUNTRIES_EN = rows(COUNTRIES, "x", "_", "capital", "_", "continent", "_", "language", "_")
_COUNTRIES_ZH = rows(COUNTRIES, "_", "x", "_", "capital", "_", "continent", "_", "language")

GROUPS: list[FactGroup] = widened([
    FactGroup(
        "landmark_country", "en", _LANDMARKS_EN, first=len(FIRST_LANDMARKS),
        ask=(
            "which country is {x} in?",
            "where is {x}?",
            "in which country [is|can I find|do you find|would I see] {x}?",
            "what country is {x} in?",
            "do you know [where|in which country|which country] {x} is?",
            "[can|could] you tell me [where|in which country] {x} is?",
            "[please tell me|tell me] [where|in which country] {x} [is|stands|can be seen].",
            "I want to [see|visit] {x}. [Where|Which country] should I go[ to|]?",
            "[which|what] country has {x}?",
            "{x}: [which|what] country?",
            "to which country does {x} belong?",
            "where in the world is {x}?",
            "where can I [see|find|visit] {x}?",
            "[which|what] country do I [have to|need to|] visit to see {x}?",
            "my friend wants to see {x}. [Where|In which country] is it?",
            "name the country [of|that has|where you find] {x}.",
            "{x} is in which country?",
        ),
        held=(
            "I would like to know which country {x} is in.",
            "could you please say in what country I can see {x}?",
            "{x}, where is it?",
            "what is the country of {x}?",
            "if I want to see {x}, which country should I visit?",
        ),
        answer=(
            "{x} is in {country}. It is a famous {kind}.",
            "{x} is in {city}, {country}.",
            "it is in {country}. You can see it in {city}.",
            "you can find {x} in {country}.",
            "that is in {country}. {x} is a famous {kind} in {city}.",
        ),
        check="country",
        follow=("and {x}?", "what about {x}?", "and where is {x}?", "how about {x}?"),
    ),
    FactGroup(
        "landmark_country", "zh", _LANDMARKS_ZH, first=len(FIRST_LANDMARKS),
        ask=(
            "{x}在哪个国家？",
            "{x}在哪里？",
            "{x}在哪儿[呢|呀|]？",
            "{x}位于[哪个国家|哪里|什么国家]？",
            "{x}是哪个国家的[|景点|名胜]？",
            "[你知道|你知不知道|你能告诉我|能不能告诉我]{x}在[哪里|哪个国家|什么地方][吗|]？",
            "[告诉我|说说|请告诉我]{x}在[哪里|哪个国家|什么国家]。",
            "我想去看{x}，[应该去|要去|得去][哪个国家|哪里]？",
            "哪个国家有{x}？",
            "{x}属于哪个国家？",
            "去哪里[能|可以]看到{x}？",
            "[在|]哪个国家[能|可以]看到{x}？",
            "{x}在什么国家？",
            "想看{x}要去哪个国家？",
            "[说出|写出]{x}在哪个国家。",
            "{x}是在哪个国家？",
            "我的朋友想看{x}，它在哪[里|个国家]？",
            "人们去哪个国家看{x}？",
        ),
        held=(
            "{x}到底在哪个国家呢？",
            "我想知道{x}是在哪个国家的。",
            "如果想看{x}，我该去哪个国家？",
            "{x}这个地方在哪个国家？",
            "能说说{x}在什么国家吗？",
        ),
        answer=(
            "{x}在{country}，是有名的{kind}。",
            "{x}在{country}，位于{city}。",
            "{x}位于{country}的{city}。",
            "在{country}。{x}就在{city}。",
            "你可以在{country}看到{x}，它是有名的{kind}。",
        ),
        check="country",
        follow=("那{x}呢？", "{x}呢？", "那么{x}在哪里？", "还有{x}呢？"),
    ),
    FactGroup(
        "landmark_city", "en", _LANDMARKS_EN, first=len(FIRST_LANDMARKS),
        ask=(
            "[which|what] city is {x} in?", "in which [city|place] is {x}?",
            "[which|what] [city|place] has {x}?", "do you know [which|what] city {x} is in?",
            "tell me the city of {x}.",
        ),
        held=("in what city can I see {x}?", "please name the city where {x} is."),
        answer=("{x} is in {city}.", "it is in {city}, {country}.", "you can see {x} in {city}."),
        check="city", follow=("and {x}?", "what about {x}?"),
    ),
    FactGroup(
        "landmark_city", "zh", _LANDMARKS_ZH, first=len(FIRST_LANDMARKS),
        ask=(
            "{x}在哪个城市？", "{x}在哪座城市[呢|]？", "{x}位于哪个城市？", "哪个城市有{x}？",
            "[你知道|告诉我]{x}在哪个城市[|吗]？", "{x}在什么[地方|城市]？",
        ),
        held=("请说出{x}所在的城市。", "去哪个城市可以看到{x}？"),
        answer=("{x}在{city}。", "{x}位于{country}的{city}。", "在{city}，那里有{x}。"),
        check="city", follow=("那{x}呢？", "{x}呢？"),
    ),
    FactGroup(
        "landmark_kind", "en", _LANDMARKS_EN, first=len(FIRST_LANDMARKS),
        ask=("what is {x}?", "tell me about {x}.", "what do you know about {x}?", "what kind of thing is {x}?"),
        held=("can you tell me something about {x}?", "please explain what {x} is."),
        answer=(
            "{x} is a famous {kind} in {city}, {country}.[| Many people visit it every year.]",
            "it is {akind}. You can see it in {country}.",
        ),
        check="kind",
    ),
    FactGroup(
        "landmark_kind", "zh", _LANDMARKS_ZH, first=len(FIRST_LANDMARKS),
        ask=("{x}是什么？", "[介绍一下|说说|给我讲讲]{x}。", "你知道{x}[是什么|]吗？", "什么是{x}？"),
        held=("可以给我介绍一下{x}吗？", "{x}是什么东西？"),
        answer=(
            "{x}是{country}有名的{kind}，位于{city}。[|每年有很多人去参观。]",
            "{x}是{kind}，在{country}。",
        ),
        check="kind",
    ),
    FactGroup(
        "capital", "en", _COUNTRIES_EN, first=len(FIRST_COUNTRIES),
        ask=(
            "what is the capital of {x}?", "what is the capital city of {x}?", "what's the capital of {x}?",
            "[which|what] city is the capital of {x}?", "do you know the capital of {x}?",
            "tell me the capital of {x}.", "the capital of {x}?", "name the capital of {x}.",
            "what is {x}'s capital?",
        ),
        held=(
            "could you name the capital city of {x}?", "{x}: what is its capital?",
            "I would like to know the capital of {x}.",
        ),
        answer=(
            "the capital of {x} is {capital}.", "it is {capital}. {capital} is the capital of {x}.",
            "{capital} is the capital city of {x}.",
        ),
        check="capital", follow=("and {x}?", "what about {x}?", "and the capital of {x}?"),
    ),
    FactGroup(
        "capital", "zh", _COUNTRIES_ZH, first=len(FIRST_COUNTRIES),
        ask=(
            "{x}的首都是哪里？", "{x}的首都是什么？", "{x}的首都在哪里？", "{x}首都是哪[个城市|座城市|里]？",
            "哪个城市是{x}的首都？", "[你知道|告诉我|你能告诉我]{x}的首都[是哪里|是什么|][吗|]？",
            "{x}的首都叫什么[名字|]？", "说出{x}的首都。",
        ),
        held=("我想知道{x}的首都是哪个城市。", "{x}这个国家的首都是哪里？", "能说出{x}的首都吗？"),
        answer=("{x}的首都是{capital}。", "{capital}是{x}的首都。", "是{capital}，它是{x}的首都。"),
        check="capital", follow=("那{x}呢？", "{x}呢？", "{x}的首都呢？"),
    ),
    FactGroup(
        "capital_of", "en", _COUNTRIES_EN, first=len(FIRST_COUNTRIES),
        ask=(
            "{capital} is the capital of which country?", "which country has the capital {capital}?",
            "[which country is {capital} in|in which country is {capital}]?", "where is {capital}?",
        ),
        held=("of which country is {capital} the capital?", "can you tell me where {capital} is?"),
        answer=("{capital} is the capital of {x}.", "{capital} is in {x}. It is the capital."),
        check="x", follow=("and {capital}?", "what about {capital}?"),
    ),
    FactGroup(
        "capital_of", "zh", _COUNTRIES_ZH, first=len(FIRST_COUNTRIES),
        ask=("{capital}是哪个国家的首都？", "哪个国家的首都是{capital}？", "{capital}在哪个国家？", "{capital}在哪里？"),
        held=("{capital}是什么国家的首都？", "你知道{capital}在哪个国家吗？"),
        answer=("{capital}是{x}的首都。", "{capital}在{x}，是{x}的首都。"),
        check="x", follow=("那{capital}呢？", "{capital}呢？"),
    ),
    FactGroup(
        "continent", "en", _COUNTRIES_EN, first=len(FIRST_COUNTRIES),
        ask=(
            "[which|what] continent is {x} in?", "on [which|what] continent is {x}?", "where is {x}?",
            "[which|what] part of the world is {x} in?", "do you know [which|what] continent {x} is in?",
        ),
        held=("to which continent does {x} belong?", "tell me the continent of {x}."),
        answer=("{x} is in {continent}.", "{x} is a country in {continent}."),
        check="continent", follow=("and {x}?", "what about {x}?"),
    ),
    FactGroup(
        "continent", "zh", _COUNTRIES_ZH, first=len(FIRST_COUNTRIES),
        ask=("{x}在哪个洲？", "{x}在哪个大洲？", "{x}属于哪个[大|]洲？", "{x}在哪里？", "{x}位于哪个[大|]洲？"),
        held=("{x}是哪个洲的国家？", "告诉我{x}在哪个大洲。"),
        answer=("{x}在{continent}。", "{x}是{continent}的一个国家。"),
        check="continent", follow=("那{x}呢？", "{x}呢？"),
    ),
    FactGroup(
        "language", "en", _COUNTRIES_EN, first=len(FIRST_COUNTRIES),
        ask=(
            "[what|which] language do people speak in {x}?", "what do people speak in {x}?",
            "[what|which] language is spoken in {x}?", "what is the language of {x}?",
        ),
        held=("in {x}, which language do people speak?", "do you know the language of {x}?"),
        answer=("people in {x} speak {language}.", "in {x} most people speak {language}."),
        check="language", follow=("and in {x}?", "what about {x}?"),
    ),
    FactGroup(
        "language", "zh", _COUNTRIES_ZH, first=len(FIRST_COUNTRIES),
        ask=("{x}人说什么[语言|话]？", "在{x}，人们说什么语言？", "{x}说什么语言？", "{x}的语言是什么？"),
        held=("{x}的人说哪种语言？", "去{x}要说什么语言？"),
        answer=("{x}人说{language}。", "在{x}，大多数人说{language}。"),
        check="language", follow=("那{x}呢？", "{x}呢？"),
    ),
])
