"""Side effects that a workflow asks for; each may run twice and comes to the same."""
