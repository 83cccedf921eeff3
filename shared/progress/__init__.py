"""How the pairs of a cohort are getting on: for those who look after them."""
