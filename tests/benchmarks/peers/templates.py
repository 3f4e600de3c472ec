"""pyxem's template matching on the images; runs in pyxem's own environment.

OMP_NUM_THREADS=1 PYTHON_OF_PYXEM templates.py FOLDER
"""

import json
import sys
import time
import warnings
from pathlib import Path

import dask
import numpy as np
from diffpy.structure import Atom, Lattice, Structure
from diffsims.generators.simulation_generator import SimulationGenerator
from orix.crystal_map import Phase
from orix.quaternion import Rotation
from orix.sampling import get_sample_reduced_fundamental
from orix.vector import Vector3d
from pyxem.signals import ElectronDiffraction2D

STEP_DEG = 2.0


def phase_of(facts: dict) -> Phase:
    atoms = [
        Atom(element, xyz, occupancy=occupancy)
        for element, xyz, occupancy in zip(
            facts["elements"], facts["xyz"], facts["occupancy"], strict=True
        )
    ]
    structure = Structure(atoms=atoms, lattice=Lattice(*facts["cell"]))
    return Phase(name=facts["name"], space_group=facts["number"], structure=structure)


def library_of(facts: dict, phases: list[Phase]):
    generator = SimulationGenerator(200, minimum_intensity=1e-3)
    grids = [
        get_sample_reduced_fundamental(resolution=STEP_DEG, point_group=phase.point_group)
        for phase in phases
    ]
    return generator.calculate_diffraction2d(
        phase=phases,
        rotation=grids,
        reciprocal_radius=facts["reach"],
        max_excitation_error=0.02,
        with_direct_beam=False,
    )


def match(images: np.ndarray, facts: dict, library) -> object:
    signal = ElectronDiffraction2D(images[None])
    signal.calibration.scale = facts["scale"]
    signal.calibration.center = None
    polar = signal.get_azimuthal_integral2d(
        npt=120, npt_azim=180, radial_range=(0.1, facts["reach"]), show_progressbar=False
    )
    polar = polar**0.5
    return polar.get_orientation(library, frac_keep=0.1, n_best=1, show_progressbar=False)


def answers_of(found, library, phases: list[Phase]) -> list[dict]:
    """Return phase and beam direction: the best template's own, whatever the in-plane turn."""
    starts = np.cumsum([0] + [r.size for r in library.rotations])
    answers = []
    for row in found.data.reshape(-1, found.data.shape[-1]):
        index = int(row[0])
        phase = int(np.searchsorted(starts, index, side="right") - 1)
        rotation = Rotation(library.rotations[phase].data[index - starts[phase]])
        axis = (~rotation * Vector3d.zvector()).data.ravel()
        # diffsims turns crystal vectors by the rotation, so the beam in the crystal is turned back
        uvw = np.linalg.solve(phases[phase].structure.lattice.base.T, axis)
        answers.append({"phase": phases[phase].name, "uvw": uvw.tolist()})
    return answers


def main() -> None:
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    facts = json.loads((folder / "patterns.json").read_text())
    images = np.load(folder / "images.npy")
    phases = [phase_of(p) for p in facts["phases"]]
    with dask.config.set(scheduler="single-threaded"):
        start = time.process_time()
        library = library_of(facts, phases)
        built = time.process_time() - start
        start = time.process_time()
        match(images[:2], facts, library)
        compiled = time.process_time() - start
        start = time.process_time()
        found = match(images, facts, library)
        seconds = time.process_time() - start
    result = {
        "tool": "pyxem template matching",
        "build_s": built,
        "first_call_s": compiled,
        "seconds": seconds,
        "templates": int(sum(r.size for r in library.rotations)),
        "answers": answers_of(found, library, phases),
    }
    (folder / "templates.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
