"""Operations: how the work that waits stands, in figures for machines and on a page for people; the replica's reads."""
