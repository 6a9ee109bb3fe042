"""`python -m cratedig`."""

from cratedig.cli import main

main()
