"""The indexing setup: candidate phases, network, judge and priors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from saed_desktop.crystal.cif import read_phases
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.by_judge import bundled_judge
from saed_desktop.indexing.deciding.verdict_options import DEFAULT_VERDICT, VerdictOptions
from saed_desktop.indexing.solving.hypotheses.basis_pairs import FULL_SEARCH, SearchEffort
from saed_desktop.network.judge import Judge
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.prepare import PreparedPattern


@dataclass(frozen=True)
class IndexingSetup:
    """Candidate phases, network and priors that patterns are indexed with.

    Parameters
    ----------
    phases
        Candidates for spot indexing.
    session
        The network, None to go by spot indexing alone.
    priors
        Relative frequencies of phases that the user expects; a phase of 0 is no candidate.
    search
        Thoroughness of the search for orientations.
    verdict
        Where the lines are drawn between an answer and none.
    judge
        Weighs fits where no network speaks, the bundled one by default; None to go by spot
        indexing's own probabilities.
    report
        Told which share of the fits is done; what it raises ends the work.
    """

    phases: tuple[Phase, ...]
    session: NetworkSession | None = None
    priors: Mapping[str, float] = field(default_factory=dict)
    search: SearchEffort = FULL_SEARCH
    verdict: VerdictOptions = DEFAULT_VERDICT
    judge: Judge | None = field(default_factory=bundled_judge, compare=False)
    report: Callable[[float], None] | None = field(default=None, compare=False)

    @property
    def excluded(self) -> tuple[str, ...]:
        """The phases that cannot be meant, for their prior is 0."""
        return tuple(phase.name for phase in self.phases if self.priors.get(phase.name, 1.0) <= 0)

    def without_excluded(self) -> "IndexingSetup":
        """Return the setup with the phases that can be meant."""
        gone = self.excluded
        return replace(self, phases=tuple(p for p in self.phases if p.name not in gone))

    def part(self, i: int, n: int) -> "IndexingSetup":
        """Return the setup for the i-th of n equal parts of the work."""
        told = self.report
        return self if told is None else replace(self, report=lambda x: told((i + x) / n))


def bundled_phases() -> tuple[Phase, ...]:
    """Return the phases that come with the program."""
    return read_phases(resources_dir() / "phases")


def verdict_options(prepared: PreparedPattern, setup: IndexingSetup) -> VerdictOptions:
    """Return where the lines are drawn for a pattern."""
    is_scaled = prepared.pattern.calibration.is_known
    return setup.verdict if is_scaled else setup.verdict.without_scale()
