"""A host's transaction: our commands are a part of it, whole or not at all, and nothing else happens."""

import attrs
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from backoffice_core import Authorization, BackOffice, Line, Sale, errors
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.storage.sql import SqlStorage, set_up_sqlite
from backoffice_core.storage.sql.tables import ORDERS, SHOPS, STOCK
from backoffice_core.testing.contract_base import everything

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


class Base(DeclarativeBase):
    pass


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str]


@pytest.fixture(
    params=["SQLAlchemy's own way", "our way", pytest.param("PostgreSQL", marks=pytest.mark.postgres)],
)
def engine(request, tmp_path):
    """A host's engine: on SQLite with the driver's late BEGIN, and set up as ours is; on PostgreSQL."""
    if request.param == "PostgreSQL":
        url = request.getfixturevalue("emptied_postgres")().engine.url
        engine = sa.create_engine(url)
    else:
        engine = sa.create_engine(f"sqlite:///{tmp_path}/host.db", connect_args={"timeout": 0.2})
    if request.param == "our way":
        set_up_sqlite(engine)
    Base.metadata.create_all(engine)
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def card():
    return FakeGateway()


@pytest.fixture
def office(engine, card):
    office = BackOffice.open(engine, currency="EUR", taxes_included=True, auto_archive=False, gateways={"card": card})
    office.catalog.add_location("here")
    office.catalog.add_product("Cup", sku="CUP", price="5.00")
    office.catalog.adjust("CUP", 10)
    yield office
    office.close()


@pytest.fixture(params=["connection", "session"])
def host(request, engine):
    """Open a host's transaction; by a Connection or a Session."""
    if request.param == "connection":
        connection = engine.connect()
        connection.begin()
        yield connection
        connection.close()
    else:
        session = Session(engine)
        yield session
        session.close()


def invoice(host, order_id):
    host.execute(sa.insert(Invoice), {"order_id": order_id})


def state(engine):
    """Return what a third party sees: names of orders, what is promised, and the host's rows."""
    with engine.connect() as connection:
        return (
            [row.name for row in connection.execute(sa.select(ORDERS.c.name).order_by(ORDERS.c.id))],
            connection.execute(sa.select(STOCK.c.committed)).scalar(),
            connection.execute(sa.select(sa.func.count()).select_from(Invoice)).scalar(),
        )


class TestTogether:
    def test_commit_together(self, office, engine, host):
        """The host's row and ours come into sight at one moment."""
        order = office.within(host).orders.place(lines=[Line(variant="CUP", quantity=2)]).order
        invoice(host, order.id)
        host.commit()
        assert (["#1001"], 2, 1) == state(engine)
        assert order == office.orders.get(order.id)
        assert 1 == len(office.orders.timeline(order.id))

    def test_roll_back_together(self, office, engine, host):
        """Nothing of either is left, and the number is given back."""
        before = everything(office._context.storage)
        view = office.within(host)
        order = view.orders.place(lines=[Line(variant="CUP", quantity=2)], idempotency_key="k").order
        invoice(host, order.id)
        view.orders.fulfill(order.id)
        view.catalog.adjust("CUP", 5)
        host.rollback()
        assert ([], 0, 0) == state(engine)
        assert before == everything(office._context.storage)
        assert not office.orders.place(lines=[TEA], idempotency_key="k").replayed

    def test_host_first_or_we_first(self, office, engine, host):
        """Whoever writes first: the rest follows in the same transaction."""
        invoice(host, "early")
        order = office.within(host).orders.place(lines=[TEA]).order
        invoice(host, order.id)
        host.rollback()
        assert ([], 0, 0) == state(engine)
        invoice(host, "early")
        office.within(host).orders.place(lines=[TEA])
        host.commit()
        assert (["#1001"], 0, 1) == state(engine)

    def test_nothing_is_committed_by_us(self, office, engine, host):
        """Several commands in, a third party still sees nothing."""
        view = office.within(host)
        order = view.orders.place(lines=[TEA], payments=[Sale("30.00")]).order
        view.orders.refund(order.id, lines={"TEA": 1})
        view.orders.add_tags(order.id, "vip")
        view.run_due()
        assert ([], 0, 0) == state(engine)
        host.rollback()
        assert ([], 0, 0) == state(engine)

    def test_we_see_what_the_host_has_not_committed(self, office, host):
        """Reading through the view, too."""
        view = office.within(host)
        order = view.orders.place(lines=[TEA]).order
        assert order == view.orders.get(order.id)
        assert 1 == view.orders.count()
        assert ["#1001"] == [one.name for one in view.orders]
        assert view.orders.preview.cancel(order.id)
        assert [one.name for one in view.orders.allowed(order.id)]
        assert 0 == office.orders.count()

    def test_what_a_session_has_not_flushed(self, office, engine):
        """A Session's pending objects are written before our command, in order."""
        with Session(engine) as session:
            session.add(Invoice(order_id="x"))
            office.within(session).orders.place(lines=[TEA])
            assert 1 == session.connection().execute(sa.select(sa.func.count()).select_from(Invoice)).scalar()
            session.commit()
        assert (["#1001"], 0, 1) == state(engine)


