"""How letters look: shown by Chromium on a phone and on a desk, in light and in the dark."""

from pathlib import Path

import pytest

from backoffice_core import Line
from backoffice_core.notify.kinds import KINDS
from tests.notify.helpers import a_shop, letter_of, rich
from tests.notify.screen import shown
from tests.notify.test_safe import LONG, RIGHT_TO_LEFT, odd_order

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize("width", [360, 1024])
def test_every_kind_fits(width: int, tmp_path: Path) -> None:
    """Nothing has to be scrolled sideways, reaches out of the page or is cut; the card is 600 wide at most."""
    office = a_shop()
    order = rich(office)
    letters = {
        f"{kind}-{locale}": letter_of(office, kind, order, locale).html for kind in KINDS for locale in ("en", "fr")
    }
    told = shown(letters, width, tmp_path)
    assert set(letters) == set(told)
    for name, one in told.items():
        assert (width, width, []) == (one["wide"], one["scrolls"], one["out"]), name
        assert min(width, 600) == one["card"], name


@pytest.mark.parametrize("odd", [LONG[:200], RIGHT_TO_LEFT], ids=["long words", "from right to left"])
def test_odd_text_fits_a_phone(odd: str, tmp_path: Path) -> None:
    """Words that are too long are broken, in titles and addresses as in amounts."""
    office = a_shop()
    order = odd_order(office, odd)
    letters = {kind: letter_of(office, kind, order, "en").html for kind in KINDS}
    for name, one in shown(letters, 360, tmp_path).items():
        assert (360, []) == (one["scrolls"], one["out"]), name


def test_large_amounts_fit_a_phone(tmp_path: Path) -> None:
    """A hundred billion with three digits behind the point."""
    office = a_shop(currency="KWD")
    large = office.orders.place(lines=[Line("Tea " * 9, quantity=9, price="11111111.111")]).order.id
    (one,) = shown({"large": letter_of(office, "order_placed", large, "fr").html}, 360, tmp_path).values()
    assert (360, []) == (one["scrolls"], one["out"])


def test_in_the_dark(tmp_path: Path) -> None:
    """The ground follows what the reader's screen asks for."""
    office = a_shop()
    letters = {"one": letter_of(office, "order_placed", rich(office)).html}
    light, dark = (
        shown(letters, 360, tmp_path, f"--blink-settings=preferredColorScheme={scheme}")["one"]["ground"]
        for scheme in (1, 0)
    )
    assert ("rgb(255, 255, 255)", "rgb(27, 30, 33)") == (light, dark)
