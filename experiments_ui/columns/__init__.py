"""The column store: numbers and labels of runs as typed vectors."""
