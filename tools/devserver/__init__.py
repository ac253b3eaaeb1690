"""PostgreSQL and a Redis-protocol server from wheels, and the supervisor that runs them with the portal.

Nothing here is used when DATABASE_URL and REDIS_URL name real servers. ``python -m tools.devserver``
lists the commands.
"""
