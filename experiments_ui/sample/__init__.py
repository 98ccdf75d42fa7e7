"""The sample space: written support tickets with four experiments on them."""
