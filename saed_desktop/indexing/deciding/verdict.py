"""Combine the network's probabilities and the likelihoods of spot indexing into one verdict.

Phases that the network was not trained on are scored by spot indexing only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from saed_desktop.indexing.deciding.agreement import same_phase
from saed_desktop.indexing.deciding.combined_verdict import CombinedVerdict, no_answer
from saed_desktop.indexing.deciding.listed import ListedEvidence, probability_listed
from saed_desktop.indexing.deciding.posterior import (
    best_per_phase,
    fused_probabilities,
    is_far_ahead,
    lead_of,
    normalised,
    update_in_distribution,
)
from saed_desktop.indexing.deciding.prediction_set import prediction_set
from saed_desktop.indexing.deciding.reasons import (
    evidence_of,
    why_foreign,
    why_none,
    why_unknown,
)
from saed_desktop.indexing.solution import Candidate
from saed_desktop.network.session import Prediction
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.record import Status, Verdict

NOT_INDEXABLE = (
    PatternKind.RINGS,
    PatternKind.AMORPHOUS,
    PatternKind.DISKS,
    PatternKind.NOTHING,
    PatternKind.FEW,
)
"""Kinds that show no single crystal's zone axis."""


@dataclass(frozen=True)
class VerdictOptions:
    """Thresholds of the verdict.

    Parameters
    ----------
    min_log_likelihood
        Below it a candidate explains no more than chance would.
    min_score
        Below it hardly anything is explained, or found. No measure of what is right: the more
        sensitive the detector, the more is missing. Rivals and the unknown crystal decide.
    min_matched
        Fewest matched spots of a fit.
    min_explained
        Fewer spots than this are a fit only where they are half of all: three angles can always
        be chosen so that a few of many spots are explained.
    tie_log_posterior
        Candidates whose log posterior is less than this below the best fit as well.
    network_only_min_probability
        Probability from which a network's answer stands without spot indexing.
    network_only_max_spots
        With more spots than this the right structure would have been found to explain them, so
        that a network's answer alone does not stand.
    network_exponent, indexing_exponent
        Exponents of the two probabilities where both cover every phase. Both rest on the same
        spots, so together they count for less than two; fitted on pictures of the second and the
        third camera, with and without a scale (docs/experiments).
    agree_min_probability
        Network and spot indexing that name the same phase agree if it is this probable: twice as
        likely as all others and "none of these" together.
    agree_min_network_probability
        They agree only if the network alone gives the phase at least this much: spot indexing
        alone can be sure enough to carry the combined probability.
    strange_min_probability
        What the network must give the phase that spot indexing names to be heard about a pattern
        that it does not know. Without a scale 2 of 60 patterns gained a name, 0 of 33 foreign ones.
    min_listed
        Below this probability of being one of the candidates at all, none is named: "none of these"
        is the likelier.
    min_in_candidates
        Below this probability by spot indexing, a poor fit may be one on a wrong scale.
    exponent_without_scale
        On the probabilities by spot indexing where no scale is known: phases on other scales then
        differ by little more than their intensities, which dynamical scattering changes.
    share_of_set
        Of the probability, which the set must hold where no scale is known and spot indexing speaks
        alone: the truth was in 14 of 15 such sets of measured patterns, and in all of simulated
        ones.
    beyond_doubt
        Log odds from which a crystal outside the candidates is believed against all of them, a
        network's voice included: it was never shown that crystal.
    in_distribution_weight
        Spot indexing's say in whether the pattern is of a phase that the network knows at all:
        what its probability of that, above or below one half, is worth in the logarithm of the
        network's odds; fitted likewise, with foreign crystals among them (5.9 with a scale, 3.6
        without).
    """

    min_log_likelihood: float = 18.0
    min_score: float = 0.25
    min_matched: int = 5
    min_explained: int = 10
    tie_log_posterior: float = 2.5
    network_only_min_probability: float = 0.8
    network_only_max_spots: int = 15
    network_exponent: float = 0.75
    indexing_exponent: float = 0.5
    agree_min_probability: float = 2 / 3
    agree_min_network_probability: float = 0.5
    strange_min_probability: float = float("inf")
    min_listed: float = 0.5
    min_in_candidates: float = 0.25
    beyond_doubt: float = 2.0
    exponent_without_scale: float = 0.35
    share_of_set: float = 0.6
    in_distribution_weight: float = 4.5

    def without_scale(self) -> "VerdictOptions":
        """Return where the lines are drawn for patterns of no known scale."""
        return replace(
            self,
            tie_log_posterior=_TIES_WITHOUT_SCALE * self.tie_log_posterior,
            strange_min_probability=0.75,
            min_in_candidates=self.min_in_candidates / 2,
            beyond_doubt=self.beyond_doubt - 9.4,
        )


