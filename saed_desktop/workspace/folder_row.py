"""One answered file as a row of a folder's table: small, so that ten thousand are no burden."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from saed_desktop.workspace.names import phase_label

SURE = 0.8
"""From this probability on an answer on which both witnesses agree needs no second look."""

_WORDS = {
    "agree": "agree",
    "network-only": "network only",
    "physics-only": "physics only",
    "disagree": "disagree",
    "none": "none of these",
    "error": "cannot be read",
}


@dataclass(frozen=True)
class FolderRow:
    """One answered file.

    Parameters
    ----------
    verdict
        As in the record, or "error".
    reason
        Why, or what is wrong with the file.
    line
        Number of its line in the run's journal, -1 where there is none.
    """

    path: Path
    frame: int
    verdict: str
    phase: str | None
    probability: float | None
    zone: str
    score: float | None
    reason: str
    n_frames: int = 1
    line: int = -1

    @property
    def key(self) -> tuple[Path, int]:
        """What makes the row one of its kind."""
        return self.path, self.frame

    @property
    def title(self) -> str:
        """The file's name, with the frame where it is not the first."""
        return f"{self.path.name} [{self.frame + 1}]" if self.frame else self.path.name

    @property
    def answer(self) -> str:
        """The phase as people write it, or that there is none."""
        if self.verdict == "error":
            return ""
        return phase_label(self.phase) if self.phase else "none of these"

    @property
    def words(self) -> str:
        """The verdict in words."""
        return _WORDS.get(self.verdict, self.verdict)

    @property
    def needs_review(self) -> bool:
        """Whether a person should look: no answer, no agreement, or no certainty."""
        return self.verdict != "agree" or (self.probability or 0.0) < SURE

    @cached_property
    def search_text(self) -> str:
        """What a search looks through, in lower case."""
        return f"{self.title} {self.answer} {self.phase} {self.words} {self.reason}".lower()


def row_of(record: dict[str, Any], line: int = -1) -> FolderRow:
    """Return the row of a record as `Solution.to_json` or `error_json` gives it."""
    named = next((c for c in record["candidates"] if c["phase"] == record["phase"]), None)
    is_error = record["status"] == "error"
    uvw = " ".join(str(i) for i in named["zone_axis"]) if named else ""
    return FolderRow(
        path=Path(record["file"]),
        frame=int(record["frame"]),
        verdict="error" if is_error else str(record["verdict"]),
        phase=record["phase"],
        probability=record["probability"],
        zone=record.get("zone_label") or (f"[{uvw}]" if uvw else ""),
        score=named["score"] if named else None,
        reason=_spoken(str(record["message"] or " ".join(record["reasons"])), record),
        line=line,
    )


def _spoken(sentence: str, record: dict[str, Any]) -> str:
    """Return a sentence with the phases called as people call them."""
    for name in sorted(record["probabilities"], key=len, reverse=True):
        sentence = sentence.replace(name, phase_label(name))
    return sentence
