"""The partners' part of the API: profiles, relationships between partners, the reseller's agreement."""

from gcc_portal.api.resources import Resources
from partners.api import compliance, profiles, relationships

RESOURCES: list[Resources] = [profiles.resources, relationships.resources, compliance.resources]
