"""The channels by which programs get tokens: thin views over allauth's provider, harmless to Entra's habits."""
