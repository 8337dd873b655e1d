"""The text that the app learns a vocabulary from when the reader brings none: pages of prose, in both languages.

    python -m training.corpus.excerpt        # writes src-tauri/core/src/training/sample/{chinese,english}.txt
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from .documents import KINDS

SEED = 20261130
BYTES = 48_000
"""Of each language: enough for a thousand rounds, little enough to ship."""
PROSE = ("landmark", "country", "places together", "journey", "letter", "animal", "animals together", "zoo", "food", "season",
         "weather", "models", "family", "school", "story", "short story")
"""Kinds of pages that are sentences, not lists."""
FOLDER = Path(__file__).parents[2] / "src-tauri/core/src/training/sample"


def excerpt(lang: str) -> str:
    """Pages until there are enough bytes, each page once."""
    rng = Random(f"{SEED} {lang}")
    pages: list[str] = []
    size = 0
    while size < BYTES:
        page = KINDS[rng.choice(PROSE)][1](rng, lang).strip()
        if page not in pages:
            pages.append(page)
            size += len(page.encode()) + 2
    return "\n\n".join(pages) + "\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, lang in (("chinese", "zh"), ("english", "en")):
        (FOLDER / f"{name}.txt").write_text(excerpt(lang), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
