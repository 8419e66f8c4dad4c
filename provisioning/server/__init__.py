"""The allo server: HTTPS API and live WebSocket between phones, directory and PBX (docs/api.md)."""
