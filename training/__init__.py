"""Training the filter: not shipped, and run by hand (`make train-filter`)."""
