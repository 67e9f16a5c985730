"""The rows that orders are searched by equal their definition: what to check after any change."""

from collections import defaultdict

import sqlalchemy as sa

from backoffice_core.orders.order import Order
from backoffice_core.search.findable import findable
from backoffice_core.search.summary import summary, summary_of
from backoffice_core.storage.codec import decode, loads
from backoffice_core.storage.sql.index import index_terms
from backoffice_core.storage.sql.tables import ORDERS, SEARCH, TERMS


def check_rows(engine: sa.Engine) -> None:
    """Compare each row and term with what its order's document says; of a deleted order there is none."""
    with engine.connect() as connection:
        orders = connection.execute(sa.select(ORDERS)).fetchall()
        rows = {(row.shop, row.id): row for row in connection.execute(sa.select(SEARCH)).fetchall()}
        terms = defaultdict(set)
        for shop, term, at, id in connection.execute(sa.select(TERMS)).fetchall():
            terms[shop, id].add((term, at))
    known = {(row.shop, row.id): decode(Order, row.doc, row.version) for row in orders if row.deleted_at is None}
    assert set(known) == set(rows) == set(terms)
    for key, order in known.items():
        found, row = findable(order), rows[key]
        columns = {name: getattr(found.columns, name) for name in found.columns.__class__.__annotations__}
        assert columns == {name: getattr(row, name) for name in columns}
        assert {(term, columns["created_at"]) for term in index_terms(found.terms, found.words)} == terms[key]
        assert found.terms == tuple(term for term in row.terms.split("\x1f") if term)
        assert found.words == row.words
        assert summary(order) == summary_of(row.id, row.version, loads(row.summary))
