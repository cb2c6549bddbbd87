"""``python -m plait``."""

from .cli import main

main()
