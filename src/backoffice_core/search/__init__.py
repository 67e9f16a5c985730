"""
Finding orders: Shopify's query language, and what an order is found by.

* ``tree.py``        a query as a tree, and as text again
* ``parse.py``       text → tree, with warnings; never an error
* ``fields.py``      the table of fields: what can be asked for
* ``values.py``      what the values of each kind of field mean
* ``dates.py``       what values that are moments mean
* ``meaning.py``     tree → conditions, at a moment and in a time zone
* ``conditions.py``  the few conditions that all queries come down to
* ``predicate.py``   conditions → does this order meet them
* ``findable.py``    order → the terms, words and columns that it is found by
* ``text.py``        text without case and accents, and its words
* ``sorting.py``     the sort keys, and cursors
* ``summary.py``     what the list shows of an order
* ``views.py``       saved views

The other compiler, conditions → SQL, is ``storage/sql/where.py``.
"""
