"""
Paper: what a browser makes of a document, as pages with words and where they stand.

Chromium prints to PDF, and poppler's tools read it. Where they are missing a test is skipped with the reason; with
``CI=true`` in the environment, as in ``.ci/run``, it fails.
"""

import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import attrs
import pytest

_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_POPPLER = ("pdftotext", "pdftoppm")
#: Points to a millimeter.
MM = 72 / 25.4


@attrs.frozen
class Word:
    """A word on a page, with the edges of its box in points from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@attrs.frozen
class Page:
    """A page of paper: its size in points, and its words in the order in which they are read."""

    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Its words with a space between any two."""
        return " ".join(word.text for word in self.words)

    def boxes(self, pattern: str) -> list[Word]:
        """Return the words that a pattern matches whole."""
        return [word for word in self.words if re.fullmatch(pattern, word.text)]


def browser() -> str:
    """Return the path of a browser; skip the test where that, or a tool that reads PDF, is missing."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    missing = ([] if found else ["chromium"]) + [tool for tool in _POPPLER if shutil.which(tool) is None]
    if found is None or missing:
        told = f"{' and '.join(missing)} not found; on Debian: apt-get install chromium poppler-utils"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    return found


def print_pdf(html: str, folder: Path) -> Path:
    """Return the PDF that a browser prints of a document, at the sizes and margins that it asks for."""
    source, target = folder / "document.html", folder / "document.pdf"
    source.write_text(html, encoding="utf-8")
    # Its sandbox works neither for root nor in most containers, and the documents are our own.
    command = [
        browser(),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-pdf-header-footer",
        f"--user-data-dir={folder / 'profile'}",
        f"--print-to-pdf={target}",
        source.as_uri(),
    ]
    ran = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert target.exists(), ran.stderr.decode(errors="replace")[-2000:]
    return target


def pages_of(pdf: Path) -> list[Page]:
    """Return the pages of a PDF."""
    told = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, check=True, text=True).stdout
    return [
        Page(float(width), float(height), tuple(_words(inner)))
        for width, height, inner in re.findall(
            r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', told, re.DOTALL
        )
    ]


def _words(told: str) -> list[Word]:
    found = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', told)
    return [Word(unescape(text), *map(float, edges)) for *edges, text in found]


@attrs.frozen
class Picture:
    """A page as gray pixels, row by row; 255 is white."""

    width: int
    height: int
    gray: bytes

    def ink(self, left: int, top: int, right: int, bottom: int) -> int:
        """Return how many pixels within a box are not white."""
        rows = (self.gray[y * self.width + left : y * self.width + right] for y in range(top, bottom))
        return sum(len(row) - row.count(255) for row in rows)


def pictures_of(pdf: Path, folder: Path, dots: int = 50) -> list[Picture]:
    """Return the pages of a PDF as they look, at so many dots per inch."""
    subprocess.run(["pdftoppm", "-gray", "-r", str(dots), pdf, folder / "page"], check=True, timeout=120)
    return [_picture(file.read_bytes()) for file in sorted(folder.glob("page-*.pgm"))]


def _picture(pgm: bytes) -> Picture:
    header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", pgm)
    assert header is not None
    return Picture(int(header[1]), int(header[2]), pgm[header.end() :])
