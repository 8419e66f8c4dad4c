"""Sound of the engine: sources and sinks, the ports they are plugged into, the sound device.

All samples here are 16-bit mono, as numpy arrays (``softphone.engine.sound.samples``).
"""
