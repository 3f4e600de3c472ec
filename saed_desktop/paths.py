"""Folders of resources, settings, networks, cache and logs for every kind of installation."""

import os
import sys
from functools import cache
from pathlib import Path

import platformdirs

APP_NAME = "saed-desktop"


@cache
def resources_dir() -> Path:
    """Return the folder of the bundled networks, phases, example patterns and icons.

    Raises
    ------
    FileNotFoundError
        If the installation lacks its resources.
    """
    package = Path(__file__).resolve().parent
    frozen_root = Path(getattr(sys, "_MEIPASS", package))
    for candidate in (
        frozen_root / "resources",
        package / "resources",
        package.parent / "resources",
    ):
        if (candidate / "phases").is_dir():
            return candidate
    raise FileNotFoundError("The installation is incomplete: its resources folder is missing.")


def _user_dir(kind: str) -> Path:
    # One variable moves everything: tests and portable installations use it.
    home = os.environ.get("SAED_DESKTOP_HOME")
    if home:
        return Path(home) / kind
    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return {
        "config": Path(dirs.user_config_path),
        "data": Path(dirs.user_data_path),
        "cache": Path(dirs.user_cache_path),
        "log": Path(dirs.user_log_path),
    }[kind]


def settings_dir() -> Path:
    """Return the folder of the user's settings and calibration profiles (it may not exist yet)."""
    return _user_dir("config")


def user_networks_dir() -> Path:
    """Return the folder where networks dropped on the window are kept."""
    return _user_dir("data") / "networks"


def user_phases_dir() -> Path:
    """Return the folder where CIF files dropped on the window are kept."""
    return _user_dir("data") / "phases"


def data_dir() -> Path:
    """Return the folder of the user's own data: autosaved projects, corrections, phase sets."""
    return _user_dir("data")


def cache_dir() -> Path:
    """Return the folder of everything that may be deleted at any time."""
    return _user_dir("cache")


def log_dir() -> Path:
    """Return the folder of the log files."""
    return _user_dir("log")
