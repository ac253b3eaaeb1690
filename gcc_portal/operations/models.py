"""Operations keeps no tables."""
