"""The rules and the record: what may happen in a member's year, and the append-only log of what did."""
