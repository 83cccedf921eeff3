"""How a relationship ends: a last day, looking back, reports and what is paid for them, certificates."""
