"""The shapes of annotation configs and annotations on the wire."""
