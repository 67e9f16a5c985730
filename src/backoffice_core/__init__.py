"""A shop's back office for any Python program."""
