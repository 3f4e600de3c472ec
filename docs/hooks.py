"""Hooks of the documentation site: the window's help pages are part of it."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and pictures that the window shows as its help, under `help/`."""
    for path in sorted((ROOT / "resources" / "help").iterdir()):
        if path.suffix in (".md", ".jpg", ".png"):
            files.append(File.generated(config, f"help/{path.name}", abs_src_path=str(path)))
    return files
