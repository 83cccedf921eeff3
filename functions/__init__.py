"""What AWS invokes. Thin: it reads what came, calls one action or view of the domain, and answers."""
