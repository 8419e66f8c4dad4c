"""Call records: one SQL row per call leg, written at hang-up."""

from pbx_config.render.text import document, section

COLUMNS = (
    "calldate", "answer", "end", "clid", "src", "dst", "dcontext", "channel", "dstchannel",
    "lastapp", "lastdata", "duration", "billsec", "disposition", "amaflags", "accountcode",
    "peeraccount", "uniqueid", "linkedid", "sequence", "userfield",
)  # fmt: skip
"""Columns of table ``cdr`` in ``Layout.cdr``. cdr_sqlite3_custom refuses a table with others."""


def cdr_conf() -> str:
    """Unanswered calls too: a missed citizen is what the service must see."""
    return document(
        section("general", "enable = yes", "unanswered = yes", "congestion = yes", "batch = no")
    )


def cdr_sqlite3_custom_conf() -> str:
    """Into ``master.db`` in the log folder (the only name that older versions know)."""
    values = ",".join(f"'${{CDR({'start' if c == 'calldate' else c})}}'" for c in COLUMNS)
    return document(
        section(
            "master",
            "table = cdr",
            f"columns = {','.join(COLUMNS)}",
            f"values = {values}",
            "busy_timeout = 1000",
        )
    )
