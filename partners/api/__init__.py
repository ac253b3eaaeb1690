"""The partners' room of the API: profiles, relationships between partners, the reseller's agreement."""

from gcc_portal.api.resources import Resources

ROOMS: list[Resources] = []
