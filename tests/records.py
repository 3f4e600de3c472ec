"""Answers as records, made by hand."""

from saed_desktop.results.cell_record import ParameterRecord
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.record import (
    AnswerRecord,
    CalibrationRecord,
    CandidateRecord,
    Status,
    Verdict,
)
from saed_desktop.results.ring_record import RingPhaseRecord, RingRecord
from saed_desktop.results.sentences import recorded


def candidate(phase="PuO2", **more):
    return CandidateRecord(
        phase=phase,
        zone_axis=(1, 1, 0),
        zone_label="[110]",
        off_zone_deg=0.5,
        score=0.9,
        log_likelihood=100.0,
        log_posterior=20.0,
        matched=20,
        unexplained=4,
        missing=1,
        rms_residual_inv_angstrom=0.001,
        scale_inv_angstrom_per_px=0.004,
        ellipticity=0.01,
        rotation_deg=12.0,
        **more,
    )


def answer(**changes):
    reasons = (Reason(kind=ReasonKind.EXPLAINS, phase="PuO2", zone_axis=(1, 1, 0), matched=20),)
    values = {
        "file": "grain \u00e4.tif",
        "frame": 0,
        "status": Status.INDEXED,
        "message": None,
        "verdict": Verdict.AGREE,
        "phase": "PuO2",
        "probability": 0.93,
        "probabilities": {"PuO2": 0.93, "PuO": 0.02},
        "none_of_these": 0.05,
        "prediction_set": ("PuO2",),
        "in_distribution": 0.9,
        "reasons": recorded(reasons),
        "kind": "spots",
        "spots": 24,
        "candidates": (candidate(), candidate("PuO")),
        "further_crystals": (),
        "deciding": (),
        "center_xy": (255.5, 256.0),
        "center_sigma_px": 0.4,
        "calibration": CalibrationRecord(scale_inv_angstrom_per_px=0.004, source="file"),
        "network": None,
        "seconds": 0.4,
    }
    return AnswerRecord(**{**values, **changes})


RINGS = {
    "kind": "rings",
    "phase": "Au",
    "prediction_set": ("Au", "Ag"),
    "candidates": (),
    "rings": (
        RingRecord(d_angstrom=2.355, label="111", hkl=(1, 1, 1), phase="Au", radius_px=100.0),
        RingRecord(d_angstrom=1.9, radius_px=124.0),
    ),
    "ring_phases": (
        RingPhaseRecord(
            phase="Au",
            structure="fcc",
            probability=0.9,
            share=1.0,
            rings=1,
            missing=0,
            cell={n: ParameterRecord(value=4.078, sigma=0.012) for n in "abc"},
            least_grain_nm=8.0,
        ),
    ),
}
