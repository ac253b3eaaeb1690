"""What the portal's paths cost: each beside the least that could be done, and beside what others do. See README.md."""
