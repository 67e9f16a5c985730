"""Products with variants, stock locations, stock and its ledger: ``products.py``."""
