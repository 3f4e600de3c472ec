"""Decoded patterns are kept: once, complete, and no longer than the file is the same."""

import json
import os
import socket

import cv2
import numpy as np
import pytest

from saed_desktop.network.input import InputKind, InputSpec
from tests.trainer.toy_data import image_spec, toy_pattern, write_toy_set
from trainer.data.array_cache import open_array_cache, open_array_caches, readable_array_caches
from trainer.data.interruption import PreparationStopped
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
    for path in (abandoned / "patterns.npy", abandoned):
        os.utime(path, (0, 0))
    open_array_cache(read_manifest(folder).files, stored_spec, tmp_path / "cache")
    assert recent.exists()
    assert not abandoned.exists()


def stop_after(count):
    def told(done, total):
        if done == count:
            raise PreparationStopped

    return told


def test_what_was_decoded_is_kept_when_it_is_stopped(toy_set, tmp_path):
    files = read_manifest(toy_set).files
    specs = [
        StoredInputSpec(image_spec(32), rotated=False),
        StoredInputSpec(InputSpec("context", InputKind.CONTEXT, 4), rotated=False),
    ]
    whole = open_array_caches(files, specs, tmp_path / "whole")
    folder = tmp_path / "stopped"
    with pytest.raises(PreparationStopped):
        open_array_caches(files, specs, folder, progress=stop_after(10))
    # killed within the line of the eleventh
    (journal,) = (folder / specs[0].key).glob(".making-*/done.jsonl")
    with journal.open("a") as stream:
        stream.write('{"row": 10, "cont')
    told = []
    again = open_array_caches(files, specs, folder, progress=lambda *done: told.append(done))
    assert told == [(n, 36) for n in range(11, 37)]
    for one, other in zip(again, whole, strict=True):
        np.testing.assert_array_equal(one.array, other.array)
        assert one.contents == other.contents
    assert not list(folder.glob("*/.making-*"))


def test_killed_before_it_has_its_name_nothing_is_decoded_again(toy_set, tmp_path, monkeypatch):
    files = read_manifest(toy_set).files[:4]
    stored_spec = StoredInputSpec(image_spec(32), rotated=False)

    def killed(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("pathlib.Path.rename", killed)
        open_array_cache(files, stored_spec, tmp_path)
    told = []
    cache = open_array_cache(files, stored_spec, tmp_path, progress=lambda *n: told.append(n))
    assert not told
    assert len(cache.array) == 4
    (folder,) = (tmp_path / stored_spec.key).iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["facts.json", "patterns.npy"]


def test_two_processes_that_make_the_same_do_not_meet(toy_set, tmp_path):
    files = read_manifest(toy_set).files[:4]
    stored_spec = StoredInputSpec(image_spec(32), rotated=False)
    with pytest.raises(PreparationStopped):
        open_array_cache(files, stored_spec, tmp_path, progress=stop_after(2))
    (making,) = (tmp_path / stored_spec.key).glob(".making-*")
    owner = {"host": socket.gethostname(), "process": os.getppid()}
    (making / "owner.json").write_text(json.dumps(owner))
    told = []
    open_array_cache(files, stored_spec, tmp_path, progress=lambda *done: told.append(done))
    assert told == [(n, 4) for n in range(1, 5)]
    assert making.is_dir()


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
