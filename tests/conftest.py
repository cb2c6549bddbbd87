"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile(
    "plait", deadline=None, derandomize=True, max_examples=60, print_blob=False
)
settings.load_profile("plait")
