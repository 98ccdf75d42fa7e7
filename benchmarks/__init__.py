"""What the server costs, measured from outside and beside bare floors."""
