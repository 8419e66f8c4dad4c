"""What the PBX does right now: who waits, who is free. Knows extensions and queues, not people."""
