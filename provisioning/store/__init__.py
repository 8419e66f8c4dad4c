"""The directory database: who exists, on which devices, and what they wrote to each other."""
