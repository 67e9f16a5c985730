"""
Every kind of error and every reason, for ``from backoffice_core import errors``.

The kinds and what each of them means stand in ``failures.py``; a reason stands beside the rule
that gives it. ``docs/reference/errors.md`` has an anchor for each code.
"""

from backoffice_core.catalog.products import AmbiguousSku
from backoffice_core.checkoutimporter import CheckoutIsNewer
from backoffice_core.context import UnknownShop
from backoffice_core.desks.catalog import NotThatMany
from backoffice_core.desks.channels import ChannelInUse, ChannelTaken
from backoffice_core.desks.customers import CustomerHasOrders
from backoffice_core.desks.exportmail import ExportTooLarge
from backoffice_core.desks.exports import ExportOver
from backoffice_core.desks.outbox import MessageNotDead, MessageOver
from backoffice_core.desks.people import EmailTaken
from backoffice_core.desks.printing import UnknownOrders
from backoffice_core.desks.products import NoVariants, ProductSold
from backoffice_core.desks.storefront import NotProtected, TooManyTries
from backoffice_core.draftimporter import DraftSourceTaken
from backoffice_core.failures import (
    BackOfficeError,
    Conflict,
    GatewayFailed,
    InvalidInput,
    InvalidQuery,
    InvalidValue,
    NotFound,
    Refused,
    StorageFailed,
    UnknownId,
)
from backoffice_core.idempotency import KeyReused
from backoffice_core.importing import MadeHere
from backoffice_core.intents import GatewayInHostTransaction, GatewayUnreachable
from backoffice_core.money import CurrencyMismatch, NothingToAllocateOn, TooManyDigits, UnknownCurrency
from backoffice_core.notify.kinds import UnknownKind
from backoffice_core.orders.allowed import NothingToDo
from backoffice_core.orders.archive import OrderIsCancelled
from backoffice_core.orders.assess import NobodyToAsk
from backoffice_core.orders.cancel import AllShipped, AlreadyCancelled, CaptureFirst, ReturnsOpen
from backoffice_core.orders.channel import ChannelDisabled
from backoffice_core.orders.checkouts import CheckoutSourceTaken, NoContact
from backoffice_core.orders.delete import PaidThroughGateway, PaymentWaiting
from backoffice_core.orders.drafts import DraftIsCompleted
from backoffice_core.orders.edit import EmptyEdit
from backoffice_core.orders.find import (
    AmbiguousLine,
    TooManyUnits,
    UnknownDiscount,
    UnknownFulfillment,
    UnknownHold,
    UnknownLine,
    UnknownTransaction,
)
from backoffice_core.orders.fulfill import FulfillmentCameBack, FulfillmentIsCancelled, NothingToFulfill, UnitsOnHold
from backoffice_core.orders.hold import NothingToHold, ReleaseUnexplained
from backoffice_core.orders.invoice import NoRecipient
from backoffice_core.orders.notes import NotYourComment, UnknownComment
from backoffice_core.orders.pay import (
    AuthorizationBusy,
    CaptureExceedsAuthorization,
    CaptureExceedsOwed,
    NothingOwed,
    NothingToCapture,
    NothingToVoid,
)
from backoffice_core.orders.payback import RefundExceedsPart, SplitMismatch
from backoffice_core.orders.place import NoLines, SourceTaken, TooManyLines, TotalMismatch
from backoffice_core.orders.pricing import NegativeAmount, TaxExceedsPrice
from backoffice_core.orders.record import ReferenceTaken
from backoffice_core.orders.recovery import CheckoutIsOver, OptedOut, UnknownLink
from backoffice_core.orders.refund import NothingToRefund, RefundExceedsPaid
from backoffice_core.orders.restock import NothingToRestock
from backoffice_core.orders.returns import NothingToReturn, ReturnUnderWay, UnknownReturn
from backoffice_core.orders.settle import SettledOtherwise
from backoffice_core.orders.states import TransitionRefused
from backoffice_core.orders.steps import AlreadyOnOrder, BelowShipped
from backoffice_core.orders.stock import OutOfStock
from backoffice_core.orders.tags import TagTooLong, TooManyTags
from backoffice_core.orders.transactions import ConfirmedTooMuch
from backoffice_core.printing.asked import BrokenTemplate
from backoffice_core.printing.slipsheet import NothingToPack
from backoffice_core.reports.home import AdviceStays
from backoffice_core.search.query import UnclearQuery
from backoffice_core.search.sorting import UnknownSort
from backoffice_core.search.views import InvalidView
from backoffice_core.shopify.cells import BadCell, FiguresDisagree
from backoffice_core.shopify.columns import BrokenFile, MissingColumns
from backoffice_core.shopify.json_lines import OtherContent
from backoffice_core.shopify.json_text import BrokenJson
from backoffice_core.shopify.lines import WrongEncoding
from backoffice_core.shopify.rest_fields import BadField
from backoffice_core.shopify.rows import BrokenRow
from backoffice_core.shops import ShopDiffers
from backoffice_core.storage.trouble import (
    AlreadyStored,
    DocumentTooNew,
    SaveUnknown,
    SchemaOutOfDate,
    StaleVersion,
    StockTaken,
    StorageBroken,
    StorageBusy,
    StorageUnreachable,
)

