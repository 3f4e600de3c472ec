"""The languages of the window: a file of texts each, in Qt's format, read when it is chosen.

A language is one file ``resources/languages/<code>.ts`` (or in the folder `languages` of the
user's data), as Qt Linguist edits it. It is read as it is: nothing has to be compiled.
"""

import logging
from pathlib import Path
from string import Formatter

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from saed_desktop import paths, translation
from saed_desktop.translation import Catalogue

ENGLISH = "en"
LARGEST_FILE_BYTES = 4_000_000


def language_files() -> dict[str, Path]:
    """Return the files of texts by the code of their language; the user's own come first."""
    folders = (paths.resources_dir() / "languages", paths.data_dir() / "languages")
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.ts"))}


def language_names() -> dict[str, str]:
    """Return what each language calls itself, by code."""
    found = {code: QLocale(code).nativeLanguageName() or code for code in language_files()}
    return {ENGLISH: "English"} | found


def chosen_language(setting: str) -> str:
    """Return the code of the language to speak: English where there are no texts.

    Parameters
    ----------
    setting
        A code, or "system" for the first language of the desktop that there is a file of.
    """
    known = {ENGLISH, *language_files()}
    if setting != "system":
        return setting if setting in known else ENGLISH
    for name in QLocale.system().uiLanguages():
        parts = name.replace("_", "-").split("-")
        for code in ("_".join(parts), parts[0]):
            if code in known:
                return code
    return ENGLISH


def read_catalogue(file: Path) -> Catalogue:
    """Return the finished texts of a file.

    Raises
    ------
    ValueError
        If it is no file of texts.
    """
    from xml.etree import ElementTree  # 10 ms, which an English start does not pay

    if file.stat().st_size > LARGEST_FILE_BYTES:
        raise ValueError("the file is too large")
    try:
        root = ElementTree.fromstring(file.read_bytes())
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    found: dict[str, dict[str, str]] = {}
    for context in root.iter("context"):
        texts = found.setdefault(context.findtext("name") or "", {})
        for message in context.iter("message"):
            text, translated = message.findtext("source"), message.findtext("translation")
            if text and translated and _fits(text, translated):
                texts[text] = translated
    return Catalogue(found.get("texts", {}), found.get("errors", {}), file.stem)


def _fits(text: str, translated: str) -> bool:
    """Whether a translation asks for no value that the text does not bring."""
    try:
        wanted = {name for _, name, *_ in Formatter().parse(translated) if name is not None}
        given = {name for _, name, *_ in Formatter().parse(text) if name is not None}
    except ValueError:
        return "{" not in text
    return wanted <= given


def speak(setting: str) -> str:
    """Let the program speak a language; returns its code.

    To be called before the window is made. Texts that a file lacks stay English; a file that
    cannot be read leaves the whole window English, and a warning in the log.
    """
    code = chosen_language(setting)
    catalogue = Catalogue()
    if code != ENGLISH:
        try:
            catalogue = read_catalogue(language_files()[code])
        except (OSError, ValueError) as error:
            logging.getLogger(__name__).warning("the language %s cannot be read: %s", code, error)
            code = ENGLISH
    translation.install(catalogue)
    app = QCoreApplication.instance()
    if app is not None and code != ENGLISH:
        # the words of Qt's own dialogs
        qt = QTranslator(app)
        if qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(qt)
    return code
