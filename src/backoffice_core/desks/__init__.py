"""The desks of the front door: what `BackOffice.orders`, `.catalog` and `.outbox` can do."""
