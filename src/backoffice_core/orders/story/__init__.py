"""
An order's timeline as sentences, in English and French.

``sentences.py`` makes them, ``words.py`` has what they are made with. A new event class needs one
row in ``english.py`` and one in ``french.py``; `tests/orders/test_story.py` says which are missing.
"""
