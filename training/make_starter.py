"""Make the starter model again, from nothing to the measured card.

    python -m training.make_starter

Training goes on from its last checkpoint when it was interrupted; delete
`training/runs/starter` to begin anew.
"""

from __future__ import annotations

import shutil

from .card import write_card
from .evaluate import evaluate
from .export_gguf import export
from .reference_ids import record
from .settings import GGUF, RUN, SHIPPED
from .train import train


def make() -> None:
    train()
    export(RUN / "last.pt", RUN / "tokenizer.json", GGUF)
    shutil.copyfile(RUN / "curve.csv", SHIPPED / "curve.csv")
    evaluate()
    record()
    write_card()


if __name__ == "__main__":
    make()
