"""Structure files as a user names them: one by one, as folders, of several formats."""

import shutil

import pytest

from saed_desktop.crystal.cif import phase_from_cif, read_phase
from saed_desktop.errors import PhaseError, UsageError
from saed_desktop.paths import resources_dir
from trainer.data.simulation_options import SimulationOptions
from trainer.data.structure_files import read_cif_files, read_structures

BUNDLED = resources_dir() / "phases"
POSCAR = """Al
4.0495
0.0 0.5 0.5
0.5 0.0 0.5
0.5 0.5 0.0
Al
1
Direct
0 0 0
"""


@pytest.fixture
def poscar(tmp_path):
    path = tmp_path / "Al.vasp"
    path.write_text(POSCAR)
    return path


def test_files_and_folders_may_stand_side_by_side(tmp_path, poscar):
    folder = tmp_path / "cifs"
    folder.mkdir()
    for name in ("PuO", "PuO2"):
        shutil.copy(BUNDLED / f"{name}.cif", folder)
    found = read_structures([poscar, folder, BUNDLED / "alpha-Zr.cif"])
    assert [phase.name for phase in found] == ["Al", "PuO", "PuO2", "alpha-Zr"]


def test_none_are_the_bundled_nine():
    assert len(read_structures(None)) == 9


def test_two_files_of_one_name_are_refused():
    with pytest.raises(UsageError, match="Two structure files are called PuO2"):
        read_structures([BUNDLED, BUNDLED / "PuO2.cif"])


def test_a_folder_without_structures_is_refused(tmp_path):
    with pytest.raises(PhaseError, match="holds no CIF file"):
        read_structures([tmp_path])


def test_a_bundle_gets_cif_files_whatever_was_named(poscar):
    given = [poscar, BUNDLED]
    files = read_cif_files(("Al", "PuO2"), given)
    assert set(files) == {"Al.cif", "PuO2.cif"}
    assert files["PuO2.cif"] == (BUNDLED / "PuO2.cif").read_bytes()
    assert files["Al.cif"].startswith(b"data_Al")
    original, written = read_phase(poscar), phase_from_cif(files["Al.cif"], "Al.cif")
    assert written.lattice.volume / original.lattice.volume == pytest.approx(1, abs=1e-6)
    assert written.space_group.number == original.space_group.number


def test_a_class_without_a_structure_is_named(poscar):
    with pytest.raises(UsageError, match="no structure file of PuO2; name those of Al, PuO2"):
        read_cif_files(("Al", "PuO2"), [poscar])


def test_a_training_takes_several_and_the_bundled_ones_beside_them(poscar):
    options = SimulationOptions(phases=("bundled", str(poscar)))
    assert [phase.name for phase in read_structures(options.structures)][-1] == "Al"
    assert SimulationOptions(phases=("bundled",)).structures is None
