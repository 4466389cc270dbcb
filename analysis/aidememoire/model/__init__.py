"""A trained coder: one linear model a theme over words, stems, rule hits and word vectors, kept as plain arrays."""
