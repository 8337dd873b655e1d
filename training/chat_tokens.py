"""The control tokens of the family. Needs nothing but Python itself."""

END_OF_TEXT, IM_START, IM_END, SCORE = "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|score|>"
SPECIAL_TOKENS = (END_OF_TEXT, IM_START, IM_END, SCORE)
"""In the order of their ids, at the end of the vocabulary.

`SCORE` occurs in no text. Its logit behind a finished answer is the reward model's score.
"""
