import csv
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from saed_desktop.crystal.cif import read_phase
from saed_desktop.errors import UsageError
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.labels import OTHER, Labels
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import ROUGH_SIGMA, ScaleSource
from saed_desktop.pattern.readers import read_pattern
from tests.benchmarks.own_phases import cif_text
from trainer.bundle.drawn_calibration import simulated_lists
from trainer.data.detected import DetectedLists, detect, read_detected
from trainer.data.ranges import OrientationRanges, Ranges, SpotRanges
from trainer.data.reflection_library import (
    LibraryTask,
    ReflectionLibrary,
    compute_reflection_libraries,
)
from trainer.data.sample_rng import SampleRng
from trainer.data.simulated import ImageSource, Simulation, SpotListSource, augmented
from trainer.data.simulated_plan import SimulatedPlan, library_tasks
from trainer.data.simulation_options import SimulationOptions
from trainer.data.structures import real_others, real_others_alike
from trainer.weights_file import load_network

NAMES = ("alpha-Zr", "delta-PuZr")
SPECS = (
    InputSpec("spots", InputKind.SPOTS, 64),
    InputSpec("context", InputKind.CONTEXT, 4),
)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def library():
    phases = [read_phase(resources_dir() / "phases" / f"{name}.cif") for name in NAMES]
    tasks = [LibraryTask(phase, i, 20, 0) for i, phase in enumerate(phases)]
    return compute_reflection_libraries(tasks, OrientationRanges()).named(NAMES)


@pytest.fixture(scope="module")
def library_file(library, tmp_path_factory):
    path = tmp_path_factory.mktemp("reflections") / "reflections.npz"
    library.save(path)
    return path


@pytest.fixture
def structures(tmp_path):
    folder = tmp_path / "cifs"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(resources_dir() / "phases" / f"{name}.cif", folder)
    return folder


def simulation(**changes):
    values = {
        "labels": Labels(NAMES),
        "ranges": Ranges(),
        "class_shares": np.ones(2),
        "scale": "mixed",
        "seed": 3,
    }
    return Simulation(**{**values, **changes})


def test_a_library_survives_its_file_and_is_parted_by_orientation(library, library_file):
    again = ReflectionLibrary.load(library_file)
    assert again.names == NAMES
    np.testing.assert_array_equal(again.q_xy, library.q_xy)
    learnt, apart = again.parted(5)
    assert (len(learnt), len(apart)) == (32, 8)
    assert np.bincount(apart.label).tolist() == [4, 4]
    shared = {row.tobytes() for row in learnt.q_xy} & {row.tobytes() for row in apart.q_xy}
    assert not shared


def test_a_sample_is_the_same_in_whatever_batch_it_comes(library):
    source = SpotListSource(library, simulation(), SPECS, n_samples=64, device=CPU)
    whole = source.batch(1, np.arange(8))
    parts = [source.batch(1, np.arange(0, 3)), source.batch(1, np.arange(3, 8))]
    for name in ("spots", "context"):
        joined = torch.cat([part.inputs[name] for part in parts])
        torch.testing.assert_close(whole.inputs[name], joined, rtol=0, atol=0)
    assert torch.equal(whole.labels, torch.cat([part.labels for part in parts]))
    another_epoch = source.batch(2, np.arange(8))
    assert not torch.equal(whole.inputs["spots"], another_epoch.inputs["spots"])


def test_lists_found_in_images_take_their_share(library):
    found = detect(library, Ranges(), count=16, seed=1, side_px=256)
    lists = DetectedLists.joined([found])
    source = SpotListSource(
        library,
        simulation(),
        SPECS,
        n_samples=64,
        device=CPU,
        detected=lists,
        detected_share=0.999,
    )
    batch = source.batch(0, np.arange(40))
    assert set(batch.labels.tolist()) == {0, 1}
    # no image shows more spots than its list, and turning a list changes no distance
    most = int(np.isfinite(lists.log_intensity).sum(axis=1).max())
    assert int(batch.inputs["spots"][..., 0].sum(dim=1).max()) <= min(most, 64)
    radii = batch.inputs["spots"][..., 1:3].norm(dim=-1)
    assert float(radii.max()) > 0.2


