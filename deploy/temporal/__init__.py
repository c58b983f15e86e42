"""Getting a real Temporal on any machine: the dev server for running, the time-skipping server for tests."""
