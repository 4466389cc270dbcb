"""``python -m aidememoire`` is the command."""

from aidememoire.cli import main

main()
