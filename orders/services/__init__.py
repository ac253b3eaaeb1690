"""Use cases of catalogue, carts, orders and subscriptions: one function for each, in one transaction."""
