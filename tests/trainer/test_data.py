import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from saed_desktop.network.input import InputKind, InputSpec, network_input
from saed_desktop.network.labels import Labels
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import read_pattern
from tests.trainer.toy_data import TOY_PHASES, image_spec, write_toy_set
from trainer.data.array_cache import open_array_cache, readable_array_caches
from trainer.data.inputs import InputMaker
from trainer.data.loader import Batch, Sampler, prefetched, share
from trainer.data.manifest import (
    LabelledFile,
    ManifestError,
    labels_of,
    read_manifest,
    write_manifest,
)
from trainer.data.measured import MeasuredSource
from trainer.data.split import split
from trainer.data.stored_input import StoredInputSpec

CPU = torch.device("cpu")


# ---- lists -----------------------------------------------------------------


def test_folders_and_lists_are_read_alike(toy_set, tmp_path):
    folder = read_manifest(toy_set)
    assert folder.counts == dict.fromkeys(TOY_PHASES, 12)
    write_manifest(tmp_path / "list.csv", folder.files)
    assert read_manifest(tmp_path / "list.csv").files == folder.files
    assert labels_of([folder]).names == TOY_PHASES  # in the paper's order


def test_lists_may_name_specimen_and_scale(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("\ufeffphase,path,specimen,scale_inv_angstrom_per_px\r\n"
                     "PuO,a.tif,S1,0.0123\r\nPuO2,/x/b.tif,,\r\n".encode())  # fmt: skip
    first, second = read_manifest(path).files
    assert first == LabelledFile(tmp_path / "a.tif", "PuO", "S1", 0.0123)
    assert second == LabelledFile(Path("/x/b.tif"), "PuO2")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "lacks the column path"),
        ("path\nx.png\n", "lacks the column phase"),
        ("path,phase,colour\nx.png,PuO,red\n", "'colour'"),
        ("path,phase\n", "lists no patterns"),
        ("path,phase\nx.png\n", "line 2"),
        ("path,phase\nx.png,PuO,extra\n", "line 2"),
        ("path,phase,scale_inv_angstrom_per_px\nx.png,PuO,-1\n", "'-1' is no scale"),
    ],
)
def test_wrong_lists_are_explained(tmp_path, text, words):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(ManifestError, match=words):
        read_manifest(tmp_path / "list.csv")


def test_a_list_states_how_well_it_knows_its_scales(toy_set, tmp_path):
    file = read_manifest(toy_set).files[0]
    path = tmp_path / "list.csv"
    write_manifest(
        path,
        [
            replace(file, scale_inv_angstrom_per_px=0.004, relative_sigma=0.01),
            replace(file, scale_inv_angstrom_per_px=0.004),
            file,
        ],
    )
    exact, usual, unknown = read_manifest(path).files
    assert exact.stated(0.05).relative_sigma == 0.01
    assert usual.stated(0.05).relative_sigma == 0.05
    assert usual.stated().relative_sigma > 0
    assert unknown.stated() is None
    contexts = StoredInputSpec(InputSpec("context", InputKind.CONTEXT, 4), rotated=False)
    cache = open_array_cache([exact, usual, unknown], contexts, tmp_path / "cache")
    known, log_sigma = cache.array[cache.rows, :2].T
    assert known.tolist() == [1, 1, 0]
    assert log_sigma[0] == pytest.approx(-2)
    path.write_text("path,phase,relative_sigma\na.png,PuO,2\n")
    with pytest.raises(ManifestError, match="line 2: '2' is no relative uncertainty"):
        read_manifest(path)


def test_labels_need_two_phases():
    with pytest.raises(ManifestError, match="at least two phases"):
        labels_of([])


# ---- splits ----------------------------------------------------------------


def test_stratified_split_shares_out_every_phase(toy_set):
    manifest = read_manifest(toy_set)
    larger, smaller = split(manifest, 0.25, by="phase", seed=1)
    assert sorted([*larger, *smaller]) == list(range(36))
    assert manifest.subset(smaller).counts == dict.fromkeys(TOY_PHASES, 3)
    assert split(manifest, 0.25, by="phase", seed=1) == (larger, smaller)
    assert split(manifest, 0.25, by="phase", seed=2) != (larger, smaller)


