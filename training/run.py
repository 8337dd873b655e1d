"""What a run leaves on the disk: checkpoints and curves, so that it can be interrupted anywhere."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import torch

from .model import ModelConfig, StarterModel


def save(path: Path, state: dict) -> None:
    """Write beside, then rename: a reader never sees half a checkpoint."""
    beside = path.with_suffix(".part")
    torch.save(state, beside)
    os.replace(beside, path)


def load_model(model: StarterModel, checkpoint: Path) -> None:
    """Put the weights of a checkpoint into a model of the same shape."""
    model.load_state_dict(torch.load(checkpoint, weights_only=False)["model"])


def open_model(checkpoint: Path) -> StarterModel:
    """The model of a checkpoint, in the shape that the checkpoint names."""
    state = torch.load(checkpoint, weights_only=False)
    model = StarterModel(ModelConfig(**state["config"]))
    model.load_state_dict(state["model"])
    return model


class Curve:
    """A CSV file that grows by a line now and then; its first column is the step."""

    def __init__(self, path: Path, fields: tuple[str, ...]):
        self._path, self._fields = path, fields

    def begin(self) -> None:
        self._path.write_text(",".join(self._fields) + "\n")

    def add(self, *values: object) -> None:
        with self._path.open("a", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(values)

    def forget_after(self, step: int) -> None:
        """Drop what was logged after the checkpoint: those steps are done again."""
        head, *lines = self._path.read_text().splitlines()
        kept = [line for line in lines if int(line.split(",")[0]) <= step]
        self._path.write_text("\n".join([head, *kept]) + "\n")
