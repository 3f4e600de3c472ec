"""Networks, data, training, evaluation and export; headless, and the only room with torch."""

import os

from saed_desktop import paths

# Before anything loads the libraries: the hub of pre-trained weights is told nothing but which file
# is wanted, and matplotlib keeps its list of fonts in our folder.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("MPLCONFIGDIR", str(paths.cache_dir() / "matplotlib"))
