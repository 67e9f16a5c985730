"""Cases on tags."""

from backoffice_core import errors
from tests.cases.helpers import goods, office, placed, refusal


def test_c088_the_first_spelling_stays() -> None:
    shop = office()
    order = placed(shop, goods("1.00"), tags=["Red"])
    done = shop.orders.add_tags(order.id, "red")
    assert not done
    assert ("Red",) == done.order.tags


def test_c089_removing_ignores_case() -> None:
    shop = office()
    order = placed(shop, goods("1.00"), tags=["Red"])
    assert () == shop.orders.remove_tags(order.id, "red").order.tags


def test_c092_removing_what_is_not_there_is_no_error() -> None:
    shop = office()
    order = placed(shop, goods("1.00"), tags=["existing", "sale", "state", "summer"])
    assert ("existing", "state", "summer") == shop.orders.remove_tags(order.id, "sale", "missing").order.tags


def test_c094_250_tags_are_the_most() -> None:
    shop = office()
    order = placed(shop, goods("1.00"), tags=["initial"])
    no = refusal(errors.TooManyTags, shop.orders.add_tags, order.id, [f"tag {at}" for at in range(251)])
    assert {"tags": 252, "most": 250} == no
    assert ("initial",) == shop.orders.get(order.id).tags