_TIES_WITHOUT_SCALE = 4.0
"""Additional distance behind the best within which a phase fits as well without a scale."""

DEFAULT_VERDICT = VerdictOptions()


def is_acceptable_fit(candidate: Candidate, options: VerdictOptions = DEFAULT_VERDICT) -> bool:
    """Tell whether a candidate explains the spots better than chance and well enough."""
    explained = candidate.spots - candidate.unexplained
    return (
        candidate.log_likelihood >= options.min_log_likelihood
        and candidate.score >= options.min_score
        and candidate.matched >= options.min_matched
        and explained >= min(options.min_explained, (candidate.spots + 1) // 2)
    )


def combine_evidence(
    prepared: PreparedPattern,
    candidates: Sequence[Candidate],
    prediction: Prediction | None,
    phases: Sequence[str],
    options: VerdictOptions = DEFAULT_VERDICT,
    *,
    priors: Mapping[str, float] | None = None,
    in_candidates: float = 1.0,
) -> CombinedVerdict:
    """Return the verdict over one pattern.

    Parameters
    ----------
    prepared
        The pattern: its kind decides whether there is anything to index.
    candidates
        Candidates of all phases, by spot indexing.
    prediction
        The network's answer, None without a network.
    phases
        Names of the phases under consideration.
    options
        Thresholds of the verdict.
    priors
        Relative frequencies of phases that the user expects, 1 where not stated; the network's
        answer holds them already.
    in_candidates
        Probability, by spot indexing, that the pattern is one of the phases at all.
    """
    kind = Reason(kind=ReasonKind.PATTERN_KIND, pattern_kind=prepared.kind.value)
    if prepared.kind in NOT_INDEXABLE:
        sure = _network_answer_without_lattice(prepared, prediction, phases, options)
        return sure or no_answer((kind,), prediction, phases, None)
    share, is_scaled = None, prepared.pattern.calibration.is_known
    if not is_scaled:
        options, share = options.without_scale(), options.share_of_set
    fitting = [c for c in best_per_phase(candidates) if is_acceptable_fit(c, options)]
    listed = _probability_listed(fitting, prediction, phases, in_candidates, is_scaled)
    if prediction is not None and _known_to_network(prediction, phases) is not None:
        prediction = update_in_distribution(
            prediction, in_candidates, candidates, weight=options.in_distribution_weight
        )
    among_candidates = fused_probabilities(
        candidates,
        prediction,
        phases,
        priors or {},
        network_exponent=options.network_exponent,
        indexing_exponent=options.indexing_exponent,
        alone_exponent=1.0 if is_scaled else options.exponent_without_scale,
    )
    if prediction is None:  # then the priors count here
        fitting.sort(key=lambda c: -among_candidates[c.phase])
    network_says = _network_says(prediction, phases, fitting, options)
    if not fitting and len(prepared.diffracted) > options.network_only_max_spots:
        many = Reason(kind=ReasonKind.UNEXPLAINED_DESPITE_SPOTS, spots=len(prepared.diffracted))
        return no_answer((kind, why_none(prediction, phases), many), prediction, phases, listed)
    verdict, phase, reasons = _compare(
        fitting, network_says, prediction, among_candidates, options, listed
    )
    is_alone = verdict is Verdict.INDEXING_ONLY and phase != network_says
    if phase is not None and listed < options.min_listed:
        nothing = why_none(prediction, phases)
        phase, reasons = None, (why_unknown(fitting[0], listed) if fitting else nothing,)
    elif is_alone and _is_against(prediction, phase, among_candidates):
        against = Reason(kind=ReasonKind.NETWORK_AGAINST)
        phase, reasons = None, (evidence_of(fitting[0]), against)
    if phase is None:
        return no_answer((kind, *reasons), prediction, phases, listed)
    return CombinedVerdict(
        status=Status.INDEXED,
        verdict=verdict,
        phase=phase,
        among_candidates=among_candidates,
        prediction_set=prediction_set(
            phase,
            among_candidates,
            fitting,
            prediction,
            tie=options.tie_log_posterior,
            share=share,
        ),
        in_distribution=prediction.in_distribution if prediction else 1.0,
        reasons=reasons,
        none_of_these=1 - listed,
    )


def _known_to_network(prediction: Prediction | None, phases: Sequence[str]) -> float | None:
    """Return the network's probability that it knows the crystal, where the list is its own."""
    if prediction is None or set(prediction.probabilities) != set(phases):
        return None
    return prediction.in_distribution


def _probability_listed(
    fitting: Sequence[Candidate],
    prediction: Prediction | None,
    phases: Sequence[str],
    in_candidates: float,
    is_scaled: bool,
) -> float:
    """Return the probability that the pattern is of one of the phases by all that is known."""
    by_network = _known_to_network(prediction, phases)
    if by_network is not None and by_network < 0.5 and is_far_ahead(fitting, in_candidates):
        by_network = None  # strange to the network, but not foreign
    return probability_listed(
        ListedEvidence(
            in_candidates if fitting else 0.0,
            by_network,
            is_scaled,
            is_mostly_missing=bool(fitting) and fitting[0].is_mostly_missing,
            lead=lead_of(fitting),
        )
    )


def _is_against(
    prediction: Prediction | None, phase: str | None, among_candidates: Mapping[str, float]
) -> bool:
    """Tell whether a network that knows no such pattern would have named another phase."""
    return (
        prediction is not None
        and phase in prediction.probabilities
        and not prediction.is_known
        and phase != max(among_candidates, key=lambda name: among_candidates[name])
    )


def _network_answer_without_lattice(
    prepared: PreparedPattern,
    prediction: Prediction | None,
    phases: Sequence[str],
    options: VerdictOptions,
) -> CombinedVerdict | None:
    """Return the network's answer where it is sure of a few spots, which are too few to index.

    A phase that it was never shown could have the same few, so it must know all of them.
    """
    if prepared.kind is not PatternKind.FEW or prediction is None:
        return None
    by_network = _known_to_network(prediction, phases)
    is_scaled = prepared.pattern.calibration.is_known
    listed = probability_listed(ListedEvidence(None, by_network, is_scaled))
    best = _network_says(prediction, phases, (), options)
    seen = {name: prediction.probabilities.get(name, 0.0) for name in phases}
    probabilities = normalised(seen)
    if (
        best is None
        or not all(seen.values())
        or probabilities[best] < options.network_only_min_probability
        or listed < options.min_listed
    ):
        return None
    return CombinedVerdict(
        status=Status.INDEXED,
        verdict=Verdict.NETWORK_ONLY,
        phase=best,
        among_candidates=probabilities,
        prediction_set=prediction_set(
            best, probabilities, (), prediction, tie=options.tie_log_posterior
        ),
        in_distribution=prediction.in_distribution,
        reasons=(
            Reason(kind=ReasonKind.TOO_FEW_SPOTS),
            Reason(kind=ReasonKind.NETWORK_ALONE),
        ),
        none_of_these=1 - listed,
    )


def _network_says(
    prediction: Prediction | None,
    phases: Sequence[str],
    fitting: Sequence[Candidate],
    options: VerdictOptions,
) -> str | None:
    """Return what the network names, if it knows such patterns or indexing says the same."""
    if prediction is None or prediction.best not in phases:
        return None
    is_shared = bool(fitting) and fitting[0].phase == prediction.best
    sure = prediction.probabilities[prediction.best] >= options.strange_min_probability
    return prediction.best if prediction.is_known or (is_shared and sure) else None


def _compare(
    fitting: Sequence[Candidate],
    network_says: str | None,
    prediction: Prediction | None,
    among_candidates: Mapping[str, float],
    options: VerdictOptions,
    listed: float,
) -> tuple[Verdict, str | None, tuple[Reason, ...]]:
    """Return the verdict, the phase it names and why."""
    if not fitting and network_says is None:
        return Verdict.NONE, None, (why_none(prediction, among_candidates),)
    if not fitting:
        return _network_alone(network_says, prediction, options)
    top = fitting[0]
    as_good = [
        c.phase for c in fitting if c.log_posterior >= top.log_posterior - options.tie_log_posterior
    ]
    evidence = evidence_of(top)
    if network_says is None:
        if (
            prediction is not None
            and prediction.is_foreign
            and top.phase in prediction.probabilities
        ):
            by_position = evidence_of(top, ReasonKind.EXPLAINS_BY_POSITION)
            return Verdict.NONE, None, (why_foreign(prediction), by_position)
        alone = ReasonKind.NO_NETWORK if prediction is None else ReasonKind.NETWORK_KNOWS_NONE
        doubts = (why_unknown(top, listed),) if listed < options.agree_min_probability else ()
        return Verdict.INDEXING_ONLY, top.phase, (evidence, Reason(kind=alone), *doubts)
    ranked = sorted(among_candidates, key=lambda name: -among_candidates[name])
    if network_says == top.phase or (network_says in as_good and network_says == ranked[0]):
        chosen = next(c for c in fitting if c.phase == network_says)
        others = [name for name in as_good if name != network_says]
        of_its_own = prediction.probabilities[network_says] if prediction is not None else 0.0
        is_sure = (
            listed * among_candidates[network_says] >= options.agree_min_probability
            and of_its_own >= options.agree_min_network_probability
            and not chosen.is_mostly_missing
        )
        doubt = why_unknown(chosen, listed) if listed < options.agree_min_probability else None
        return same_phase(chosen, others, is_sure=is_sure, doubt=doubt)
    chosen_name = next(n for n in ranked if n in (network_says, top.phase))
    if chosen_name == network_says:
        against = Reason(kind=ReasonKind.SPOTS_INSTEAD, phase=top.phase)
    else:
        against = Reason(kind=ReasonKind.NETWORK_INSTEAD, phase=network_says)
    return Verdict.DISAGREE, chosen_name, (evidence, against)


def _network_alone(
    network_says: str | None, prediction: Prediction | None, options: VerdictOptions
) -> tuple[Verdict, str | None, tuple[Reason, ...]]:
    if prediction is None or network_says is None:
        return Verdict.NONE, None, (Reason(kind=ReasonKind.NOTHING_EXPLAINS),)
    probability = prediction.probabilities[network_says]
    reason = Reason(kind=ReasonKind.NOTHING_EXPLAINS)
    if probability < options.network_only_min_probability:
        return Verdict.NONE, None, (reason, Reason(kind=ReasonKind.NETWORK_UNSURE))
    return Verdict.NETWORK_ONLY, network_says, (reason, Reason(kind=ReasonKind.NETWORK_ALONE))
