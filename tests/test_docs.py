"""
Every Python block of the docs and the README runs, a page at a time, in an empty folder.

What a block says beside a ``print`` is printed, in this order; other lines may be printed between.
"""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    if "```python" in path.read_text(encoding="utf-8")
)


def blocks(page: str) -> list[tuple[int, str]]:
    """Return the Python blocks of a page, each with the line it begins on."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.finditer(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [(text.count("\n", 0, match.start(1)), match[1]) for match in found]


def promised(code: str) -> list[str]:
    """Return what the comments beside prints say."""
    return re.findall(r"^ *print\(.*\)  # (.+)$", code, re.MULTILINE)


def missing(promises: list[str], printed: list[str]) -> list[str]:
    """Return the promises that are not printed, in their order."""
    lines = iter(printed)
    return [promise for promise in promises if not any(line == promise for line in lines)]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    if page == "docs/how-to/postgresql.md":
        monkeypatch.setenv("SHOP_URL", request.getfixturevalue("fresh_postgres"))
    names: dict[str, object] = {"__name__": page}
    output, promises = io.StringIO(), []
    with contextlib.redirect_stdout(output):
        for line, code in blocks(page):
            exec(compile("\n" * line + code, page, "exec"), names)
            promises += promised(code)
    assert [] == missing(promises, output.getvalue().splitlines())


def test_there_are_pages() -> None:
    assert "docs/tutorial/first-order.md" in PAGES


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere() -> None:
    broken = []
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            if "://" in target:
                continue
            file, _, anchor = target.partition("#")
            to = (page.parent / file) if file else page
            if not to.exists() or (anchor and anchor not in anchors(to)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert [] == broken


def test_every_page_is_reached_from_the_index() -> None:
    reached, waiting = set(), [ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = re.findall(r"\]\(([^)#:]+\.md)[)#]", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / target).resolve() for target in targets]
    decisions = ROOT / "docs" / "decisions"
    pages = {page for page in (ROOT / "docs").rglob("*.md") if decisions not in page.parents}
    assert set() == pages - reached
