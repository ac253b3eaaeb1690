"""OAuth endpoints of API clients: views over allauth's provider that also accept what Entra's clients send."""
