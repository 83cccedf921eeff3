"""What people and their parents or carers agree to, how they want to be in touch, and what they lack."""
