"""Who exists: agents, sites, desk phones, enrolments; the allo CLI and the server."""
