"""Decoded patterns are kept: once, complete, and no longer than the file is the same."""

import os

import cv2
import numpy as np
import pytest

from saed_desktop.network.input import InputKind, InputSpec
from tests.trainer.toy_data import image_spec, toy_pattern, write_toy_set
from trainer.data.array_cache import open_array_cache, open_array_caches, readable_array_caches
from trainer.data.manifest import ManifestError, read_manifest
from trainer.data.stored_input import StoredInputSpec


def test_files_are_decoded_once(toy_set, tmp_path, monkeypatch):
    files = read_manifest(toy_set).files
    stored_spec = StoredInputSpec(image_spec(32), rotated=False)
    told = []
    whole = open_array_cache(files, stored_spec, tmp_path, progress=lambda *done: told.append(done))
    assert told[-1] == (36, 36)
    told.clear()
    again = open_array_cache(
        files[5:9], stored_spec, tmp_path, progress=lambda *done: told.append(done)
    )
    assert not told
    np.testing.assert_array_equal(again.array[again.rows], whole.array[whole.rows[5:9]])
    # another recipe or a changed file is another matter
    open_array_cache(
        files[:1],
        StoredInputSpec(image_spec(48), rotated=False),
        tmp_path,
        progress=lambda *d: told.append(d),
    )
    assert told


def test_several_inputs_are_made_in_one_reading(toy_set, tmp_path):
    files = read_manifest(toy_set).files[:6]
    polar = StoredInputSpec(InputSpec("polar", InputKind.POLAR, 32), rotated=False)
    context = StoredInputSpec(InputSpec("context", InputKind.CONTEXT, 4), rotated=False)
    alone = open_array_cache(files, context, tmp_path / "alone")
    told = []
    caches = open_array_caches(
        files, [polar, context], tmp_path / "both", progress=lambda *done: told.append(done)
    )
    assert told == [(n, 6) for n in range(1, 7)]
    assert [cache.array.shape for cache in caches] == [(6, 3, 32, 192), (6, 4)]
    np.testing.assert_array_equal(caches[1].array, alone.array)


def test_what_a_killed_process_left_is_cleared_away(tmp_path):
    folder = write_toy_set(tmp_path / "set", {"PuO": 1, "PuO2": 1})
    stored_spec = StoredInputSpec(image_spec(32), rotated=False)
    abandoned, recent = (tmp_path / "cache" / stored_spec.key / f".making-{n}" for n in "ab")
    for path in (abandoned, recent):
        path.mkdir(parents=True)
        (path / "patterns.npy").write_bytes(b"half")
    os.utime(abandoned, (0, 0))
    open_array_cache(read_manifest(folder).files, stored_spec, tmp_path / "cache")
    assert recent.exists()
    assert not abandoned.exists()


def test_a_changed_file_is_decoded_anew(tmp_path):
    folder = write_toy_set(tmp_path / "set", {"PuO": 1, "PuO2": 1})
    files = read_manifest(folder).files
    stored_spec = StoredInputSpec(image_spec(32), rotated=False)
    before = open_array_cache(files, stored_spec, tmp_path / "cache")
    cv2.imwrite(str(files[0].path), toy_pattern(2, 99, 80))
    after = open_array_cache(files, stored_spec, tmp_path / "cache")
    assert after.contents[0] != before.contents[0]
    assert after.contents[1] == before.contents[1]


def test_decoding_in_processes_gives_the_same(toy_set, tmp_path):
    files = read_manifest(toy_set).files
    stored_spec = StoredInputSpec(image_spec(32), rotated=True)
    alone = open_array_cache(files, stored_spec, tmp_path / "a", jobs=1)
    together = open_array_cache(files, stored_spec, tmp_path / "b", jobs=2)
    np.testing.assert_array_equal(alone.array, together.array)
    assert alone.contents == together.contents


def test_unreadable_files_are_counted(tmp_path):
    folder = write_toy_set(tmp_path / "set", {"PuO": 2, "PuO2": 2})
    (folder / "PuO" / "bad.png").write_bytes(b"no image")
    manifest = read_manifest(folder)
    with pytest.raises(ManifestError, match=r"1 of 5 patterns cannot be read \(.*bad\.png"):
        readable_array_caches(
            manifest.files, [StoredInputSpec(image_spec(32), rotated=False)], tmp_path / "cache"
        )
