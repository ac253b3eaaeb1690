"""What the product's paths cost, beside the least that could be done and beside others: see README.md."""
