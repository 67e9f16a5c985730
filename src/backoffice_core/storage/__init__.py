"""Where shops are kept: ``base.py`` is the specification, ``memory.py`` and ``sql`` fulfill it."""
