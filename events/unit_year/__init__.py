"""One unit's year: what its members share, and what its secretary does in one act."""
