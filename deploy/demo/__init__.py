"""The demo organisation, told into the log by commands as its people and its calendar would have given them."""

from deploy.demo.telling import tell, tell_into

__all__ = ["tell", "tell_into"]
