"""What the shop's process and the bench agree on."""

BUYER = "buyer@bench.example"
LINES = 3
SEATS = 25
