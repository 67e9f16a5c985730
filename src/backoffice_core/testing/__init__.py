"""
What helps to test a program that stands on this library, and to prove a part that plugs into it.

* `FrozenClock`, `CountingIds`: time and ids that tests decide
* `an_order`, `a_record` and others in ``builders``: values in one line
* ``strategies``: Hypothesis strategies for baskets and commands; they need ``hypothesis``
* `StorageContract`, `NotifierContract`, `GatewayContract`, `AssessorContract`: subclass one, override its fixture, and
  pytest proves your part; they need ``pytest``

Names are loaded when they are first used, so a script without pytest can use the rest. Before a
contract is loaded, pytest is told to rewrite its assertions, so that a failure shows the values.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from backoffice_core.testing.assessor_contract import AssessorContract as AssessorContract
    from backoffice_core.testing.builders import a_key as a_key
    from backoffice_core.testing.builders import a_message as a_message
    from backoffice_core.testing.builders import a_product as a_product
    from backoffice_core.testing.builders import a_record as a_record
    from backoffice_core.testing.builders import a_shop as a_shop
    from backoffice_core.testing.builders import an_order as an_order
    from backoffice_core.testing.clock import FrozenClock as FrozenClock
    from backoffice_core.testing.gateway_contract import GatewayContract as GatewayContract
    from backoffice_core.testing.ids import CountingIds as CountingIds
    from backoffice_core.testing.notifier_contract import NotifierContract as NotifierContract
    from backoffice_core.testing.storage_contract import StorageContract as StorageContract

_WHERE: Final = {
    "AssessorContract": "assessor_contract",
    "CountingIds": "ids",
    "FrozenClock": "clock",
    "GatewayContract": "gateway_contract",
    "NotifierContract": "notifier_contract",
    "StorageContract": "storage_contract",
    "a_key": "builders",
    "a_message": "builders",
    "a_product": "builders",
    "a_record": "builders",
    "a_shop": "builders",
    "an_order": "builders",
}
#: Modules that assert.
_ASSERTING: Final = (
    "assessor_contract",
    "gateway_contract",
    "notifier_contract",
    "storage_contract",
    "contract_base",
    "contract_carts",
    "contract_checkouts",
    "contract_documents",
    "contract_draftlists",
    "contract_drafts",
    "contract_draftsources",
    "contract_many",
    "contract_orders",
    "contract_outbox",
    "contract_races",
    "contract_search",
    "contract_shop",
    "contract_stock",
)

__all__ = [
    "AssessorContract",
    "CountingIds",
    "FrozenClock",
    "GatewayContract",
    "NotifierContract",
    "StorageContract",
    "a_key",
    "a_message",
    "a_product",
    "a_record",
    "a_shop",
    "an_order",
]


def _rewrite_assertions() -> None:
    """Have pytest show the values in the contracts' assertions; what is loaded already stays as it is."""
    import pytest

    names = [f"{__name__}.{module}" for module in _ASSERTING]
    pytest.register_assert_rewrite(*(name for name in names if name not in sys.modules))


if "pytest" in sys.modules:
    _rewrite_assertions()


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    where = _WHERE[name]
    if where in _ASSERTING and "pytest" not in sys.modules:
        _rewrite_assertions()
    value = getattr(import_module(f"{__name__}.{where}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
