"""What is kept with a concern or printed from it: files, and the referral form."""
