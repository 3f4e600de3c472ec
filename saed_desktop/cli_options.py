"""The options of `saed-index`."""

import argparse
from pathlib import Path

from saed_desktop import __version__
from saed_desktop.running.batch import TIMEOUT_S
from saed_desktop.running.library_request import add_library_options


def parser() -> argparse.ArgumentParser:
    """Return the options of `saed-index`."""
    made = argparse.ArgumentParser(
        prog="saed-index",
        description="Names the crystal phase of electron diffraction patterns.",
        epilog="Exit status: 0 every pattern was read and answered ('unknown' is an answer), "
        "1 some failed, 2 wrong usage.",
    )
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pattern or folder")
    made.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    who = made.add_argument_group("who answers")
    who.add_argument(
        "--network", metavar="NAME|FILE", help="network to ask; 'none' goes by the physics alone"
    )
    who.add_argument(
        "--phase",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE.cif",
        help="candidate phases; without them the network's own",
    )
    who.add_argument(
        "--axes",
        choices=("conventional", "file"),
        default="conventional",
        help="axes for structure files that state less symmetry than their atoms have (P 1)",
    )
    who.add_argument(
        "--prior",
        nargs="+",
        action="extend",
        default=[],
        metavar="PHASE=WEIGHT",
        help="how often phases are to be expected, relative to the others' 1",
    )
    add_library_options(made)
    _add_calibration(made)
    _add_details(made)
    _add_run(made)
    return made


def _add_calibration(parser: argparse.ArgumentParser) -> None:
    scale = parser.add_argument_group("calibration, where it overrides what the files say")
    scale.add_argument("--scale", type=float, metavar="VALUE", help="reciprocal length per pixel")
    scale.add_argument("--unit", default="1/A", metavar="1/A|1/nm", help="unit of --scale (1/A)")
    scale.add_argument(
        "--scale-bar",
        type=float,
        metavar="1/NM",
        help="measure the scale bar burnt into every picture; VALUE is what is written beside it",
    )
    scale.add_argument(
        "--scale-sigma",
        type=float,
        metavar="PERCENT",
        help="standard uncertainty of the scale, stated here or in the file",
    )
    scale.add_argument("--camera-length", type=float, metavar="MM", help="with --pixel-size")
    scale.add_argument("--pixel-size", type=float, metavar="UM", help="detector pixel")
    scale.add_argument("--energy", type=float, metavar="KEV", help="electron energy")


def _add_details(parser: argparse.ArgumentParser) -> None:
    more = parser.add_argument_group("more about each answer, in JSON")
    more.add_argument(
        "--details", action="store_true", help="spots, reflections, hkl of every spot"
    )
    more.add_argument(
        "--refine-cell",
        action="store_true",
        help="lattice parameters of every candidate, as far as the zone axis determines them; "
        "needs a known scale",
    )
    more.add_argument(
        "--lattice",
        action="store_true",
        help="what the spot lattice alone says of crystal system and space group, also where a "
        "phase is named",
    )
    more.add_argument(
        "--holder",
        type=float,
        metavar="DEG",
        help="direction of the holder's alpha axis in the image, from right towards down: adds the "
        "tilts to other zone axes",
    )
    more.add_argument(
        "--tilt",
        type=float,
        nargs=2,
        default=[0.0, 0.0],
        metavar=("ALPHA", "BETA"),
        help="goniometer angles at which the patterns were taken (0 0)",
    )
    more.add_argument(
        "--tilt-limits",
        type=float,
        nargs=2,
        default=[35.0, 30.0],
        metavar=("ALPHA", "BETA"),
        help="largest tilts of the holder (35 30)",
    )
    more.add_argument(
        "--joint", action="store_true", help="one more answer for all patterns of each folder"
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    run = parser.add_argument_group("the run")
    run.add_argument("--recursive", action="store_true", help="look into folders of folders")
    run.add_argument("--all-frames", action="store_true", help="answer every frame of a file")
    run.add_argument(
        "--dataset",
        metavar="NAME",
        help="which dataset of files that hold several: its name, or its number from 1; without "
        "it the likeliest diffraction pattern",
    )
    run.add_argument("--jobs", type=int, default=1, metavar="N", help="processes at work (1)")
    run.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write FILE.csv, .json (an object a line) or .html",
    )
    run.add_argument("--resume", action="store_true", help="go on with --output of a broken run")
    run.add_argument(
        "--timeout",
        type=float,
        default=TIMEOUT_S,
        metavar="SECONDS",
        help=f"give up a file, or a frame, after so long and go on ({TIMEOUT_S:g}); 0 never does",
    )
    run.add_argument("--watch", action="store_true", help="wait for new files until interrupted")
    run.add_argument("--json", action="store_true", help="print one JSON object per pattern")
    run.add_argument("--verbose", action="store_true", help="log what goes on to standard error")