def test_split_by_specimen_keeps_specimens_whole(tmp_path):
    generator = np.random.default_rng(0)
    files = []
    for specimen in range(12):
        for i in range(int(generator.integers(3, 9))):
            phase = ("PuO", "PuO2", "beta-Pu")[(specimen + i) % 3]
            files.append(LabelledFile(Path(f"{specimen}-{i}"), phase, f"S{specimen}"))
    write_manifest(tmp_path / "list.csv", files)
    manifest = read_manifest(tmp_path / "list.csv")
    larger, smaller = split(manifest, 0.25, by="specimen", seed=0)
    sides = [{manifest.files[i].specimen for i in part} for part in (larger, smaller)]
    assert not sides[0] & sides[1]
    assert 0.15 < len(smaller) / len(manifest) < 0.35
    assert set(manifest.subset(larger).counts) == {"PuO", "PuO2", "beta-Pu"}


def test_split_by_specimen_needs_specimens(toy_set):
    with pytest.raises(ManifestError, match="36 of 36 have none"):
        split(read_manifest(toy_set), 0.2, by="specimen", seed=0)


# ---- cache and batches -----------------------------------------------------


def source_of(folder, cache, spec, *, n_angles=1, training=True):
    manifest = read_manifest(folder)
    (cache,) = readable_array_caches(
        manifest.files, [StoredInputSpec(spec, rotated=n_angles > 1)], cache
    )
    return MeasuredSource(
        manifest, labels_of([manifest]), {spec.name: cache}, (spec,),
        device=CPU, n_angles=n_angles, training=training,
    )  # fmt: skip


@pytest.mark.parametrize("n_angles", [1, 24])
@pytest.mark.parametrize(
    "spec",
    [image_spec(64), image_spec(64, 28), image_spec(60, 60, channels=3, gamma=0.5),
     image_spec(128), image_spec(64, center="beam")],
)  # fmt: skip
def test_measured_batches_are_what_the_app_would_see(toy_set, toy_cache, spec, n_angles):
    source = source_of(toy_set, toy_cache, spec, n_angles=n_angles, training=False)
    indices = np.array([0, 17, 35])
    batch = source.batch(0, indices)
    assert batch.inputs["image"].shape == (3, *spec.shape)
    for image, name in zip(batch.inputs["image"], source.names(indices), strict=True):
        expected = network_input(prepare(read_pattern(Path(name))), spec)
        # what is kept has 256 steps of brightness; a root is steep near 0
        tolerance = 0.5 / 255 + 1e-5 if spec.gamma == 1 else np.sqrt(0.5 / 255)
        np.testing.assert_allclose(image.numpy(), expected, atol=tolerance)


@pytest.mark.parametrize("center", ["image", "beam"])
def test_a_share_of_the_pattern_is_cut_from_patterns_of_any_size(tmp_path, center):
    spec = InputSpec("image", InputKind.IMAGE, 40, crop_share=0.6, center=center, gamma=0.5)
    folder = write_toy_set(tmp_path / "small", {"PuO": 1}, side_px=96)
    write_toy_set(folder, {"PuO": 0, "PuO2": 1}, side_px=200)
    plain, turned = (
        source_of(folder, tmp_path / "cache", spec, n_angles=n, training=False) for n in (1, 24)
    )
    indices = np.arange(2)
    for name, image, corners_kept in zip(
        plain.names(indices),
        plain.batch(0, indices).inputs["image"].numpy(),
        turned.batch(0, indices).inputs["image"].numpy(),
        strict=True,
    ):
        expected = network_input(prepare(read_pattern(Path(name))), spec)
        assert expected.shape == (1, 40, 40)
        np.testing.assert_allclose(image, expected, atol=0.5 / 255 + 1e-6)
        # what is to be turned is brought to its size with its corners: the same to half a pixel
        assert np.corrcoef(corners_kept.ravel(), expected.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("shape", [(97, 96), (96, 97), (95, 131), (61, 64)])
def test_odd_images_are_cut_on_the_same_pixel(tmp_path, shape):
    for phase in ("PuO", "PuO2"):
        (tmp_path / phase).mkdir()
        image = np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)
        cv2.imwrite(str(tmp_path / phase / "x.png"), image)
    spec = image_spec(48)
    source = source_of(tmp_path, tmp_path / "cache", spec, n_angles=24, training=False)
    expected = network_input(prepare(read_pattern(tmp_path / "PuO" / "x.png")), spec)
    got = source.batch(0, np.array([0])).inputs["image"][0].numpy()
    np.testing.assert_allclose(got, expected, atol=0.5 / 255 + 1e-6)