class TestSavepoints:
    def test_a_refused_command_leaves_the_hosts_transaction_usable(self, office, engine, host):
        """The refusal is undone to its savepoint; what came before and after it is kept."""
        view = office.within(host)
        invoice(host, "before")
        order = view.orders.place(lines=[Line(variant="CUP", quantity=2)], payments=[Sale("10.00")]).order
        for refused in (
            lambda: view.orders.place(lines=[Line(variant="CUP", quantity=9)]),
            lambda: view.orders.refund(order.id, lines={"CUP": 3}),
            lambda: view.orders.set_note(order.id, "x", expected_version=9),
            lambda: view.orders.get("order-9"),
        ):
            with pytest.raises(errors.BackOfficeError):
                refused()
        invoice(host, "after")
        second = view.orders.place(lines=[TEA]).order
        assert "#1002" == second.name
        host.commit()
        assert (["#1001", "#1002"], 2, 2) == state(engine)

    def test_the_hosts_own_savepoint(self, office, engine, host):
        """Rolling back to it takes our commands with it."""
        view = office.within(host)
        view.orders.place(lines=[TEA])
        nested = host.begin_nested()
        view.orders.place(lines=[Line(variant="CUP", quantity=2)])
        nested.rollback()
        assert "#1002" == view.orders.place(lines=[TEA]).order.name
        host.commit()
        assert (["#1001", "#1002"], 0, 0) == state(engine)

    def test_a_transaction_that_the_host_has_not_begun(self, office, engine):
        """One is begun, and it is still the host's to end."""
        with engine.connect() as connection:
            office.within(connection).orders.place(lines=[TEA])
            assert ([], 0, 0) == state(engine)
        assert ([], 0, 0) == state(engine)
        with engine.connect() as connection:
            office.within(connection).orders.place(lines=[TEA])
            connection.commit()
        assert (["#1001"], 0, 0) == state(engine)

    def test_many_views_of_one_transaction(self, office, engine, host):
        """Keys, sources and versions hold within it."""
        first = office.within(host).acting_as("marie")
        order = first.orders.place(lines=[TEA], source=("web", "1"), idempotency_key="k").order
        again = office.within(host).orders.place(lines=[TEA], source=("web", "1"))
        assert (True, order.id) == (again.replayed, again.order.id)
        assert "marie" == office.within(host).orders.timeline(order.id)[0].actor
        host.commit()
        assert (["#1001"], 0, 0) == state(engine)


