"""What people leave on comparisons: reviews, and views under a name."""