def test_found_lists_are_turned_not_bent(library):
    lists = DetectedLists.joined([detect(library, Ranges(), count=8, seed=2, side_px=256)])
    plain = simulation(scale=0.0, ranges=Ranges(spots=SpotRanges(unknown_scale_share=0.0)))
    batch = augmented(lists, plain, SampleRng(0, 0, np.arange(30)))
    true = lists.offsets_px.astype(float) * lists.scale[:, None, None]
    lengths = [np.linalg.norm(one[np.isfinite(log)], axis=1) for one, log in
               zip(true, lists.log_intensity, strict=True)]  # fmt: skip
    for q, present in zip(batch.q_xy, batch.present, strict=True):
        radius = np.sort(np.linalg.norm(q[present], axis=1))
        assert any(len(np.setdiff1d(np.round(radius, 6), np.round(own, 6))) == 0 for own in lengths)


def test_images_become_what_the_desktop_would_make_of_them(library):
    specs = (*SPECS, InputSpec("image", InputKind.IMAGE, 64, crop_px=192))
    source = ImageSource(library, simulation(), specs, n_samples=4, device=CPU, side_px=256)
    batch = source.batch(0, np.arange(2))
    assert batch.inputs["image"].shape == (2, 1, 64, 64)
    assert float(batch.inputs["spots"][..., 0].sum()) >= 4
    assert torch.equal(batch.inputs["image"], source.batch(0, np.arange(2)).inputs["image"])


def test_images_of_known_beams_resemble_searched_ones(library):
    specs = (
        InputSpec("polar", InputKind.POLAR, 64),
        InputSpec("context", InputKind.CONTEXT, 4),
    )
    quick, slow = (
        ImageSource(
            library, simulation(), specs, n_samples=8, device=CPU, side_px=384, searched=searched
        ).batch(0, np.arange(8))
        for searched in (False, True)
    )
    assert torch.equal(quick.labels, slow.labels)
    assert torch.equal(quick.inputs["context"][:, :2], slow.inputs["context"][:, :2])
    alike = [
        np.corrcoef(a[0].ravel(), b[0].ravel())[0, 1]
        for a, b in zip(quick.inputs["polar"].numpy(), slow.inputs["polar"].numpy(), strict=True)
    ]
    # the beam may be found elsewhere in one or two of them, which is why it is displaced at all
    assert np.median(alike) > 0.8


def test_from_structure_files_to_a_bundle(structures, tmp_path, saed_trainer):
    run, bundle = tmp_path / "run", tmp_path / "mine.saednet"
    status, out, err = saed_trainer(
        "train", "--network", "spots", "--phases", structures, "--reflections", tmp_path / "reflections.npz",
        "--orientations", 60, "--others", 6, "--samples", 8192, "--validation-samples", 300,
        "--epochs", 2, "--batch-size", 64, "--lr", 0.002, "--output", run,
    )  # fmt: skip
    assert status == 0, err
    trained = load_network(run)
    assert trained.labels.names == (*NAMES, OTHER)
    facts = json.loads((run / "repeat-00" / "validation-scores.json").read_text())
    # α-Zr and δ-(Pu, Zr) differ in every net: a few thousand lists are enough to see that
    assert facts["balanced_accuracy"] > 0.6
    images = tmp_path / "images"
    status, _, err = saed_trainer(
        "simulate", "--phases", structures, "--output", images, "--count", 30,
        "--orientations", 20, "--size", 256, "--seed", 8,
    )  # fmt: skip
    assert status == 0, err
    status, _, err = saed_trainer(
        "export", run, "--phases", structures, "--output", bundle,
        "--calibrate", images / "patterns.csv", "--group", *NAMES,
    )  # fmt: skip
    assert status == 0, err
    status, out, err = saed_trainer(
        "benchmark", bundle, "--phases", structures, "--data", images / "patterns.csv",
        "--output", tmp_path / "figures", "--scale-sigma", 1,
    )  # fmt: skip
    assert status == 0, err
    found = json.loads((tmp_path / "figures" / "figures.json").read_text())
    assert found["patterns"] == 60
    assert found["answers"]["network"]["accuracy"]["value"] > 0.7
    assert found["answers"]["both"]["accuracy"]["value"] > 0.7
    assert "top-1" in out
    # or it is calibrated on pictures that are drawn for it
    drawn = tmp_path / "drawn.saednet"
    export = ("export", run, "--phases", structures, "--output", drawn)
    status, out, err = saed_trainer(*export, "--drawn", 25)
    assert status == 0, err
    assert "25 pictures of each phase, drawn for it" in out
    card = open_bundle(drawn).card
    assert set(card.set_thresholds) == set(NAMES)
    assert card.temperature != card.temperature_without_scale
    status, out, err = saed_trainer(*export)
    assert status == 0, err
    assert "drawn for it" not in out
    # the validation's patterns do, those of no phase among them
    card = open_bundle(drawn).card
    assert set(card.set_thresholds) == set(NAMES)
    assert 0 < card.open_set_threshold < 1
    # two networks make one bundle, and the patterns say how much each is worth
    status, _, err = saed_trainer(
        "export", run, run, "--phases", structures, "--output", tmp_path / "two.saednet",
        "--calibrate", images / "patterns.csv",
    )  # fmt: skip
    assert status == 0, err
    members = open_bundle(tmp_path / "two.saednet").card.provenance["members"]
    for kind in ("with_scale", "without_scale"):
        assert sum(member["share"][kind] for member in members) == pytest.approx(1, abs=1e-3)


