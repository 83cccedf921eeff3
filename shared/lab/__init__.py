"""The filter lab: trying texts on a programme's rules, drafting changes, trying them on past messages, and
adopting them."""
