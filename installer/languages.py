"""Bring the files of the window's languages up to date: `python -m installer.languages [CODE ...]`.

Collects the texts of the sources and writes ``resources/languages/<code>.ts`` anew: translations
are kept, new texts are marked "unfinished", texts that are gone go. A code that has no file yet
gets one, to be filled in with Qt Linguist or an editor.

Texts are what stands in `tr`, `mark`, `say` and `counted`, in the table of commands, and the
sentences of the errors that users read. The latter are written far from any window, so they are
recognised when they are shown: what varies in them is a ``{name}`` here.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "languages"
TEXTS, ERRORS = "texts", "errors"
TEXT_CALLS = {"tr": (0,), "mark": (0,), "say": (0,), "counted": (1, 2)}
ROW_CALLS = {"Command": (0, 1), "overlay": (0, 1), "tool": (0, 1)}
ERROR_CLASSES = {"SaedError", "UnreadablePatternError", "PhaseError", "BundleError", "UsageError"}
SENTENCES = ("words", "remark")
"""Arguments that hold sentences of parts without a window."""
SPEAKING_FUNCTIONS = ("user_message",)
LISTS_OF_SENTENCES = ("remarks.append", "said.append")
FEWEST_LETTERS = 8
"""A template with fewer letters of its own would be recognised in everything."""
NOT_OF_THE_WINDOW = ("cli", "library_command", "api", "self_test", "__main__")


def collected() -> dict[str, dict[str, str]]:
    """Return the texts of the sources by context, each with the file that it stands in."""
    found: dict[str, dict[str, str]] = {TEXTS: {}, ERRORS: {}}
    for file in sorted((ROOT / "saed_desktop").rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        for context, text in _texts(ast.parse(file.read_text(encoding="utf-8")), name):
            if text.strip():
                found[context].setdefault(text, name)
    return found


def _texts(tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
    has_errors = Path(name).parts[1].removesuffix(".py") not in NOT_OF_THE_WINDOW
    for node in ast.walk(tree):
        if has_errors:
            for said in _sentences(node):
                for part in _parts(said):
                    template = _template(part)
                    if template is not None:
                        yield ERRORS, template
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        for place in {**TEXT_CALLS, **ROW_CALLS}.get(called, ()):
            for part in _parts(node.args[place] if place < len(node.args) else None):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield TEXTS, part.value
        if called in ROW_CALLS:
            for keyword in node.keywords:
                if keyword.arg == "begins" and isinstance(keyword.value, ast.Constant):
                    yield TEXTS, str(keyword.value.value)


def _sentences(node: ast.AST) -> Iterator[ast.expr]:
    """Give what is said by a part without a window: errors, remarks, answers of functions."""
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        yield from (item.value for item in node.keywords if item.arg in SENTENCES)
        yield from node.args[:1] if called in ERROR_CLASSES else ()
        if ast.unparse(node.func) in LISTS_OF_SENTENCES:
            yield from node.args
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Attribute):
        target = node.targets[0]
        if (target.id if isinstance(target, ast.Name) else target.attr) == "remark":
            yield node.value
    elif isinstance(node, ast.FunctionDef) and node.name in SPEAKING_FUNCTIONS:
        yield from (r.value for r in ast.walk(node) if isinstance(r, ast.Return) and r.value)


def _parts(node: ast.expr | None) -> tuple[ast.expr, ...]:
    """Return both sides of a choice between two texts."""
    if isinstance(node, ast.IfExp):
        return (*_parts(node.body), *_parts(node.orelse))
    return (node,) if node is not None else ()


def _template(node: ast.expr) -> str | None:
    """Return an error's sentence with names in braces for what varies."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return None if node.value.startswith("--") else node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    names: dict[str, str] = {}
    text = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            code = ast.unparse(part.value)
            base = re.findall(r"[A-Za-z]\w*", code)
            name = base[-1] if base else "value"
            while names.get(name, code) != code:
                name += "_"
            names[name] = code
            text += f"{{{name}}}"
        elif isinstance(part, ast.Constant):
            text += str(part.value)
    own = re.sub(r"\{\w+\}", "", text)
    is_known_again = sum(letter.isalpha() for letter in own) >= FEWEST_LETTERS
    return text if is_known_again and not text.startswith("--") else None


def read(file: Path) -> dict[str, str]:
    """Return the finished translations of a file by their English text."""
    if not file.is_file():
        return {}
    found = {}
    for message in ElementTree.parse(file).getroot().iter("message"):
        text, translated = message.findtext("source"), message.find("translation")
        if text and translated is not None and translated.text:
            found[text] = translated.text
    return found


def write(file: Path, texts: dict[str, dict[str, str]], translations: dict[str, str]) -> int:
    """Write a file of texts; returns how many are unfinished."""
    root = ElementTree.Element("TS", version="2.1", sourcelanguage="en", language=file.stem)
    missing = 0
    for name, found in texts.items():
        context = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(context, "name").text = name
        for text, place in found.items():
            message = ElementTree.SubElement(context, "message")
            ElementTree.SubElement(message, "location", filename=f"../../{place}")
            ElementTree.SubElement(message, "source").text = text
            translated = ElementTree.SubElement(message, "translation")
            translated.text = translations.get(text)
            if not translated.text:
                translated.set("type", "unfinished")
                missing += 1
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', "utf-8")
    return missing


def main() -> int:
    """Update the files that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("codes", nargs="*", help="languages such as fr; all that have a file")
    codes = parser.parse_args().codes or sorted(file.stem for file in FOLDER.glob("*.ts"))
    texts = collected()
    for code in codes:
        file = FOLDER / f"{code}.ts"
        missing = write(file, texts, read(file))
        total = sum(len(found) for found in texts.values())
        print(f"{file.relative_to(ROOT)}: {total - missing} of {total} texts translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
