"""`python -m consumer` is the `backchannel` command."""

from consumer.cli import main

if __name__ == "__main__":
    main()
