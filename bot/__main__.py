"""`python -m bot` and `convene`: the same."""

from bot.cli import main

if __name__ == "__main__":
    main()
