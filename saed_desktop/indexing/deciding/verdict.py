"""Combine the network's probabilities and the likelihoods of spot indexing into one verdict.

Phases that the network was not trained on are scored by spot indexing only.
"""

from collections.abc import Mapping, Sequence

from saed_desktop.indexing.deciding.agreement import same_phase
from saed_desktop.indexing.deciding.combined_verdict import CombinedVerdict, no_answer
from saed_desktop.indexing.deciding.listed import ListedEvidence, probability_listed
from saed_desktop.indexing.deciding.posterior import (
    FitProbabilities,
    best_per_phase,
    by_log_posterior,
    fused_probabilities,
    is_far_ahead,
    knows_any,
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
from saed_desktop.indexing.deciding.verdict_options import (
    DEFAULT_VERDICT,
    NOT_INDEXABLE,
    VerdictOptions,
    is_acceptable_fit,
)
from saed_desktop.indexing.solution import Candidate
from saed_desktop.network.session import Prediction
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.record import Status, Verdict


def combine_evidence(
    prepared: PreparedPattern,
    candidates: Sequence[Candidate],
    prediction: Prediction | None,
    phases: Sequence[str],
    options: VerdictOptions = DEFAULT_VERDICT,
    *,
    fits: FitProbabilities | None = None,
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
    fits
        Probabilities of the phases by how they fit; spot indexing's own where None.
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
    is_scaled = prepared.pattern.calibration.is_known
    fits = fits or by_log_posterior(candidates, phases, prediction, options, is_scaled=is_scaled)
    options = options if is_scaled else options.without_scale()
    fitting = [c for c in best_per_phase(candidates) if is_acceptable_fit(c, options)]
    listed = _probability_listed(fitting, prediction, phases, in_candidates, is_scaled)
    if prediction is not None and _known_to_network(prediction, phases) is not None:
        prediction = update_in_distribution(
            prediction, in_candidates, candidates, weight=options.in_distribution_weight
        )
    among_candidates = fused_probabilities(
        fits.by_phase,
        prediction,
        priors or {},
        network_exponent=options.network_exponent if candidates else 1.0,
        indexing_exponent=options.indexing_exponent,
        partial_exponent=options.partial_exponent,
    )
    # without a network fits and priors say which is named
    order = fits.by_phase if knows_any(prediction, phases) else among_candidates
    fitting.sort(key=lambda c: -order[c.phase])
    network_says = _network_says(prediction, phases)
    if not fitting and len(prepared.diffracted) > options.network_only_max_spots:
        many = Reason(kind=ReasonKind.UNEXPLAINED_DESPITE_SPOTS, spots=len(prepared.diffracted))
        reasons: tuple[Reason, ...] = (kind, why_none(prediction, phases), many)
        return no_answer(reasons, prediction, phases, listed, among_candidates)
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
        return no_answer((kind, *reasons), prediction, phases, listed, among_candidates)
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
            share=fits.share_of_set,
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
    best = _network_says(prediction, phases)
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


def _network_says(prediction: Prediction | None, phases: Sequence[str]) -> str | None:
    """Return what the network names, if it knows such patterns and the phase is considered."""
    is_heard = prediction is not None and prediction.is_known and prediction.best in phases
    return prediction.best if prediction is not None and is_heard else None


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
