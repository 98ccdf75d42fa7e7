"""Exact values and tables on their way in and out: JSON, Arrow and files."""
