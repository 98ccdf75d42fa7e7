"""What the pages of evaluators show."""
