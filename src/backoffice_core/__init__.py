"""
A shop's back office for any Python program: orders, payments, parcels, refunds, stock.

Start at `BackOffice.open`. The map of the package, top down; imports point down only:

* ``aio`` and ``backoffice``: the front door, awaitable and plain, with its ``desks``
* ``runner``: the one path of every command
* ``storage``, ``notify``, ``gateways``: what can be plugged in; each has a ``base`` that specifies it
* ``shopify``: Shopify's file formats; ``printing``: the order page and the packing slip
* ``catalog``: products, locations, stock
* ``orders``: the rules, pure functions over frozen values; one file for each verb
* ``settings``, ``policies``, ``money``, ``clock``, ``ids``, ``failures``

Names are loaded when they are first used, so importing the package imports no driver.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backoffice_core import errors as errors
    from backoffice_core.aio import AsyncBackOffice as AsyncBackOffice
    from backoffice_core.backoffice import BackOffice as BackOffice
    from backoffice_core.catalog.products import InventoryPolicy as InventoryPolicy
    from backoffice_core.catalog.products import Product as Product
    from backoffice_core.catalog.products import Variant as Variant
    from backoffice_core.listeners import Listener as Listener
    from backoffice_core.money import Money as Money
    from backoffice_core.orders.actions import AddCustomItem as AddCustomItem
    from backoffice_core.orders.actions import AddDiscount as AddDiscount
    from backoffice_core.orders.actions import AddShipping as AddShipping
    from backoffice_core.orders.actions import AddVariant as AddVariant
    from backoffice_core.orders.actions import ChangeShipping as ChangeShipping
    from backoffice_core.orders.actions import RemoveDiscount as RemoveDiscount
    from backoffice_core.orders.actions import RemoveShipping as RemoveShipping
    from backoffice_core.orders.actions import SetQuantity as SetQuantity
    from backoffice_core.orders.asked import Authorization as Authorization
    from backoffice_core.orders.asked import Discount as Discount
    from backoffice_core.orders.asked import Line as Line
    from backoffice_core.orders.asked import Sale as Sale
    from backoffice_core.orders.asked import Shipping as Shipping
    from backoffice_core.orders.asked import Tax as Tax
    from backoffice_core.orders.change import Change as Change
    from backoffice_core.orders.checkout import Checkout as Checkout
    from backoffice_core.orders.draft import Draft as Draft
    from backoffice_core.orders.draftcommands import DraftChange as DraftChange
    from backoffice_core.orders.order import Address as Address
    from backoffice_core.orders.order import CustomerRef as CustomerRef
    from backoffice_core.orders.order import Order as Order
    from backoffice_core.orders.risk import Assessment as Assessment
    from backoffice_core.orders.terms import PaymentTerms as PaymentTerms
    from backoffice_core.orders.visits import Visit as Visit
    from backoffice_core.policies import Recovery as Recovery
    from backoffice_core.policies import RiskPolicy as RiskPolicy
    from backoffice_core.settings import Settings as Settings

_WHERE = {
    "AddCustomItem": "orders.actions",
    "AddDiscount": "orders.actions",
    "AddShipping": "orders.actions",
    "AddVariant": "orders.actions",
    "Address": "orders.order",
    "Assessment": "orders.risk",
    "AsyncBackOffice": "aio",
    "Authorization": "orders.asked",
    "BackOffice": "backoffice",
    "Change": "orders.change",
    "ChangeShipping": "orders.actions",
    "Checkout": "orders.checkout",
    "CustomerRef": "orders.order",
    "Discount": "orders.asked",
    "Draft": "orders.draft",
    "DraftChange": "orders.draftcommands",
    "InventoryPolicy": "catalog.products",
    "Line": "orders.asked",
    "Listener": "listeners",
    "Money": "money",
    "Order": "orders.order",
    "PaymentTerms": "orders.terms",
    "Product": "catalog.products",
    "Recovery": "policies",
    "RemoveDiscount": "orders.actions",
    "RemoveShipping": "orders.actions",
    "RiskPolicy": "policies",
    "Sale": "orders.asked",
    "SetQuantity": "orders.actions",
    "Settings": "settings",
    "Shipping": "orders.asked",
    "Tax": "orders.asked",
    "Variant": "catalog.products",
    "Visit": "orders.visits",
    "errors": "errors",
}

__version__ = "0.1.0"
__all__ = [
    "AddCustomItem",
    "AddDiscount",
    "AddShipping",
    "AddVariant",
    "Address",
    "Assessment",
    "AsyncBackOffice",
    "Authorization",
    "BackOffice",
    "Change",
    "ChangeShipping",
    "Checkout",
    "CustomerRef",
    "Discount",
    "Draft",
    "DraftChange",
    "InventoryPolicy",
    "Line",
    "Listener",
    "Money",
    "Order",
    "PaymentTerms",
    "Product",
    "Recovery",
    "RemoveDiscount",
    "RemoveShipping",
    "RiskPolicy",
    "Sale",
    "SetQuantity",
    "Settings",
    "Shipping",
    "Tax",
    "Variant",
    "Visit",
    "errors",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_WHERE[name]}")
    value = module if name == "errors" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
