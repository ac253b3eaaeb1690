"""The .gov registry: who registered which .gov domain, and comparing names."""
