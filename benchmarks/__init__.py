"""Figures of speed and size, never a pass/fail: machines are noisy. Run by ``make bench``."""
