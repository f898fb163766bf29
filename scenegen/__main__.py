"""`python -m scenegen` is the command line."""

from scenegen.cli import main

if __name__ == "__main__":
    main(prog_name="scenegen")
