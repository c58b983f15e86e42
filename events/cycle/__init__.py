"""One member's year: what happens in it, what may be asked of it, and the rules that decide."""
