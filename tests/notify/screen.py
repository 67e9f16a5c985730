"""Screens: letters as a browser shows them, each in a frame as wide as a screen."""

import json
import subprocess
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any

from tests.printing.browser import browser

# Runs once all frames are there: how wide each page is, and what reaches out of it or is cut within itself.
_MEASURE = """
addEventListener("load", () => {
  const told = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, wide = page.documentElement.clientWidth, out = [];
    for (const one of page.body.querySelectorAll("*")) {
      const box = one.getBoundingClientRect();
      if (box.width && (box.right > wide + 1 || box.left < -1)) out.push(one.className || one.tagName);
      if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline") out.push(one.tagName);
    }
    const high = Math.ceil(page.body.getBoundingClientRect().height);
    frame.style.height = high + "px";
    const card = page.querySelector(".card").getBoundingClientRect();
    const ground = getComputedStyle(page.querySelector(".card")).backgroundColor;
    told[frame.id] = {wide, scrolls: page.documentElement.scrollWidth, card: card.width, out, high, ground};
  }
  const pre = document.createElement("pre");
  pre.id = "told"; pre.textContent = JSON.stringify(told);
  document.body.append(pre);
});
"""
# High enough that no letter has a scroll bar while it is measured.
_FRAME = "height: 9000px; border: 0; margin: 4px;"


def page_of(letters: Mapping[str, str], width: int) -> str:
    """Return a page with a frame for each letter, by name, as wide as a screen."""
    frames = "".join(
        f'<iframe id="{name}" style="{_FRAME} width: {width}px" srcdoc="{escape(html)}"></iframe>'
        for name, html in letters.items()
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><body style="margin: 0">{frames}<script>{_MEASURE}</script>'


def shown(letters: Mapping[str, str], width: int, folder: Path, *more: str) -> dict[str, dict[str, Any]]:
    """Return, for each letter by name, how wide its page is and what of it does not fit."""
    source = folder / f"letters-{width}.html"
    source.write_text(page_of(letters, width), encoding="utf-8")
    command = [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={folder / 'profile'}", f"--window-size={width + 40},2000", *more]
    ran = subprocess.run([*command, "--dump-dom", source.as_uri()], capture_output=True, timeout=120, check=True)
    dom = ran.stdout.decode()
    told: dict[str, dict[str, Any]] = json.loads(unescape(dom.partition('<pre id="told">')[2].partition("</pre>")[0]))
    return told
