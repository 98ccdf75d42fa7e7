"""The place of classes: runs read as classifications, and how right they are."""
