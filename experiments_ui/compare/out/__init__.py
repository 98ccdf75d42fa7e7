"""What leaves a comparison: tables, a report, a summary in Markdown, and JSON."""
