"""Which extension a new agent gets: the lowest of the site's range that nobody ever had.

Pure. An extension is kept for life and not given to another agent afterwards: it is on visiting
cards, in other people's call lists and on voicemail boxes.
"""

from collections.abc import Collection, Iterator

from provisioning.commune import Commune


class RangeFull(Exception):
    """Every extension of the site's range was given out."""


class Allotment:
    """Hands out extensions of all sites during one import."""

    def __init__(self, commune: Commune, ever_used: Collection[str]) -> None:
        used = {*ever_used, *(service.extension for service in commune.service)}
        self._free: dict[str, Iterator[str]] = {
            site.code: (text for number in site.range if (text := str(number)) not in used)
            for site in commune.site
        }

    def next(self, site: str) -> str:
        """Raises RangeFull."""
        for extension in self._free[site]:
            return extension
        raise RangeFull(site)
