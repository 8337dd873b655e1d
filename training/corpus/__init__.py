"""A seeded generator of simple Chinese and English text, written for the starter models.

`facts_*` hold what is true, with the ways to ask for it (more of them in `ask_wordings`);
`smalltalk` (more of it in `smalltalk_more`), `about_me`, `explain` (and `explain_more`), `stories`, `poems`, `plots`, `unknown`
and `provoked` hold the rest of what can be talked about. `followups` makes conversations in which one question leads to
the next. `pages_*`, `questions` and `volumes` (long documents) write documents, `documents` says in which
shares. `cases` draws questions, `answers` words the answers in several styles, and
`dialogues` puts both together. `stream` makes endless, reproducible streams of either;
`measure` counts what a stream is made of and how much of it repeats.
"""
