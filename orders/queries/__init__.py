"""What an actor may see of catalogue, carts, orders and subscriptions. Nothing else decides it."""
