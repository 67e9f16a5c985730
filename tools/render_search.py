"""The reference page of the query language; `render_docs.py` writes it."""

from collections.abc import Mapping

from backoffice_core.desks.found import COUNT_LIMIT, LARGEST_PAGE
from backoffice_core.search.checkouts import CHECKOUTS
from backoffice_core.search.customers import CUSTOMER_KEYS, CUSTOMERS
from backoffice_core.search.fields import FIELDS, NOT_HELD, TAKES, Field, Fields
from backoffice_core.search.parse import DEEPEST, LONGEST_QUERY, MOST_TERMS
from backoffice_core.search.products import PRODUCT_KEYS, PRODUCTS
from backoffice_core.search.sorting import CHECKOUT_KEYS, KEYS
from backoffice_core.storage.sql.search import INDEXED
from tools.rendering import WRITTEN, table

#: How queries are written; `search/parse.py` reads them.
QUERY_ROWS = [
    ("`tea cup`, `tea AND cup`", "both; binds tighter than `OR`"),
    ("`tea OR cup`", "one of them"),
    ("`-tea`, `NOT tea`, `-(tea OR cup)`", "without it"),
    ("`(tea OR cup) tag:vip`", "a group"),
    ("`\"tea cup\"`, `'tea cup'`", "the words side by side; a value with spaces"),
    ('`tea*`, `"green te"*`', "how it begins; a star within quotes is a star"),
    ("`tag:vip`", "a field and its value"),
    ("`tag:a,b`", "one of several values"),
    ("`tag:*`, `-tag:*`", "whether there is any"),
    ("`id:>=5`", "compared by `<`, `<=`, `>`, `>=`"),
    ("`total_price:5..20`, `5..`, `..20`, `'a b'..'c'`", "a range, both ends included"),
    ("`tag:a\\,b`, `re\\:mark`", "a backslash takes the meaning from the next character"),
]


def _row(one: Field) -> tuple[str, str, str]:
    takes = one.takes if one.takes.startswith("`") else f"[{one.takes}](#{one.takes})"
    return f"`{one.name}`", one.finds, takes


def _other(desk: str, fields: Fields, keys: Mapping[str, str], usual: str, words: str) -> tuple[str, ...]:
    """Return the section of what else is found by queries."""
    return (
        f"## {fields.things.capitalize()}",
        f"`office.{desk}.search` reads the same language, with these fields; free text is looked for in {words}.",
        table(("field", "finds", "values"), [_row(one) for one in fields.by_name.values()]),
        f"Sorts: {', '.join(f'`{key}`' for key in keys)}; `{usual}` unless told otherwise.",
    )


def search_page() -> str:
    """Return the page of the query language."""

    fields = [_row(one) for one in FIELDS.values()]
    sorts = [(f"`{key}`", "yes" if column in INDEXED else "no") for key, column in KEYS.items()]
    return "\n\n".join(
        [
            "# The query language",
            WRITTEN,
            "Shopify's, as far as orders here have something to be found by. How it is used:"
            " [find orders](../how-to/find-orders.md).",
            "## How a query is written",
            table(("written", "meant"), QUERY_ROWS),
            f"At most {LONGEST_QUERY:,} characters, {MOST_TERMS} values and {DEEPEST} groups within groups are read."
            " Whatever is left out of a query, or can be met by no order, is told by a warning with its place; a saved"
            " view, a command on many orders and an export refuse such a query.",
            "## Fields",
            table(("field", "finds", "values"), fields),
            "Fields that are not of an order here are left out with a warning of their own: "
            + ", ".join(f"`{name}`" for name in NOT_HELD)
            + ", and `metafields.…`.",
            "## Values",
            *(f"### {kind}\n\n{what[0].upper() + what[1:]}." for kind, what in TAKES.items()),
            "A year, a month, a day is all of it, in the shop's time zone, and a time without seconds its minute:"
            " `<=2025` has all of 2025 in it, `>2025` begins with 2026. A time is quoted:"
            " `created_at:'2026-03-01T09:30'` on the shop's clocks, or with an offset, `…T09:30Z`, `…T09:30+02:00`."
            " The units of a while are `min`, `h`, `d`, `w`, `m`, `y`; a day is 24 hours then, a month"
            " and a year are those of the shop's calendar. In a range of"
            " times each is quoted, or the whole: `created_at:'2026-03-01T09:30'..'2026-03-02T18:00'`.",
            "## Free text",
            "Text without a field is looked for in the order's name; the customer's name, address for mail and"
            " telephone; both addresses; titles and SKUs of what was sold; the gateway's names for payments. Each word"
            " must be there as the beginning of one; case and accents do not count, and a mark within a word is a"
            " space: `AB-1` finds `ab 1` and `AB-12`. A phrase has its words side by side. Scripts without spaces are"
            " found by how a run of letters begins.",
            "## Sorts",
            "With `-` before it the greatest comes first; `-created_at` unless told otherwise. What is missing comes"
            " before all others; ties go by id. A sort without an index is for lists that a query has made short.",
            table(("sort", "index"), sorts),
            *_other(
                "checkouts",
                CHECKOUTS,
                CHECKOUT_KEYS,
                "id",
                "the name, the customer, the addresses and what is in the checkout",
            ),
            *_other("customers", CUSTOMERS, CUSTOMER_KEYS, "-created_at", "names, addresses, numbers, notes and tags"),
            *_other(
                "catalog",
                PRODUCTS,
                PRODUCT_KEYS,
                "title",
                "titles, makers, kinds, tags, and the titles, SKUs and barcodes of variants",
            ),
            f"A page has at most {LARGEST_PAGE} rows. Counting ends at {COUNT_LIMIT:,} unless told otherwise.",
        ]
    )
