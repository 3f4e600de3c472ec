import doctest
import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import saed_desktop as sd
from saed_desktop import api, cli
from saed_desktop.errors import UnreadablePatternError, UsageError
from saed_desktop.file_names import file_text
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.paths import resources_dir
from saed_desktop.results.record import json_line

EXAMPLES = sorted(p for p in (resources_dir() / "patterns").iterdir() if p.suffix != ".md")


def example(name):
    return next(path for path in EXAMPLES if name in path.name)


def signal(pattern, units="1/nm"):
    """The attributes of a HyperSpy signal that the interface reads."""
    scale = 10 * pattern.calibration.scale_inv_angstrom_per_px
    axes = tuple(SimpleNamespace(scale=scale, units=units) for _ in "xy")
    metadata = SimpleNamespace(get_item=lambda key, default: 200.0)
    return SimpleNamespace(
        data=pattern.image_yx, axes_manager=SimpleNamespace(signal_axes=axes), metadata=metadata
    )


def test_a_file_is_answered_as_by_the_command_line():
    answer = sd.index(str(example("beta-Pu")))
    assert answer.phase == "beta-Pu"
    assert answer.network_name is not None


def test_answers_candidates_reasons_and_patterns_print_as_a_line_each():
    path = example("beta-Pu")
    answer = sd.index(path, phases=[str(resources_dir() / "phases" / "beta-Pu.cif")])
    assert str(answer).startswith("beta-Pu.tif: beta-Pu [112], probability ")
    assert repr(answer) == f"<Solution {answer}>"
    assert repr(answer.candidates[0]).startswith("<Candidate beta-Pu [112]: ")
    assert repr(answer.prepared.pattern).startswith("<Pattern beta-Pu.tif: 512 x 512 px, 0.00")
    shown = [str(answer), repr(answer.candidates), *map(str, answer.reasons)]
    assert any("beta-Pu along [112] explains" in line for line in shown)
    assert not any("array(" in line or "\n" in line for line in shown)
    # an array has no name
    assert str(sd.index(answer.prepared.pattern.image_yx)).startswith("pattern: ")


def test_structure_files_are_named_by_text_or_path():
    folder = resources_dir() / "phases"
    assert sd.read_phase(str(folder / "PuO2.cif")) == sd.read_phase(folder / "PuO2.cif")
    assert {p.name for p in sd.read_phases(str(folder))} >= {"PuO2", "alpha-Zr"}


@pytest.mark.parametrize(
    ("candidates", "network", "is_asked"),
    [((), None, True), (("beta-Pu", "PuO2"), None, True), (("beta-Pu", "PuO2"), "none", False)],
)
def test_both_doors_give_the_same_answer(candidates, network, is_asked, capsys):
    files = [resources_dir() / "phases" / f"{name}.cif" for name in candidates]
    answer = sd.index(example("beta-Pu"), phases=files or None, network=network)
    assert (answer.network_name is not None) == is_asked
    words = [str(example("beta-Pu")), "--json", "--no-look-alikes"]
    words += ["--network", network] if network else []
    words += ["--phase", *map(str, files)] if files else []
    assert cli.main(words) == 0
    printed = json.loads(capsys.readouterr().out)
    ours = json.loads(json_line(answer.to_record()))
    assert printed.pop("seconds") > 0 and ours.pop("seconds") > 0
    assert printed.pop("file") == file_text(example("beta-Pu")) and ours.pop("file")
    assert printed == ours


def test_priors_are_of_candidates_and_no_less_than_nothing():
    cif = resources_dir() / "phases" / "PuO2.cif"
    for priors, words in ({"Pu": 1.0}, "candidates are PuO2"), ({"PuO2": -1.0}, "0 or above"):
        with pytest.raises(UsageError, match=words):
            sd.index(example("beta-Pu"), phases=[cif], priors=priors)


