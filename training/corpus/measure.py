"""Measure the stream of documents: how much of it repeats, what it is made of, how quickly it comes.

    python -m training.corpus.measure --tokens 20000000 --tokenizer tokenizer.json
    python -m training.corpus.measure --characters 2000000
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter
from random import Random

from .documents import CHINESE_SHARE, document

_BATCH = 2000


def measure(seed: int, tokens: int | None, characters: int | None, tokenizer_file: str | None) -> None:
    tokenizer = None
    if tokenizer_file:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(tokenizer_file)
    rng = Random(seed)
    seen: set[bytes] = set()
    size: Counter[str] = Counter()
    count: Counter[str] = Counter()
    repeated: Counter[str] = Counter()
    total_bytes = total_characters = total_tokens = 0
    by_lang: Counter[str] = Counter()
    seconds = 0.0
    while (tokens is not None and total_tokens < tokens) or (characters is not None and total_characters < characters):
        started = time.perf_counter()
        drawn = []
        for _ in range(_BATCH):
            lang = "zh" if rng.random() < CHINESE_SHARE else "en"
            drawn.append((lang, *document(rng, lang)))
        seconds += time.perf_counter() - started
        lengths = [len(e.ids) for e in tokenizer.encode_batch_fast([text for _, _, text in drawn])] if tokenizer else [len(text) for _, _, text in drawn]
        for (lang, kind, text), length in zip(drawn, lengths):
            key = hashlib.blake2b(text.encode(), digest_size=12).digest()
            total_bytes += len(text.encode())
            total_characters += len(text)
            total_tokens += length if tokenizer else 0
            by_lang[lang] += length
            size[kind] += length
            count[kind] += 1
            repeated[kind] += key in seen
            seen.add(key)
    unit = "tokens" if tokenizer else "characters"
    whole, documents = sum(size.values()), sum(count.values())
    print(f"{documents} documents, {whole} {unit}, {whole / documents:.0f} {unit} each, zh {by_lang['zh'] / whole:.1%}, {total_bytes / seconds / 1e6:.2f} MB/s")
    print(f"repeated exactly: {sum(repeated.values()) / documents:.3%} of documents")
    for kind, n in count.most_common():
        print(f"{kind:20s} {n / documents:6.1%} of documents {size[kind] / whole:6.1%} of {unit} {size[kind] / n:6.0f} each, repeated {repeated[kind] / n:.2%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokens", type=int)
    parser.add_argument("--characters", type=int)
    parser.add_argument("--tokenizer", help="a tokenizer.json, needed to count tokens")
    given = parser.parse_args()
    if given.tokens is not None and given.tokenizer is None:
        parser.error("--tokens needs --tokenizer")
    characters = given.characters if given.characters is not None or given.tokens is not None else 2_000_000
    measure(given.seed, given.tokens, characters, given.tokenizer)


if __name__ == "__main__":
    main()
