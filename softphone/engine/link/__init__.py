"""The way to the PBX: a TLS 1.3 tunnel for SIP, and what the system says about the network."""
