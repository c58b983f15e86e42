"""Time and sequence: a workflow waits for its dates and asks for what is due. Empty of imports: the sandbox loads it for every run."""
