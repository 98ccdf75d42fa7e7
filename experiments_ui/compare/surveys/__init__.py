"""Questions about all rows of a comparison: what is asked, and how it is answered."""
