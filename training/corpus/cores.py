"""What is asked for: the middle of a question, in a form that other words can be put around.

For each kind of fact
* `clause`: an indirect question ("which country {x} is in"); in Chinese it is a question by itself as well,
* `phrase`: what is wanted, as a noun ("the capital of {x}"),
* `direct`: questions that stand by themselves, beside those of the group,
* `curt`: a few words, as typed into a search box,
* `gap`: a sentence to fill in.
`building` puts wrappings, openings, particles, closings and stories around them. {b} is {x} without its article.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Core:
    """Templates, each with the slots of the group's rows."""

    clause: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    curt: tuple[str, ...] = ()
    gap: tuple[str, ...] = ()