def test_other_inputs_come_from_the_app_too(toy_set, toy_cache):
    manifest = read_manifest(toy_set).subset([0, 30])
    specs = (
        InputSpec("spots", InputKind.SPOTS, 16),
        InputSpec("context", InputKind.CONTEXT, 4),
        InputSpec("polar", InputKind.POLAR, 32),
    )
    caches = {
        s.name: readable_array_caches(
            manifest.files, [StoredInputSpec(s, rotated=True)], toy_cache
        )[0]
        for s in specs
    }
    source = MeasuredSource(
        manifest, Labels(TOY_PHASES), caches, specs, device=CPU, n_angles=24, training=False
    )
    batch = source.batch(0, np.arange(2))
    prepared = prepare(read_pattern(manifest.files[1].path))
    for spec in specs:
        np.testing.assert_array_equal(
            batch.inputs[spec.name][1].numpy(), network_input(prepared, spec)
        )


def test_rotations_on_the_fly_are_the_files_on_disk(toy_set, tmp_path, saed_trainer):
    status, _, _ = saed_trainer(
        "prepare", "--data", toy_set, "--output", tmp_path / "out", "--crop", 64,
        "--cache-dir", tmp_path / "cache", "--jobs", 1, "--write-images",
    )  # fmt: skip
    assert status == 0
    written = sorted((tmp_path / "out" / "images" / "train").rglob("*.png"))
    manifest = read_manifest(tmp_path / "out" / "train.csv")
    assert len(written) == 24 * len(manifest)
    spec = image_spec(64)
    (cache,) = readable_array_caches(
        manifest.files, [StoredInputSpec(spec, rotated=True)], tmp_path / "cache"
    )
    source = MeasuredSource(
        manifest, labels_of([manifest]), {"image": cache}, (spec,), device=CPU, n_angles=24
    )
    assert len(source) == len(written)
    for index in (0, 7, 100, len(source) - 1):
        file, angle = divmod(index, 24)
        row = cache.rows[file]
        path = manifest.files[file].path
        name = f"{path.stem}-{row:05d}-{15 * angle:g}.png"
        on_disk = cv2.imread(
            str(tmp_path / "out" / "images" / "train" / path.parent.name / name),
            cv2.IMREAD_GRAYSCALE,
        )
        ours = source.batch(0, np.array([index])).inputs["image"][0, 0]
        np.testing.assert_array_equal((ours * 255).round().numpy().astype(np.uint8), on_disk)


# ---- order -----------------------------------------------------------------


def test_the_order_is_a_function_of_seed_and_epoch():
    sampler = Sampler(100, 16, seed=3)
    assert sampler.batches_per_epoch == 6  # the seventh would hold 4, less than half
    assert Sampler(104, 16, seed=3).batches_per_epoch == 7
    assert Sampler(3, 16, seed=3).batches_per_epoch == 1
    np.testing.assert_array_equal(sampler.order(5), Sampler(100, 16, seed=3).order(5))
    assert not np.array_equal(sampler.order(5), sampler.order(6))
    np.testing.assert_array_equal(np.sort(sampler.order(5)), np.arange(100))
    later = list(sampler.batches(5, start=4))
    assert len(later) == 2
    np.testing.assert_array_equal(later[0], sampler.order(5)[64:80])


def test_balanced_sampling_draws_classes_equally():
    classes = np.repeat([0, 1, 2], [200, 50, 10])
    order = Sampler(260, 16, seed=0, classes=classes).order(0)
    drawn = np.bincount(classes[order])
    assert drawn.min() > 60
    # within a class no pattern comes twice before all have come once
    frequency = np.bincount(order, minlength=260)
    for own in (slice(0, 200), slice(200, 250), slice(250, 260)):
        assert np.ptp(frequency[own]) <= 1


@pytest.mark.parametrize("n_processes", [1, 2, 3, 7])
def test_shares_are_disjoint_and_complete(n_processes):
    indices = np.arange(23)
    parts = [share(indices, rank, n_processes) for rank in range(n_processes)]
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), indices)