def test_lists_to_calibrate_on_come_with_their_scale_and_without(library_file):
    options = SimulationOptions(reflections=library_file, scale="mixed", unknown_scale=0.5)
    plan = SimulatedPlan.of(options)
    found = simulated_lists(plan, plan.labels, SPECS, count=200)
    assert set(found.labels) == {0, 1}
    assert (found.with_scale["context"][:, 0] == 1).all()
    assert (found.without_scale["context"][:, 0] == 0).all()
    # the same spots, in units of 1/Å and of their mean radius
    present = found.with_scale["spots"][..., 0]
    np.testing.assert_array_equal(found.without_scale["spots"][..., 0], present)
    radius = np.hypot(*np.moveaxis(found.without_scale["spots"][..., 1:3], -1, 0)).sum(axis=1)
    np.testing.assert_allclose(radius / present.sum(axis=1), 0.6, rtol=1e-4)
    assert not np.allclose(found.with_scale["spots"], found.without_scale["spots"])
    # who never learnt a scale is shown none
    plan = SimulatedPlan.of(replace(options, scale="unknown"))
    found = simulated_lists(plan, plan.labels, SPECS, count=20)
    np.testing.assert_array_equal(found.with_scale["spots"], found.without_scale["spots"])


def test_what_is_like_a_phase_is_not_taught_as_other(tmp_path):
    # a user's silicon; germanium and gallium arsenide have its net, on a scale 4 % larger
    silicon = next(crystal for crystal in real_others() if crystal.name == "diamond-Si")
    alike = real_others_alike([silicon])
    assert alike == {"diamond-Si", "diamond-Ge", "GaAs"}
    bundled = [read_phase(path) for path in (resources_dir() / "phases").glob("*.cif")]
    assert real_others_alike(bundled) == set()
    (tmp_path / "Si.cif").write_text(cif_text(silicon), encoding="utf-8")
    names, tasks = library_tasks(SimulationOptions(phases=(str(tmp_path),), others=19))
    assert names == ("Si", OTHER)
    others = [task for task in tasks if task.label == 1]
    assert len(others) == 19 - len(alike)
    assert not alike & {task.phase.name for task in others}
    # each keeps its seed, so that what is computed of it serves for other phases too
    assert others[-1].seed == 18


def test_how_often_no_scale_is_stated(library_file):
    plans = [
        SimulatedPlan.of(SimulationOptions(reflections=library_file, unknown_scale=share))
        for share in (None, 0.5)
    ]
    shares = [plan.ranges.spots.unknown_scale_share for plan in plans]
    assert shares == [SpotRanges().unknown_scale_share, 0.5]
    context = plans[1].open(SPECS, CPU).train.batch(0, np.arange(400)).inputs["context"]
    assert context[:, 0].mean() == pytest.approx(0.5, abs=0.08)


