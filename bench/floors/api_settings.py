"""A bare Django on the product's tables, for programs: no session and no middleware; the views check the token."""

from bench.floors.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "bench.floors.api_urls"
