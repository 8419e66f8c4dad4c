"""Asterisk's manager interface: one connection, typed events. Knows no directory."""