def test_candidates_of_one_name_are_refused_by_program_and_python(tmp_path, capsys):
    files = [resources_dir() / "phases" / "PuO2.cif", tmp_path / "PuO2.cif"]
    text = files[0].read_text()
    files[1].write_text(re.sub(r"(_cell_length_[abc]\s+)\S+", r"\g<1>5.6", text))
    with pytest.raises(UsageError, match="Two structure files are called PuO2; rename one"):
        sd.index(example("beta-Pu"), phases=files)
    assert cli.main([str(example("beta-Pu")), "--phase", *map(str, files)]) == 2
    assert "Two structure files are called PuO2; rename one." in capsys.readouterr().err
    once = [str(example("beta-Pu")), "--json", "--phase", str(files[0]), str(files[0])]
    assert cli.main(once) == 0
    assert list(json.loads(capsys.readouterr().out)["probabilities"]) == ["PuO2"]


def test_the_example_of_none_of_the_phases_is_named_by_its_own_structure():
    path = example("rutile")
    assert sd.index(path).phase is None
    rutile = named(bundled_collection(), "rutile").phase
    answer = sd.index(path, phases=[rutile, resources_dir() / "phases" / "PuO2.cif"])
    assert answer.phase == "TiO2-rutile"
    assert answer.candidates[0].zone_axis == (0, 0, 1)


def test_array_signal_and_file_are_the_same_pattern():
    pattern = sd.read(example("beta-Pu"))
    scale = pattern.calibration.scale_inv_angstrom_per_px
    array = sd.read(pattern.image_yx, scale_inv_angstrom_per_px=scale, energy_kev=200)
    of_signal = sd.read(signal(pattern))
    assert of_signal.calibration.scale_inv_angstrom_per_px == pytest.approx(scale)
    assert of_signal.energy_kev == array.energy_kev == 200
    np.testing.assert_array_equal(of_signal.image_yx, array.image_yx)


def test_hyperspys_own_signals_are_read_lazy_or_not():
    hs = pytest.importorskip("hyperspy.api", reason="HyperSpy is not installed.")
    pattern = sd.read(example("beta-Pu"))
    of_hyperspy = hs.signals.Signal2D(pattern.image_yx)
    for axis in of_hyperspy.axes_manager.signal_axes:
        axis.scale = 10 * pattern.calibration.scale_inv_angstrom_per_px
        axis.units = "1/nm"
    of_hyperspy.metadata.set_item("Acquisition_instrument.TEM.beam_energy", 200)
    for one in (of_hyperspy, of_hyperspy.as_lazy()):
        read = sd.read(one)
        np.testing.assert_array_equal(read.image_yx, pattern.image_yx)
        scale = read.calibration.scale_inv_angstrom_per_px
        assert scale == pytest.approx(pattern.calibration.scale_inv_angstrom_per_px)
        assert read.energy_kev == 200
    with pytest.raises(UsageError, match=r"signal\.inav"):
        sd.read(hs.stack([of_hyperspy, of_hyperspy]))


def test_a_signal_in_real_space_has_no_scale():
    assert not sd.read(signal(sd.read(example("beta-Pu")), units="nm")).calibration.is_known


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.ones((4, 20, 20)), "height, width"),
        (np.full((32, 32), np.nan), "not finite"),
        (SimpleNamespace(data=np.ones((3, 32, 32))), "signal.inav"),
    ],
)
def test_what_is_no_pattern_is_refused_with_a_sentence(given, words):
    with pytest.raises(UsageError, match=words):
        sd.read(given)


def test_a_missing_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(UnreadablePatternError):
        sd.index(tmp_path / "nothing.dm4")


def test_names_are_there_and_nothing_heavy_is_loaded_for_them():
    assert all(getattr(sd, name) is not None for name in sd.__all__)
    with pytest.raises(AttributeError, match="no attribute 'indx'"):
        sd.indx  # noqa: B018
    code = (
        "import os, sys, saed_desktop; print('numpy' in sys.modules, 'OPENBLAS_NUM_THREADS' in "
        "os.environ); import saed_desktop.cli; print(os.environ['OPENBLAS_NUM_THREADS'])"
    )
    given = {name: value for name, value in os.environ.items() if "OPENBLAS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=given
    )
    # a library leaves the process that imports it as it was, a program does not
    assert done.stdout.split() == ["False", "False", "1"]


def test_the_examples_in_the_docstrings_are_true():
    done = doctest.testmod(api)
    assert done.attempted >= 5
    assert done.failed == 0
