"""One day of a shop through the public API: ``day.py`` walks it, ``show.py`` prints it."""
