"""sopgit: a written procedure, kept in Git and proved by signatures."""

__version__ = "0.1.0"