class TestNothingElse:
    def test_nothing_is_tried_again(self, office, engine, host):
        """A lost race is the host's to handle: its transaction saw an old state."""
        view = office.within(host)
        order = view.orders.place(lines=[TEA]).order
        view.orders.add_tags(order.id, "a")
        with pytest.raises(errors.StaleVersion):
            view.orders.add_tags(order.id, "b", expected_version=1)

    def test_a_locked_database_is_told_at_once(self, office, engine, host):
        """Busy, without another try; the host decides."""
        rival = sa.create_engine(engine.url)
        if engine.dialect.name == "sqlite":
            set_up_sqlite(rival)
        else:
            host.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
        with rival.connect().execution_options(backoffice_write=True) as connection, connection.begin():
            connection.execute(sa.update(SHOPS).values(next_number=9))
            view, slept = office.within(host), []
            with pytest.raises(errors.StorageBusy):
                view._with(attrs.evolve(view._context, sleep=slept.append)).orders.place(lines=[TEA])
            assert [] == slept
        rival.dispose()

    def test_a_gateway_is_not_asked(self, office, engine, host, card):
        """A command that would ask one is refused, whatever it is; nothing was sent."""
        outside = office.orders.place(lines=[TEA], payments=[Authorization("30.00", gateway="card")]).order
        card.calls.clear()
        view = office.within(host)
        for asks in (
            lambda: view.orders.place(lines=[TEA], payments=[Sale("30.00", gateway="card")]),
            lambda: view.orders.capture(outside.id),
            lambda: view.orders.void(outside.id),
            lambda: view.orders.cancel(outside.id),
            lambda: view.orders.preview.place(lines=[TEA], payments=[Sale("30.00", gateway="card")]),
            lambda: view.orders.preview.capture(outside.id),
        ):
            with pytest.raises(errors.GatewayInHostTransaction) as caught:
                asks()
            assert "card" == caught.value.gateway
        assert [] == card.calls
        view.orders.place(lines=[TEA], payments=[Sale("30.00", gateway="stripe", reference="pi_1")])
        host.commit()
        assert 2 == office.orders.count()

    def test_nor_by_a_replay_or_by_resolving(self, office, host, card):
        """A pending movement is not asked about in there either."""
        card.then("late")
        wanted = {"lines": [TEA], "payments": [Sale("30.00", gateway="card")], "idempotency_key": "k"}
        order = office.orders.place(**wanted).order
        card.calls.clear()
        view = office.within(host)
        again = view.orders.place(**wanted)
        assert (True, "pending") == (again.replayed, again.order.transactions[0].status)
        with pytest.raises(errors.GatewayInHostTransaction):
            view.orders.resolve(order.id)
        assert [] == card.calls

    @pytest.mark.parametrize("set_on", ["engine", "made with", "connection"])
    def test_a_connection_without_transactions(self, office, tmp_path, set_on):
        """Nobody would commit what is written there, so it is refused, reading too; nothing is lost."""
        url = office._context.storage.engine.url
        auto = {"isolation_level": "AUTOCOMMIT"}
        engine = sa.create_engine(url, **(auto if set_on == "made with" else {}))
        if set_on == "engine":
            engine = engine.execution_options(**auto)
        connection = engine.connect()
        if set_on == "connection":
            connection = connection.execution_options(**auto)
        view = office.within(connection)
        for call in (lambda: view.orders.place(lines=[TEA]), view.orders.count):
            with pytest.raises(errors.InvalidValue, match="AUTOCOMMIT"):
                call()
        connection.close()
        engine.dispose()
        assert 0 == office.orders.count()

    def test_no_message_is_sent(self, office, host):
        """Messages wait with the order until the host has committed; delivering within is refused."""
        view = office.within(host)
        view.orders.place(lines=[TEA], email="ada@example.com", notify=True)
        with pytest.raises(errors.InvalidValue, match="host's transaction"):
            view.outbox.deliver()
        host.commit()
        assert 1 == office.outbox.deliver().sent

    @pytest.mark.parametrize("host", ["a string", None, 7, "engine"])
    def test_what_is_no_transaction(self, office, engine, host):
        """A Connection or a Session; an Engine has none."""
        with pytest.raises(errors.InvalidValue, match="Connection or Session"):
            office.within(engine if host == "engine" else host)

    def test_a_storage_that_is_not_sql(self, engine):
        """Memory has no transaction to be a part of."""
        office = BackOffice.open("memory:", currency="EUR", taxes_included=True)
        with engine.connect() as connection, pytest.raises(errors.InvalidValue, match="not SQL"):
            office.within(connection)


def test_through_core_too(engine):
    """With every statement through SQLAlchemy Core."""
    storage = SqlStorage(engine, use_compiled=False)
    office = BackOffice.open(storage, currency="EUR", taxes_included=True)
    storage.migrate()
    with engine.connect() as connection:
        office.within(connection).orders.place(lines=[TEA])
        assert 0 == office.orders.count()
        connection.commit()
    assert 1 == office.orders.count()
    office.close()


def test_a_unit_that_fails_in_the_driver(office, engine, host):
    """An error of the database within our command is undone to the savepoint as well."""
    view = office.within(host)
    invoice(host, "before")
    original = view._context.new_id()
    ids = iter([original] * 50)
    view._context = view._context.__class__(
        **{
            **{f: getattr(view._context, f) for f in ("storage", "shop", "clock", "gateways", "actor", "hosted")},
            "new_id": lambda: next(ids),
        }
    )
    view.orders.place(lines=[TEA])
    with pytest.raises(errors.BackOfficeError):
        view._with(view._context).orders.place(lines=[TEA])
    host.commit()
    assert 1 == state(engine)[2]
