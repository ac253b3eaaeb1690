"""The e-mails of the customers app, one module a subject."""
