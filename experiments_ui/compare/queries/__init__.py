"""What is read of people's reviews of comparisons and their saved views."""
