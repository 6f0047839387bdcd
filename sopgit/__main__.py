"""`python -m sopgit`: what the installed hooks run."""

from __future__ import annotations

from sopgit.cli import main

if __name__ == "__main__":
    main()
