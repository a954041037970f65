"""`python -m expertpool`: the same as the `expertpool` command."""

from expertpool.cli import main

main(prog_name="expertpool")
