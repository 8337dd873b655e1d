"""More plots for stories that are asked for, with a hero, a home and a helper; as those in `stories`."""

EN: dict[str, str] = {
    "river": (
        "a {hero} called {name} lived in {home}. On the other side of the river grew the sweetest berries, but {name} [could not swim|was afraid of the water]. "
        '"Let us build a boat," said the {helper}. They [tied branches together|took an old box and a leaf for a sail] and pushed it into the water. '
        "The boat [turned in a circle|rocked from side to side], and {name} laughed. When they came back, they had berries for everybody. Since then {name} is not afraid of the river any more."
    ),
    "song": (
        "a {hero} called {name} lived in {home} and could not sing. When the others sang, {name} was silent. "
        'One evening the {helper} said, "Everybody has a song. Listen." {name} listened to the wind, to the rain and to the beating of a small heart. '
        "Then {name} began to hum, very softly. The others [stopped and listened|came nearer]. It was a small song, but nobody had ever heard it before. Now they sing it together every evening."
    ),
    "box": (
        "one morning a {hero} called {name} found a box in front of {home}. \"What is inside?\" asked {name}. \"Perhaps a monster,\" said the {helper}. They [shook it|knocked on it], but nothing moved. "
        "All day they sat before the box and guessed. In the evening {name} took heart and opened it. The box was empty! "
        '"How lovely," said {name}, "now we can put something in." They filled it with [stones and feathers|flowers and letters], and it became their treasure.'
    ),
    "cake": (
        "it was the birthday of a {hero} called {name}, who lived in {home}, and nobody said a word about it. {name} [sat down under a tree|went for a walk] and was sad. "
        '"They have all forgotten me," thought {name}. But when {name} came home, there was a light in the window. The {helper} opened the door and cried, "Surprise!" '
        "There was a cake with [three candles|red cherries], and all the friends were there. They danced until the moon came out."
    ),
    "cloud": (
        "a {hero} called {name} in {home} wished to sit on a cloud. {name} climbed [a hill|the highest tree], but the clouds were still far away. "
        '"I can\'t bring you up," said the {helper}, "but wait until tomorrow." The next morning there was fog everywhere, white and soft. '
        '"Now the cloud has come to you," said the {helper}. {name} walked through it and [laughed|sang]. It was wet and cool, and it was better than in the dream.'
    ),
    "stranger": (
        "one rainy night somebody knocked at {home}, where a {hero} called {name} lived. Outside stood a {helper}, wet and hungry. \"Go away,\" the neighbours had said. "
        "{name} had only one piece of bread, but {name} [broke it in two|gave it away]. They sat at the fire and told stories until morning. "
        "A year later, when {name} was ill, the {helper} came back with soup and a warm blanket. A good deed finds its way home."
    ),
}
ZH: dict[str, str] = {
    "river": (
        "有一只叫{name}的{hero}，住在{home}。河对岸有最甜的果子，可是{name}[不会游泳|很怕水]。{helper}说：“我们造一条小船吧。”他们[把树枝绑在一起|用旧盒子做船，用树叶做帆]，推进水里。"
        "小船[转起了圈|摇来摇去]，{name}笑了。回来的时候，他们给大家都带了果子。从那以后，{name}再也不怕河了。"
    ),
    "song": (
        "有一只叫{name}的{hero}，住在{home}，不会唱歌。别人唱歌的时候，{name}总是不出声。一天晚上，{helper}说：“每个人都有一首歌，你听。”{name}听了风声、雨声，还有自己的心跳，"
        "然后轻轻地哼起来。大家都[停下来听|围了过来]。那是一首小小的歌，可是谁也没有听过。现在，他们每天晚上一起唱。"
    ),
    "box": (
        "一天早上，叫{name}的{hero}在{home}门口发现了一个盒子。{name}问：“里面是什么？”{helper}说：“也许是妖怪。”他们[摇了摇|敲了敲]，一点声音也没有。他们坐在盒子前面猜了一整天。"
        "到了晚上，{name}鼓起勇气打开它，原来是空的！{name}说：“太好了，我们可以往里面放东西。”他们放进了[石头和羽毛|花和信]，它就成了他们的宝盒。"
    ),
    "cake": (
        "今天是{name}的生日，这只{hero}住在{home}，可是谁也没有提起。{name}[坐在树下|出去散步]，心里很难过，想：“大家都把我忘了。”回到家门口，{name}看见窗里亮着灯。"
        "{helper}打开门喊道：“生日快乐！”桌上有一个[插着三根蜡烛|放满红樱桃]的蛋糕，朋友们都来了。他们一直跳舞，跳到月亮出来。"
    ),
    "cloud": (
        "有一只叫{name}的{hero}，住在{home}，很想坐到云上去。{name}爬上[小山|最高的树]，可是云还是很远。{helper}说：“我没办法带你上去，不过你等到明天吧。”"
        "第二天早上，到处都是雾，又白又软。{helper}说：“你看，云来找你了。”{name}在雾里[笑着跑|一边走一边唱]，又湿又凉，比梦里还要好。"
    ),
    "stranger": (
        "一个下雨的夜晚，有人来敲门，{name}这只{hero}就住在{home}。门外站着{helper}，又湿又饿，邻居们都叫它走开。{name}只有一块面包，[就分成了两半|还是送给了它]。他们坐在火边讲故事，一直讲到天亮。"
        "一年以后，{name}病了，{helper}带着热汤和暖和的毯子回来了。做过的好事，总会找到回家的路。"
    ),
}
