"""Settings of all tests."""

import os

from hypothesis import settings

# A test of a commit must say the same twice: the examples are drawn alike each time. New ones are looked for with
# `make search`.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
