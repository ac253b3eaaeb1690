"""Tenant lookup: in which Microsoft cloud an organisation's tenant is."""
