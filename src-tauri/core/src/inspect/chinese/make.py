"""Makes the tables of this folder from the dictionaries of OpenCC (github.com/BYVoid/OpenCC, Apache License 2.0).

    python3 make.py FOLDER    # with STCharacters.txt, STPhrases.txt, TSCharacters.txt, TSPhrases.txt

A phrase is kept where characters and shorter phrases would convert it otherwise. Where OpenCC offers several forms
the first is taken, as OpenCC does.
"""

import sys
from pathlib import Path

NOTE = "# Made by make.py from the dictionaries of OpenCC (github.com/BYVoid/OpenCC), Apache License 2.0.\n"


def read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {key: values.split(" ")[0] for key, values in entries}


def convert(text, table, longest):
    done, place = [], 0
    while place < len(text):
        for length in range(min(longest, len(text) - place), 0, -1):
            value = table.get(text[place : place + length])
            if value is not None:
                break
        else:
            length, value = 1, text[place]
        done.append(value)
        place += length
    return "".join(done)


def main(folder):
    for prefix, name in (("ST", "traditional.txt"), ("TS", "simplified.txt")):
        characters = read(folder / f"{prefix}Characters.txt")
        phrases = read(folder / f"{prefix}Phrases.txt")
        table = {key: value for key, value in characters.items() if key != value}
        longest = 1
        for key in sorted(phrases, key=lambda key: (len(key), key)):
            if convert(key, table, longest) != phrases[key]:
                table[key] = phrases[key]
                longest = max(longest, len(key))
        lines = "".join(f"{key} {value}\n" for key, value in sorted(table.items()))
        (Path(__file__).parent / name).write_text(NOTE + lines, encoding="utf-8")


main(Path(sys.argv[1]))
