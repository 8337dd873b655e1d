"""The middle of English questions, by kind of fact."""

from __future__ import annotations

from .cores import Core

ENGLISH: dict[str, Core] = {
    "landmark_country": Core(
        ("which country {x} is in", "what country {x} is in", "where {x} is", "where to find {x}", "in which country {x} stands", "where in the world {x} is", "which country has {x}", "what country I have to go to for {x}", "where {x} is located"),
        ("the country that has {x}", "the country with {x}", "the country where {x} is"),
        ("where's {x}?", "where would I find {x}?", "{x} is where?", "{x}, which country is that in?", "in what country is {x}?", "what country would I have to fly to for {x}?", "where do I go if I want to see {x}?", "where on earth is {x}?", "{x} is located in which country?", "where is {x} located?", "whose country is {x} in?", "if I travel to {x}, in which country am I?", "you find {x} in what country?"),
        ("{b} country", "{b} where", "{b} location", "country {b}", "{b}, country?", "{b} is in", "where {b}", "which country {b}", "location of {b}"),
        ("{x} is in ___.", "{x} stands in the country of ___.", "the country of {x} is called ...", "you can see {x} in ___."),
    ),
    "landmark_city": Core(
        ("which city {x} is in", "what city {x} is in", "which city has {x}", "in what town {x} stands"),
        ("the city of {x}", "the city with {x}"),
        ("what town is {x} in?", "{x} is in what city?", "which city do I go to for {x}?", "in which city does {x} stand?", "{x}, which city is that?"),
        ("{b} city", "city {b}", "{b}, which city?", "which city {b}"),
        ("the city of {x} is ___.", "{x} is in the city of ___."),
    ),
    "landmark_kind": Core(
        ("what {x} is", "what kind of thing {x} is", "what {x} is all about"),
        (),
        ("what's {x}?", "what on earth is {x}?", "{x}, what is that?", "{x} is what?", "who or what is {x}?", "tell me something about {x}.", "any facts about {x}?", "{x}?"),
        ("{b} what is it", "about {b}", "{b} info", "{b} explained"),
        ("{x} is a ___.",),
    ),
    "capital": Core(
        ("what the capital of {x} is", "which city is the capital of {x}", "what {x}'s capital is", "what capital {x} has"),
        ("the capital of {x}", "the capital city of {x}", "{x}'s capital", "the name of {x}'s capital"),
        ("the capital of {x} is what?", "{x}'s capital is?", "{x} has what capital?", "what city is {x}'s capital?", "what would be the capital of {x}?", "which is the capital of {x}?", "where is the capital of {x}, and what is it called?", "what do you call the capital of {x}?"),
        ("{b} capital", "capital {b}", "capital of {b}", "{b}, capital?", "{b} capital city", "capital city {b}", "{b} - capital"),
        ("the capital of {x} is ___.", "{x}: the capital is ...", "{x}'s capital is called ___."),
    ),
    "capital_of": Core(
        ("which country {capital} is in", "what country has {capital} as its capital", "which country {capital} is the capital of", "what country {capital} belongs to"),
        ("the country whose capital is {capital}", "the country of {capital}"),
        ("{capital} is in what country?", "whose capital is {capital}?", "what country is {capital} the capital of?", "{capital}, which country is that?", "where's {capital}?", "in what country is {capital}?", "{capital} belongs to which country?"),
        ("{capital} country", "country {capital}", "{capital} is in", "{capital} capital of", "where {capital}"),
        ("{capital} is the capital of ___.", "{capital} is in the country of ___."),
    ),
    "continent": Core(
        ("which continent {x} is in", "what continent {x} is on", "what part of the world {x} is in"),
        ("the continent of {x}",),
        ("{x} is in what continent?", "which continent does {x} lie in?", "what's {x}'s continent?", "{x}, which continent?", "on what continent do I find {x}?"),
        ("{b} continent", "continent {b}", "continent of {b}", "which continent {b}"),
        ("{x} is a country in ___.", "the continent of {x} is ___."),
    ),
    "language": Core(
        ("what language they speak in {x}", "what people speak in {x}", "which language is spoken in {x}", "what the language of {x} is", "what language people in {x} speak"),
        ("the language of {x}", "the language spoken in {x}", "the official language of {x}"),
        (
            "what's the language of {x}?", "they speak what in {x}?", "{x}'s language is?", "people in {x} speak what?", "what do you speak in {x}?", "what is the official language of {x}?", "what tongue do they speak in {x}?", "in {x} they speak which language?", "in {x}, what do people speak?",
            "in {x}, what language is spoken?", "which language do the people of {x} speak?", "what do the people of {x} speak?", "what language is used in {x}?",
        ),
        ("{b} language", "language {b}", "language of {b}", "{b}, language?", "language spoken in {b}", "{b} what language"),
        ("the language of {x} is ___.", "people in {x} speak ___.", "in {x} they speak ..."),
    ),
    "animal_food": Core(
        ("what {ax} eats", "what {ax} likes to eat", "what {xs} eat", "what to feed {ax}", "what the {x} lives on"),
        ("the food of {ax}", "the favourite food of the {x}", "the diet of the {x}"),
        ("what do {xs} eat?", "what do {xs} like to eat?", "{xs} eat what?", "what food do {xs} like?", "what should I feed {ax}?", "{ax} eats what?", "what's on the menu for {ax}?", "what does {ax} have for dinner?", "what do {xs} live on?", "what do you give {ax} to eat?"),
        ("{x} food", "food {x}", "{x} eats", "what {x} eat", "{xs}, food?", "{x} diet"),
        ("{ax} eats ___.", "{xs} like to eat ___.", "the food of the {x} is ..."),
    ),
    "animal_home": Core(
        ("where {ax} lives", "where {xs} live", "where to find {xs}", "where the {x} is at home"),
        ("the home of {xs}", "the place where {xs} live"),
        ("where do {xs} live?", "where can I see {xs}?", "{xs} live where?", "{ax} lives where?", "where do you find {xs}?", "where's {ax} at home?", "where do I look for {xs}?"),
        ("{x} home", "{x} lives", "where {x} live", "home {x}", "{xs}, where?"),
        ("{ax} lives in ___.", "the home of the {x} is ___."),
    ),
    "animal_kind": Core(
        ("what kind of animal {ax} is", "what kind of animals {xs} are", "what {ax} is", "which group of animals {xs} belong to"),
        (),
        ("what kind of animals are {xs}?", "what are {xs}?", "{xs} are what kind of animals?", "what class of animal is {ax}?", "what's {ax}?", "{ax} is what?", "how do you class {ax}?"),
        ("{x} animal kind", "{x} what animal", "{x}, what kind?", "kind of animal {x}"),
        ("{ax} is a kind of animal called ___.", "the {x} belongs to the group of ___."),
    ),
    "animal_can": Core(
        ("what {ax} can do", "what {xs} can do", "what {ax} is good at"),
        (),
        ("what can {xs} do?", "what are {xs} good at?", "what's special about {ax}?", "{xs} can do what?", "what are {xs} known for?", "what is {ax} able to do?", "what can {ax} do that others can't?", "what tricks does the {x} have?", "what do {xs} do best?"),
        ("{x} skill", "{x} skills", "what can {x} do", "what {x} can do"),
        ("{ax} can ___.",),
    ),
    "food_colour": Core(
        ("what colo[|u]r {x} {is}", "which colo[|u]r {x} {is}", "what colo[|u]r {x} {do} have"),
        ("the colo[|u]r of {x}",),
        ("{x} {is} which colo[|u]r?", "what's the colo[|u]r of {x}?", "what colo[|u]r would you paint {x}?", "{x}, what colo[|u]r?"),
        ("{x} colo[|u]r", "colo[|u]r {x}", "colo[|u]r of {x}"),
        ("{x} {is} ___ in colo[|u]r.", "the colo[|u]r of {x} is ___."),
    ),
    "food_taste": Core(
        ("how {x} {tastes}", "what {x} {tastes} like"),
        ("the taste of {x}",),
        ("what is the flavour of {x}?", "how would {x} taste to me?", "{x} {tastes} how?", "when I bite into {x}, what do I taste?", "what flavour {do} {x} have?", "{x}, how {do} that taste?", "what's the taste of {x}?", "what taste {is} {x}?", "how would you describe the taste of {x}?"),
        ("{x} taste", "taste {x}", "taste of {x}"),
        ("{x} {tastes} ___.", "the taste of {x} is ___."),
    ),
    "food_kind": Core(
        ("what kind of food {x} {is}", "what {x} {is}", "which kind of food {x} {is}"),
        (),
        ("{x}, which group is that?", "into which group would you put {x}?", "in which group of food {is} {x}?", "what kind of thing to eat {is} {x}?", "{x}: what sort of food?", "{x} {is} what kind of food?", "what {is} {x}, anyway?", "{x}, what kind of food?", "which group of food {do} {x} belong to?", "where {do} {x} belong among foods?", "what would you call {x}, as a food?", "how do you class {x}?", "what type of thing to eat {is} {x}?"),
        ("{x} food kind", "{x} what food", "kind of food {x}"),
        ("{x} {is} a kind of ___.",),
    ),
    "dish_country": Core(
        ("where {x} {come} from", "which country {x} {is} from", "what country {x} {come} from", "which country invented {x}"),
        ("the home country of {x}", "the country of {x}"),
        ("{x} {is} from where?", "{x} {come} from which country?", "what country {is} {x} from?", "where's the home of {x}?", "{x} {is} the food of which country?"),
        ("{x} country", "{x} from", "country {x}", "{x} origin"),
        ("{x} {come} from ___.", "{x} {is} a famous food from ___."),
    ),
    "colour": Core(
        ("what colo[|u]r {x} {is}", "which colo[|u]r {x} {is}"),
        ("the colo[|u]r of {x}",),
        ("which colour should {x} be in my picture?", "{x}: colour?", "{x} {is} which colo[|u]r?", "what's the colo[|u]r of {x}?", "{x}, what colo[|u]r?", "what colo[|u]r would you paint {x}?"),
        ("{b} colo[|u]r", "colo[|u]r {b}", "colo[|u]r of {b}"),
        ("{x} {is} ___ in colo[|u]r.", "the colo[|u]r of {x} is ___."),
    ),
    "mixture": Core(
        ("what colo[|u]r {one} and {two} make", "what you get when you mix {one} and {two}", "what {two} and {one} make", "which colo[|u]r comes out when I mix {two} with {one}", "what {one} plus {two} gives"),
        ("the mixture of {one} and {two}", "the colo[|u]r from {two} and {one}"),
        (
            "what do {one} and {two} make?", "what does {one} plus {two} make?", "{two} plus {one} makes what colo[|u]r?", "what's {one} mixed with {two}?", "{one} mixed with {two} is?", "if {two} is mixed with {one}, what is it?", "what colo[|u]r is {one} and {two}?", "mixing {one} and {two} gives which colo[|u]r?",
            "what colo[|u]r do you get from {two} and {one}?", "if I put {one} into {two}, what colo[|u]r is that?", "what will I get from {one} paint and {two} paint?",
        ),
        ("{one} + {two}", "{one} and {two} mix", "{one} {two} colo[|u]r", "mix {one} {two}", "{two} plus {one}"),
        ("{one} and {two} make ___.", "if you mix {two} and {one}, you get ___."),
    ),
    "season_like": Core(
        ("what {x} is like", "how {x} feels", "what happens in {x}", "what the weather is like in {x}"),
        (),
        ("what's {x} like?", "{x} is like what?", "how's {x}?", "what do you know about {x}?", "how is it in {x}?"),
        ("{x} weather", "weather {x}", "about {x}", "season {x}"),
        ("in {x} the weather is like this: ___",),
    ),
    "season_next": Core(
        ("which season comes after {x}", "what season follows {x}", "what comes after {x}", "which season is next after {x}"),
        ("the season after {x}", "the next season after {x}"),
        (
            "what's after {x}?", "what's the season after {x}?", "after {x}, what season comes?", "{x} ends and then comes what?", "what follows {x}?", "which of the seasons comes after {x}?", "{x} is nearly over, what's next?", "once {x} is over, what season do we get?", "when {x} has gone, what comes?",
            "which season comes when {x} is gone?", "what season will it be when {x} is over?",
        ),
        ("after {x}", "season after {x}", "{x} next season", "{x} then"),
        ("after {x} comes ___.", "the season after {x} is ___."),
    ),
    "season_do": Core(
        ("what people do in {x}", "what to do in {x}", "what one can do in {x}", "what is fun in {x}"),
        ("something to do in {x}", "an idea for what to do in {x}", "an activity for {x}"),
        (
            "what do you do in {x}?", "any ideas what to do in {x}?", "what's fun in {x}?", "what can kids do in {x}?", "got an idea for what to do in {x}?", "how do people enjoy {x}?", "what do people like to do in {x}?", "what could we do this {x}?", "what is a good thing to do in {x}?", "give me something to do in {x}.",
            "suggest something for {x}.", "I need ideas for {x}.", "what shall we do in {x}?", "what do people enjoy in {x}?", "I want to have fun in {x}. How?",
        ),
        ("{x} ideas", "{x} activities", "{x} fun", "things to do in {x}", "ideas {x}"),
        ("in {x} people like to ___.", "in {x} you can ___."),
    ),
    "weather": Core(
        ("what to do when it is {x}", "what I should do when it's {x}", "how to get ready when it is {x}"),
        ("some advice for when it's {x}",),
        ("it's {x}. What should I do?", "what do I need when it's {x}?", "it's so {x} today, what do you advise?", "what should one do when it's {x}?", "{x} today, any tips?"),
        ("{x} weather advice", "{x} tips", "when {x}", "advice {x} day"),
        ("when it is {x}, you should ___.",),
    ),
    "day_next": Core(
        ("which day comes after {x}", "what day is after {x}", "what day follows {x}"), ("the day after {x}",),
        ("what's after {x}?", "{x} is followed by which day?", "if it's {x} now, what's tomorrow?", "what's the day after {x}?", "today's {x}, so tomorrow is?", "once {x} is over, what day is it?"),
        ("after {x}", "day after {x}", "{x} next day"), ("the day after {x} is ___.", "after {x} comes ___."),
    ),
    "day_before": Core(
        ("which day comes before {x}", "what day is before {x}"), ("the day before {x}",),
        ("what's before {x}?", "what's the day before {x}?", "today's {x}, so yesterday was?", "if it's {x} now, what was yesterday?", "which day do we have before {x}?"),
        ("before {x}", "day before {x}", "{x} previous day"), ("the day before {x} is ___.", "before {x} comes ___."),
    ),
    "month_next": Core(
        ("which month comes after {x}", "what month follows {x}", "what month is after {x}"), ("the month after {x}", "the next month after {x}"),
        ("what's after {x}?", "what's the month after {x}?", "{x} is followed by which month?", "this month is {x}, so next month is?"), ("after {x}", "month after {x}", "{x} next month"), ("after {x} comes ___.", "the month after {x} is ___."),
    ),
    "month_season": Core(
        ("which season {x} is in", "what season {x} is", "what season it is in {x}"), ("the season of the month {x}",),
        ("{x} is part of which season?", "what season are we in when it's {x}?", "which season have we in {x}?", "which of the four seasons is {x} in?", "{x} is what season?", "what season is it when it's {x}?", "{x} falls in which season?", "in the north, which season is {x}?", "what's the season in {x}?", "{x} belongs to which season?", "{x}, which season is that?"), ("{x} season", "season {x}", "season in {x}"), ("{x} is in the season of ___.",),
    ),
    "opposite": Core(
        ("what the opposite of {x} is", "which word is the opposite of {x}", "what is the opposite of {x}", 'what the opposite of "{x}" is'),
        ("the opposite of {x}", 'the opposite of "{x}"', "the opposite word of {x}", "the antonym of {x}", "a word that means the opposite of {x}"),
        (
            "what's the opposite of {x}?", "{x}'s opposite?", "the opposite of {x} is what?", "the opposite of {x} would be?", "{x}, and the opposite?", "what's the antonym of {x}?", "if it's not {x}, it is what?", "{x} is the opposite of what?", "what word is the opposite of {x}?", "{x} has which opposite?",
            'what do you call the opposite of "{x}"?', "what is the opposite for {x}?", "opposite of {x}, what is it?",
        ),
        ("opposite {x}", "opposite of {x}", "{x} opposite", "{x} antonym", "not {x}", "{x} <-> ?"),
        ("the opposite of {x} is ___.", "{x} and ___ are opposites.", '"{x}" is the opposite of "___".'),
    ),
    "to_zh": Core(
        ("how to say {en} in Chinese", "what {en} is in Chinese", "how you say {en} in Chinese"), ("the Chinese for {en}", "the translation of {en} into Chinese"),
        ("what's {en} in Chinese?", "{en} is what in Chinese?", "how would I say {en} in Chinese?", "how do Chinese people say {en}?", "what's the Chinese for {en}?", "Chinese word for {en}?", "how do they say {en} in China?", "what do they call {en} in Chinese?"),
        ("{en} in chinese", "{en} chinese", "chinese {en}", "translate {en} to chinese", "{en} -> chinese"), ("{en} in Chinese is ___.",),
    ),
    "to_en": Core(
        ("what {zh} means", "what {zh} is in English", "how to say {zh} in English"), ("the meaning of {zh}", "the English for {zh}", "the English word for {zh}"),
        ("what's {zh} in English?", "{zh} is what in English?", "what does {zh} mean in English?", "what's the meaning of {zh}?", "what's {zh}?"), ("{zh} english", "{zh} meaning", "translate {zh}", "{zh} -> english"), ("{zh} means ___ in English.",),
    ),
    "count": Core(
        ("how many {p} there are in {x}", "how many {p} {x} has", "how many {p} are in {x}"), ("the number of {p} in {x}",),
        ("how many {p} would you count in {x}?", "tell me the number of {p} in {x}.", "do you know how many {p} {x} has?", "how many {p} belong to {x}?", 
            "how many {p} are there in {x}?", "how many {p} does {x} have?", "how many {p} are in {x}?", "{x} has how many {p}?", "how many {p} make {x}?", "in {x}, how many {p} are there?", "what is the number of {p} in {x}?", "count the {p} of {x}.", "how many {p} has {x}?", "{x}: how many {p}?", "there are how many {p} in {x}?", "how many {p} do we count in {x}?",
        ),
        ("{p} in {x}", "{p} {x}", "number of {p} in {x}", "how many {p} {x}"), ("{x} has ___ {p}.", "there are ___ {p} in {x}."),
    ),
    "parts": Core(
        ("how many {p} {x} has", "how many {p} there are on {x}"), ("the number of {p} of {x}",),
        ("how many {p} would you count on {x}?", "tell me how many {p} {x} has.", "do you know how many {p} {x} has?", "how many {p} does {x} need?", "{x} comes with how many {p}?", "what number of {p} does {x} have?", "if I look at {x}, how many {p} do I see?", "how many {p} belong to {x}?", "how many {p} does {x} have?", "how many {p} has {x}?", "{x} has how many {p}?", "{x}: how many {p}?", "how many {p} can you count on {x}?", "what is the number of {p} of {x}?", "how many {p} are there on {x}?", "count the {p} of {x}.", "how many {p} do you see on {x}?", "when I draw {x}, how many {p} do I need?"),
        ("{p} of {x}", "{x} {p}", "how many {p} {x}"), ("{x} has ___ {p}.",),
    ),
    "most": Core(
        ("what the {x} is", "what the {x} in the world is", "which is the {x}"), ("the {x} in the world", "the {x} on earth", "the name of the {x}", "the world's {x}"),
        ("what is the {x} in the world?", "what is the {x}?", "which is the {x} on earth?", "what's the {x}?", "the {x} in the world is what?", "what is the name of the {x}?", "what is the {x} of all?", "can you name the {x}?", "which one is the {x}?", "what do we call the {x} in the world?", "the {x}, which is it?"),
        ("{x}", "{x} in the world", "world's {x}", "{x}?", "the {x}"), ("the {x} in the world is ___.", "___ is the {x}."),
    ),
    "festival_food": Core(
        ("what people eat at {x}", "what to eat at {x}", "what food belongs to {x}"), ("the food of {x}", "the food for {x}"),
        ("what should I cook for {x}?", "which dish do we eat at {x}?", "{x} is known for which food?", "what is the typical food at {x}?", "what do families make for {x}?", "what would I get to eat at {x}?", "what do people eat at {x}?", "what do you eat at {x}?", "what does one eat on {x}?", "which food belongs to {x}?", "what is the food of {x}?", "what is eaten at {x}?", "what do Chinese families eat at {x}?", "{x} is the time to eat what?", "what's on the table at {x}?", "at {x}, what do people eat?", "what special food is there at {x}?"),
        ("{b} food", "food {b}", "{b} eat"), ("at {x} people eat ___.",),
    ),
    "festival_day": Core(
        ("when {x} is", "on which day {x} is", "what date {x} is on"), ("the date of {x}", "the day of {x}"),
        ("when do we have {x}?", "which date does {x} have?", "on what date does {x} fall?", "{x} falls on which day?", "in the calendar, when is {x}?", "when is {x}?", "on which day is {x}?", "what date is {x}?", "when do people celebrate {x}?", "when's {x}?", "which day is {x}?", "{x} is on which day?", "{x} is when?", "on what day do we have {x}?", "what day is {x} on?", "when does {x} come?"),
        ("{b} date", "date {b}", "{b} when", "when {b}"), ("{x} is on ___.",),
    ),
    "money": Core(
        ("what money they use in {x}", "what people pay with in {x}", "what the currency of {x} is", "which currency {x} has"), ("the currency of {x}", "the money of {x}", "{x}'s currency"),
        ("what is the currency of {x}?", "what money do they use in {x}?", "what do people pay with in {x}?", "which currency does {x} use?", "what is the money of {x} called?", "which money do I need in {x}?", "{x} has what currency?", "how do I pay in {x}, with which money?", "what's the currency in {x}?", "in {x}, what money is used?", "I travel to {x}. Which money do I need?", "what currency does {x} have?"),
        ("{b} currency", "currency {b}", "{b} money", "money {b}"), ("the currency of {x} is ___.", "in {x} you pay with ___."),
    ),
}
