"""What went into every stage of a run: seeds, settings, and hashes of text, tokenizer and earlier weights."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from pathlib import Path

import torch

from .settings import Settings

_CORPUS = Path(__file__).resolve().parent / "corpus"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def corpus_sha256() -> dict[str, str]:
    """Of every source file of the corpus generator, by name."""
    return {path.name: sha256(path) for path in sorted(_CORPUS.glob("*.py"))}


class RunLog:
    """`log.json` of a run: a list of events, oldest first. Interruptions and changes on the way stay visible."""

    def __init__(self, run: Path):
        self._run, self._path = run, run / "log.json"

    def _add(self, event: dict) -> None:
        events = json.loads(self._path.read_text()) if self._path.exists() else []
        events.append({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())} | event)
        self._path.write_text(json.dumps(events, indent=1) + "\n")

    def begins(self, stage: str, seed: int, settings: Settings, sources: tuple[str, ...], **more: object) -> None:
        """A stage begins, or goes on. `sources`: files of the run that it reads."""
        self._add({
            "event": "begins", "stage": stage, "seed": seed, **more, "settings": settings.to_dict(),
            "sources_sha256": {name: sha256(self._run / name) for name in sources}, "corpus_sha256": corpus_sha256(),
            "torch": torch.__version__, "threads": torch.get_num_threads(), "processor": torch.backends.cpu.get_cpu_capability(),
            "python": platform.python_version(),
        })

    def begins_with(self, stage: str, file: str, file_sha256: str, results: tuple[str, ...], **more: object) -> None:
        """A checkpoint is made of a shipped file, to go on from it."""
        self._add({
            "event": "begins with a shipped file", "stage": stage, "file": file, "file_sha256": file_sha256, **more,
            "results_sha256": {name: sha256(self._run / name) for name in results},
        })

    def ends(self, stage: str, results: tuple[str, ...], **more: object) -> None:
        self._add({"event": "ends", "stage": stage, **more, "results_sha256": {name: sha256(self._run / name) for name in results}})
