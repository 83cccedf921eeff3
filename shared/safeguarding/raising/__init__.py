"""How people raise a concern: whoever writes reports a worry, and staff note what came by telephone."""