def test_simulated_files_say_what_they_show(structures, tmp_path, saed_trainer):
    status, _, err = saed_trainer(
        "simulate", "--phases", structures, "--output", tmp_path / "images", "--counts", 3, 2,
        "--orientations", 4, "--size", 128, "--format", "tiff",
        "--contact-sheet", tmp_path / "sheet.png",
    )  # fmt: skip
    assert status == 0, err
    with (tmp_path / "images" / "patterns.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["phase"] for row in rows] == ["alpha-Zr"] * 3 + ["delta-PuZr"] * 2
    for row in rows:
        pattern = read_pattern(tmp_path / "images" / row["path"])
        assert pattern.calibration.source is ScaleSource.FILE
        stated = float(row["scale_inv_angstrom_per_px"])
        assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(stated, rel=1e-4)
    assert (tmp_path / "sheet.png").stat().st_size > 5_000


def test_detection_goes_on_where_it_was_left(library_file, tmp_path, saed_trainer, monkeypatch):
    monkeypatch.setattr("trainer.detect._PART", 4)
    command = (
        "detect",
        "--reflections",
        library_file,
        "--output",
        tmp_path / "lists",
        "--size",
        128,
    )
    assert saed_trainer(*command, "--count", 4)[0] == 0
    first = sorted((tmp_path / "lists").glob("*.npz"))
    stamp = first[0].stat().st_mtime_ns
    assert saed_trainer(*command, "--count", 8)[0] == 0
    assert first[0].stat().st_mtime_ns == stamp
    lists = read_detected(tmp_path / "lists")
    assert len(lists) == 8
    assert (np.diff(lists.label) >= 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--data", "x.csv", "--phases", "bundled"), "choose one"),
        ((), "Name what to learn from"),
        (("--reflections", "none.npz"), "name the structure files"),
        (("--phases", "bundled", "--scale", "0.9"), "below 0.5"),
        (("--phases", "nowhere"), "nowhere"),
    ],
)
def test_impossible_wishes_are_explained(options, words, tmp_path, saed_trainer):
    status, _, err = saed_trainer(
        "train", "--network", "spots", "--output", tmp_path / "run", *options
    )
    assert status in (1, 2)
    assert words in err
    assert err.count("\n") == 1


def test_a_network_goes_on_from_another(library_file, tmp_path, saed_trainer):
    common = (
        "train", "--network", "spots", "--reflections", library_file, "--samples", 256,
        "--validation-samples", 0, "--batch-size", 64, "--epochs", 1, "--ema", 0,
    )  # fmt: skip
    assert saed_trainer(*common, "--output", tmp_path / "first")[0] == 0
    status, _, err = saed_trainer(
        *common, "--start", tmp_path / "first", "--lr", 1e-9, "--output", tmp_path / "second"
    )
    assert status == 0, err
    first = load_network(tmp_path / "first").network.state_dict()
    second = load_network(tmp_path / "second").network.state_dict()
    for name, value in first.items():
        torch.testing.assert_close(second[name], value, rtol=0, atol=1e-5)
    status, _, err = saed_trainer(
        *common[:1], "--network", "space:16001", *common[3:], "--size", 64, "--crop", 64,
        "--start", tmp_path / "first", "--output", tmp_path / "third",
    )  # fmt: skip
    assert status == 2
    assert "another network" in err


def test_a_network_learns_from_corrected_patterns_of_one_phase(
    library_file, structures, tmp_path, saed_trainer
):
    status, _, err = saed_trainer(
        "train", "--network", "spots", "--reflections", library_file, "--samples", 256,
        "--validation-samples", 0, "--batch-size", 64, "--epochs", 1, "--output", tmp_path / "run",
    )  # fmt: skip
    assert status == 0, err
    saed_trainer(
        "simulate", "--phases", structures, "--output", tmp_path / "images", "--counts", 0, 12,
        "--orientations", 4, "--size", 128,
    )  # fmt: skip
    status, _, err = saed_trainer(
        "train", "--network", "spots", "--start", tmp_path / "run", "--epochs", 6,
        "--data", tmp_path / "images" / "patterns.csv", "--batch-size", 8, "--ema", 0,
        "--test-fraction", 0, "--validation-fraction", 0, "--cache-dir", tmp_path / "cache",
        "--jobs", 1, "--rotations", 4, "--output", tmp_path / "more",
    )  # fmt: skip
    assert status == 0, err
    trained = load_network(tmp_path / "more")
    assert trained.labels.names == NAMES


def test_the_desktop_knows_how_rough_the_scales_are_that_networks_learn():
    assert max(SpotRanges().scale_sigmas) == ROUGH_SIGMA


def test_a_mix_says_how_often_each_class_is_shown(library_file):
    options = SimulationOptions(
        reflections=library_file, samples=4000, mix=("alpha-Zr=3", "delta-PuZr=1")
    )
    source = SimulatedPlan.of(options).open(SPECS, CPU).train
    counts = np.bincount(source.batch(0, np.arange(1000)).labels.numpy())
    assert counts[0] / counts.sum() == pytest.approx(0.75, abs=0.04)
    assert source.describe()["class_shares"] == {"alpha-Zr": 0.75, "delta-PuZr": 0.25}
    with pytest.raises(UsageError, match="gold, which is none of the classes"):
        SimulatedPlan.of(replace(options, mix=("gold=1",))).open(SPECS, CPU)