class CountingSource:
    def batch(self, epoch, indices):
        if indices[0] == 99:
            raise ManifestError("as asked for")
        return Batch({}, torch.from_numpy(indices))


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_prefetched_batches_come_in_order(depth):
    parts = [np.array([i, i + 1]) for i in range(0, 20, 2)]
    got = [b.labels.tolist() for b in prefetched(CountingSource(), 0, iter(parts), depth)]
    assert got == [p.tolist() for p in parts]


@pytest.mark.parametrize("depth", [0, 2])
def test_failures_of_the_thread_reach_the_loop(depth):
    parts = [np.array([0]), np.array([99]), np.array([1])]
    with pytest.raises(ManifestError, match="as asked for"):
        list(prefetched(CountingSource(), 0, iter(parts), depth))


def test_leaving_the_loop_ends_the_thread():
    import threading

    batches = prefetched(CountingSource(), 0, iter([np.array([i]) for i in range(50)]), 2)
    next(batches)
    batches.close()
    assert not [t for t in threading.enumerate() if t.name == "batches"]


def test_impossible_polar_rotations_are_refused():
    from saed_desktop.errors import UsageError

    with pytest.raises(UsageError, match="7 rotations"):
        InputMaker(InputSpec("polar", InputKind.POLAR, 32), 7, CPU)


# ---- prepare ---------------------------------------------------------------


@pytest.fixture
def messy(tmp_path) -> Path:
    """A set with an unreadable file, a copy, a copy under another label, and a rare phase."""
    folder = write_toy_set(tmp_path / "set", {"PuO": 6, "PuO2": 6, "beta-Pu": 3})
    (folder / "PuO" / "bad.png").write_bytes(b"no image")
    shutil.copy(folder / "PuO" / "PuO-000.png", folder / "PuO" / "PuO-copy.png")
    with Image.open(folder / "PuO2" / "PuO2-001.png") as image:
        image.save(folder / "PuO" / "otherwise.tif")
    return folder


def test_prepare_finds_what_is_wrong(messy, tmp_path, saed_trainer):
    out = tmp_path / "out"
    status, text, _ = saed_trainer(
        "prepare", "--data", messy, "--output", out, "--crop", 48,
        "--cache-dir", tmp_path / "cache", "--jobs", 1,
    )  # fmt: skip
    assert status == 1
    assert "Left out, unreadable: bad.png" in text
    assert "Kept once, the same image" in text
    assert "labelled PuO and PuO2" in text
    assert "Only 3 pattern(s) show beta-Pu" in text
    kept = [*read_manifest(out / "train.csv").files, *read_manifest(out / "test.csv").files]
    assert len(kept) == 6 + 5 + 3
    assert len(json.loads((out / "prepare.json").read_text())["problems"]) == 1


def test_prepare_sees_leaks_between_given_sides(tmp_path, saed_trainer):
    train = write_toy_set(tmp_path / "train", {"PuO": 6, "PuO2": 6})
    test = write_toy_set(tmp_path / "test", {"PuO": 6, "PuO2": 6}, first_seed=50)
    shutil.copy(train / "PuO" / "PuO-003.png", test / "PuO" / "seen.png")
    status, text, _ = saed_trainer(
        "prepare", "--data", train, "--test", test, "--output", tmp_path / "out", "--crop", 48,
        "--cache-dir", tmp_path / "cache", "--jobs", 1,
    )  # fmt: skip
    assert status == 0
    assert "Left out of training, the test holds the same image" in text
    assert len(read_manifest(tmp_path / "out" / "train.csv")) == 11
    assert len(read_manifest(tmp_path / "out" / "test.csv")) == 13


def test_prepare_sees_specimens_on_both_sides(toy_set, tmp_path, saed_trainer):
    path = tmp_path / "list.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", "phase", "specimen"])
        for i, file in enumerate(read_manifest(toy_set).files):
            writer.writerow([file.path, file.phase, f"S{i % 4}"])
    common = ["--data", path, "--crop", 48, "--cache-dir", tmp_path / "cache", "--jobs", 1]
    status, text, _ = saed_trainer("prepare", *common, "--output", tmp_path / "a")
    assert status == 1
    assert "stand on both sides" in text
    status, text, _ = saed_trainer(
        "prepare", *common, "--output", tmp_path / "b", "--split-by", "specimen",
        "--test-fraction", 0.25,
    )  # fmt: skip
    assert status == 0
    assert "both sides" not in text
