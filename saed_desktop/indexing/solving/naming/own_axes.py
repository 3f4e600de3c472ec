"""Candidates on the axes of a structure's description, found on its conventional ones."""

from dataclasses import replace

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import Setting
from saed_desktop.crystal.zone_axis import direction_label
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.naming.zone_axis_assignment import beam_components


def on_own_axes(candidate: Candidate, phase: Phase, setting: Setting) -> Candidate:
    """Return a candidate of the conventional crystal with the names that the phase's axes give.

    Parameters
    ----------
    candidate
        Of `setting.conventional`.
    phase
        The crystal as it is described.
    setting
        The way between the two.
    """
    zone_axis = setting.own_uvw(candidate.zone_axis)
    orientation = candidate.orientation @ setting.rotation
    first = orientation @ phase.lattice.reciprocal[0]
    return replace(
        candidate,
        phase=phase.name,
        zone_axis=zone_axis,
        zone_label=direction_label(phase.lattice, zone_axis),
        orientation=orientation,
        beam_direction=beam_components(phase, orientation, zone_axis),
        rotation_deg=float(np.rad2deg(np.arctan2(first[1], first[0]))),
        match=replace(candidate.match, hkl=setting.own_hkl(candidate.match.hkl)),
    )
