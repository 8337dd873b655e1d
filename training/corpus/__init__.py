"""A seeded generator of simple Chinese and English text, written for the starter model.

`facts_*` hold what is true and many ways to ask for it, `smalltalk`, `explain`, `stories`
and `unknown` hold the rest of what can be talked about, `documents` and `dialogues`
put them together, and `stream` mixes both into one endless, reproducible stream.
"""
