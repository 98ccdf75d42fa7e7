"""The compare pages: one file for each place of a comparison."""