__all__ = [
    "AdviceStays",
    "AllShipped",
    "AlreadyCancelled",
    "AlreadyOnOrder",
    "AlreadyStored",
    "AmbiguousLine",
    "AmbiguousSku",
    "AuthorizationBusy",
    "BackOfficeError",
    "BadCell",
    "BadField",
    "BelowShipped",
    "BrokenFile",
    "BrokenJson",
    "BrokenRow",
    "BrokenTemplate",
    "CaptureExceedsAuthorization",
    "CaptureExceedsOwed",
    "CaptureFirst",
    "ChannelDisabled",
    "ChannelInUse",
    "ChannelTaken",
    "CheckoutIsNewer",
    "CheckoutIsOver",
    "CheckoutSourceTaken",
    "ConfirmedTooMuch",
    "Conflict",
    "CurrencyMismatch",
    "CustomerHasOrders",
    "DocumentTooNew",
    "DraftIsCompleted",
    "DraftSourceTaken",
    "EmailTaken",
    "EmptyEdit",
    "ExportOver",
    "ExportTooLarge",
    "FiguresDisagree",
    "FulfillmentCameBack",
    "FulfillmentIsCancelled",
    "GatewayFailed",
    "GatewayInHostTransaction",
    "GatewayUnreachable",
    "InvalidInput",
    "InvalidQuery",
    "InvalidValue",
    "InvalidView",
    "KeyReused",
    "MadeHere",
    "MessageNotDead",
    "MessageOver",
    "MissingColumns",
    "NegativeAmount",
    "NoContact",
    "NoLines",
    "NoRecipient",
    "NoVariants",
    "NobodyToAsk",
    "NotFound",
    "NotProtected",
    "NotThatMany",
    "NotYourComment",
    "NothingOwed",
    "NothingToAllocateOn",
    "NothingToCapture",
    "NothingToDo",
    "NothingToFulfill",
    "NothingToHold",
    "NothingToPack",
    "NothingToRefund",
    "NothingToRestock",
    "NothingToReturn",
    "NothingToVoid",
    "OptedOut",
    "OrderIsCancelled",
    "OtherContent",
    "OutOfStock",
    "PaidThroughGateway",
    "PaymentWaiting",
    "ProductSold",
    "ReferenceTaken",
    "RefundExceedsPaid",
    "RefundExceedsPart",
    "Refused",
    "ReleaseUnexplained",
    "ReturnUnderWay",
    "ReturnsOpen",
    "SaveUnknown",
    "SchemaOutOfDate",
    "SettledOtherwise",
    "ShopDiffers",
    "SourceTaken",
    "SplitMismatch",
    "StaleVersion",
    "StockTaken",
    "StorageBroken",
    "StorageBusy",
    "StorageFailed",
    "StorageUnreachable",
    "TagTooLong",
    "TaxExceedsPrice",
    "TooManyDigits",
    "TooManyLines",
    "TooManyTags",
    "TooManyTries",
    "TooManyUnits",
    "TotalMismatch",
    "TransitionRefused",
    "UnclearQuery",
    "UnitsOnHold",
    "UnknownComment",
    "UnknownCurrency",
    "UnknownDiscount",
    "UnknownFulfillment",
    "UnknownHold",
    "UnknownId",
    "UnknownKind",
    "UnknownLine",
    "UnknownLink",
    "UnknownOrders",
    "UnknownReturn",
    "UnknownShop",
    "UnknownSort",
    "UnknownTransaction",
    "WrongEncoding",
]
