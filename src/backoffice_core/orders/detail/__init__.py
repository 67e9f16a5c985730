"""
An order as its page in a merchant's admin shows it, as one value.

``page.py`` has the whole and the function that builds it. Its parts: ``goods.py`` with ``sold.py``,
``money.py``, ``history.py`` with ``told.py``, ``conversion.py``. All of it is derived when it is asked for; nothing
here is stored.
"""
