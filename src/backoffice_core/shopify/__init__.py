"""
Shopify's file formats.

The import of ``orders_export.csv`` starts in ``orders_csv.py``, that of REST JSON in
``rest_order.py``; their docstrings are the maps, and ``imported.py`` is what both give. Draft orders
start in ``rest_draft.py``, checkouts in ``rest_checkout.py``. Nothing here opens a file or writes
anywhere, that are `backoffice_core.importer`, `backoffice_core.draftimporter` and
`backoffice_core.checkoutimporter`.
"""
