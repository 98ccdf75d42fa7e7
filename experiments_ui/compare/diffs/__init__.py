"""How outputs differ, and how that is drawn without trusting a letter of them."""
