"""Payment gateways: ``base.py`` says what one is, ``manual.py`` and ``fake.py`` are two."""
