"""The phone engine process: the only place that knows pjsua2 and sounddevice."""
