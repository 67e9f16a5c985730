"""`StorageContract`: what every storage must do, as a class to subclass in your own test suite."""

from backoffice_core.testing.contract_carts import CartsContract
from backoffice_core.testing.contract_checkouts import CheckoutsContract
from backoffice_core.testing.contract_documents import CatalogContract, ShopsContract
from backoffice_core.testing.contract_draftlists import DraftListsContract
from backoffice_core.testing.contract_drafts import DraftsContract
from backoffice_core.testing.contract_draftsources import DraftSourcesContract
from backoffice_core.testing.contract_exports import ExportsContract
from backoffice_core.testing.contract_figures import FiguresContract
from backoffice_core.testing.contract_home import HomeContract
from backoffice_core.testing.contract_many import ManyContract
from backoffice_core.testing.contract_orders import KeysContract, OrdersContract, PagesContract, WaitingContract
from backoffice_core.testing.contract_outbox import OutboxContract
from backoffice_core.testing.contract_people import PeopleContract, ProductListsContract
from backoffice_core.testing.contract_races import RacesContract, UnitsContract
from backoffice_core.testing.contract_search import SearchContract, ViewsContract
from backoffice_core.testing.contract_shop import ShopDoorContract
from backoffice_core.testing.contract_stock import StockContract


class StorageContract(
    ShopsContract,
    CatalogContract,
    OrdersContract,
    PagesContract,
    WaitingContract,
    KeysContract,
    DraftSourcesContract,
    DraftsContract,
    DraftListsContract,
    CheckoutsContract,
    CartsContract,
    SearchContract,
    ViewsContract,
    ManyContract,
    FiguresContract,
    ExportsContract,
    ShopDoorContract,
    PeopleContract,
    HomeContract,
    ProductListsContract,
    StockContract,
    OutboxContract,
    UnitsContract,
    RacesContract,
):
    """
    What every storage must do; `backoffice_core.storage.base` is its specification.

    Name the subclass ``Test...`` and override the ``storage`` fixture to yield a fresh, empty
    storage::

        class TestMyStorage(StorageContract):
            @pytest.fixture
            def storage(self, tmp_path):
                storage = MyStorage(tmp_path / "shop.db")
                yield storage
                storage.close()

    A storage that outlives its process sets ``reopens`` and overrides `reopen`; one that keeps
    documents as text sets ``plants`` and overrides `plant`.
    """
