"""The compare page: experiments of one dataset, side by side."""
