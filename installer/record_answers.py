"""Records what the sources answer to the bundled examples, for `saed-desktop --self-test`.

Run it again whenever a network, an example or the way to an answer changes::

    python -m installer.record_answers
"""

import json
import os
import sys
import tempfile

from installer.payload import ROOT
from saed_desktop import paths, self_test


def main() -> int:
    """Write `resources/self-test/answers.json`; returns the exit status."""
    if paths.resources_dir() != ROOT / "resources":
        print(f"These are not the sources: {paths.resources_dir()}")
        return 1
    with tempfile.TemporaryDirectory() as home:
        # the user's own networks are none of the program's
        os.environ["SAED_DESKTOP_HOME"] = home
        answers = self_test.record()
    if not answers["examples"]:
        print("There is no example in resources/patterns.")
        return 1
    file = ROOT / "resources" / self_test.ANSWERS
    file.parent.mkdir(exist_ok=True)
    text = json.dumps(answers, indent=1, sort_keys=True, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
    print(f"{file.relative_to(ROOT)}: {len(answers['examples'])} examples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
