"""
Shopify's file formats.

The import of ``orders_export.csv`` starts in ``orders_csv.py``, that of REST JSON in
``rest_order.py``; their docstrings are the maps, and ``imported.py`` is what both give. Nothing
here opens a file or writes anywhere, that is `backoffice_core.importer`.
"""
