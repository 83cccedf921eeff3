"""What mentor and mentee do together besides writing: what they agree, stages, goals, tasks."""
