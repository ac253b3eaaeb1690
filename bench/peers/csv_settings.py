"""A bare Django with the usual download."""

from bench.floors.settings import *  # noqa: F403

ROOT_URLCONF = "bench.peers.csv_plain"
