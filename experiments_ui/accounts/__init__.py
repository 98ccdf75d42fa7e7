"""Who is calling: users, their API keys and sign-in."""
