"""How Camket runs: installing, starting, supervising, and the commands of `camket`."""
