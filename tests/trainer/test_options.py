"""Options of the trainer under the names that they have and had."""

import argparse
import json
from pathlib import Path

import pytest

from saed_desktop.errors import UsageError
from trainer.config import add_config_arguments, config_from_arguments, make_config


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_config_arguments(parser)
    return parser


@pytest.mark.parametrize("flag", ["--reflections", "--bank"])
def test_a_flag_is_read_under_its_former_name_too(flag, parser):
    config = config_from_arguments(parser.parse_args([flag, "nine.npz"]))
    assert config.simulation.reflections == Path("nine.npz")


@pytest.mark.parametrize("key", ["reflections", "bank"])
def test_a_configuration_file_is_too(key, parser, tmp_path):
    file = tmp_path / "options.json"
    file.write_text(json.dumps({"simulation": {key: "nine.npz"}}))
    config = config_from_arguments(parser.parse_args(["--config", str(file)]))
    assert config.simulation.reflections == Path("nine.npz")


def test_the_help_shows_the_present_name_alone(parser):
    shown = parser.format_help()
    assert "--reflections FILE.npz" in shown
    assert "--bank" not in shown


def test_a_misspelt_key_is_told_the_present_name(parser, tmp_path):
    file = tmp_path / "options.json"
    file.write_text(json.dumps({"simulation": {"reflection": "nine.npz"}}))
    with pytest.raises(UsageError, match="did you mean 'reflections'"):
        config_from_arguments(parser.parse_args(["--config", str(file)]))


def test_several_structure_files_may_be_named(parser, tmp_path):
    file = tmp_path / "options.toml"
    file.write_text('[simulation]\nphases = ["al.cif", "si.cif"]\n')
    for words in (["--phases", "al.cif", "si.cif"], ["--config", str(file)]):
        config = config_from_arguments(parser.parse_args(words))
        assert config.simulation.phases == ("al.cif", "si.cif")
    assert config.to_plain()["simulation"]["phases"] == ["al.cif", "si.cif"]


def test_one_is_kept_as_runs_of_earlier_versions_kept_it(parser, tmp_path):
    file = tmp_path / "options.json"
    file.write_text(json.dumps({"simulation": {"phases": "cifs"}}))
    config = config_from_arguments(parser.parse_args(["--config", str(file)]))
    assert config.to_plain()["simulation"]["phases"] == "cifs"
    assert make_config(config.to_plain()) == config


@pytest.mark.parametrize("value", [[], [1, 2], 7])
def test_what_is_no_name_of_a_file_is_refused(value, parser, tmp_path):
    file = tmp_path / "options.json"
    file.write_text(json.dumps({"simulation": {"phases": value}}))
    with pytest.raises(UsageError, match="--phases wants a name or several"):
        config_from_arguments(parser.parse_args(["--config", str(file)]))
