"""
The rules about orders. Pure: no I/O, no clock, no randomness, no logging.

Start reading at ``order.py`` (the value), ``facts.py`` (what it lived through), ``counters.py``
(every unit), ``amounts.py`` (every figure), ``states.py`` and ``status.py`` (every state). A rule
is a file named after its verb, ``refund.py`` for example, with its rules numbered in the
docstring. ``rules.py`` joins them; ``detail/`` shows an order and ``story/`` tells it. Only attrs
and pendulum are needed.
"""
