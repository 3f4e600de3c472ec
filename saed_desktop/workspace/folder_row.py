"""One answered file as a row of a folder's table: small, so that ten thousand are no burden."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from saed_desktop.file_names import path_of
from saed_desktop.results.wording import phase_label, verdict_words
from saed_desktop.translation import recognised, tr

if TYPE_CHECKING:  # the window shows before records are read
    from saed_desktop.results.record import AnswerRecord

SURE = 0.8
"""From this probability on an answer on which network and spots agree needs no review."""


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
        Where it stands in the run's journal, -1 where it does not.
    probabilities
        By phase, those that count at all.
    none_of_these
        Probability that it is none of the phases; None where that is not known.
    prediction_set
        Phases that cannot be excluded.
    label
        The user's label; empty where there is none.
    kind
        What the pattern shows, as `pattern.kind.PatternKind` says.
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
    probabilities: Mapping[str, float] = field(default_factory=dict)
    none_of_these: float | None = None
    label: str = ""
    prediction_set: tuple[str, ...] = ()
    kind: str | None = None

    @property
    def status(self) -> str:
        """As in the record: "indexed", "unknown" or "error"."""
        if self.verdict == "error":
            return "error"
        return "indexed" if self.phase else "unknown"

    @property
    def key(self) -> tuple[Path, int]:
        """Key that identifies the row."""
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
        return phase_label(self.phase) if self.phase else self.words

    @property
    def answer_probability(self) -> float | None:
        """Of what the answer says: of the phase named, or of none of these."""
        return self.probability if self.phase else self.none_of_these

    @property
    def words(self) -> str:
        """The verdict in words."""
        return tr(verdict_words(self.verdict, self.none_of_these))

    @property
    def needs_review(self) -> bool:
        """Whether a person should look: no answer, no agreement, or no certainty."""
        return not self.label and self.doubtful

    @property
    def doubtful(self) -> bool:
        """Whether the answer, by itself, asks for a second look."""
        return self.verdict != "agree" or (self.probability or 0.0) < SURE

    @cached_property
    def search_text(self) -> str:
        """Text that is searched, in lower case."""
        words = (self.title, self.answer, self.phase, self.words, self.reason, self.label)
        return " ".join(word or "" for word in words).lower()


def rings_word(record: "AnswerRecord") -> str:
    """Return how many rings the main phase explains: "7 of 7 rings"."""
    if not record.ring_phases:
        return ""
    return f"{record.ring_phases[0].rings} of {len(record.rings)} rings"


def row_of(record: "AnswerRecord", line: int = -1) -> FolderRow:
    """Return the row of a record."""
    from saed_desktop.results.sentences import sentence

    named = record.named_candidate
    reasons = (sentence(reason, phase_label, tr) for reason in record.reasons)
    return FolderRow(
        path=path_of(record.file),
        frame=record.frame,
        verdict="error" if record.status == "error" else record.verdict.value,
        phase=record.phase,
        probability=record.probability,
        zone=named.zone_words if named else rings_word(record),
        score=named.score if named else None,
        reason=recognised(record.message or "") or " ".join(reasons),
        line=line,
        prediction_set=record.prediction_set,
        # what is below a percent decides nothing, and ten thousand rows are kept in memory
        probabilities={n: p for n, p in record.probabilities.items() if p >= 0.01},
        none_of_these=record.none_of_these,
        kind=record.kind,
    )
