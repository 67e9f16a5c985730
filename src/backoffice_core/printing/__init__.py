"""
What is printed for an order, as a reader of English or French writes it.

``figures.py`` writes amounts and moments, ``addresses.py`` with ``countries.py`` the lines of an address.
"""
