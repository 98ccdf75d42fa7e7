"""What pages about datasets and experiments show, gathered for their templates."""
