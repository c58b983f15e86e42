"""One module per screen; each has a `router`, which `web.app` finds by itself. See `web.deps` for what a page is given."""
