"""Messages to customers: ``messages.py`` says which, ``base.py`` what sends them, ``relay.py`` when again."""
