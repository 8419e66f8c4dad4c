"""The laptop: a headless phone engine (own process), pure state, and the Qt window."""
