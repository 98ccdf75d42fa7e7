"""Rows parted by the values of a column, with subtotals."""
