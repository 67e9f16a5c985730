"""
Shopify's file formats.

The import of ``orders_export.csv`` starts in ``orders_csv.py``, whose docstring is the map; nothing
here opens a file or writes anywhere, that is `backoffice_core.importer`.
"""
