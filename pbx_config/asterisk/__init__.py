"""Asterisk as a program: found, installed, started, asked, stopped."""

from pbx_config.asterisk.install import InstallFailed, install
from pbx_config.asterisk.process import (
    Asterisk,
    AsteriskDown,
    AsteriskFailed,
    PortTaken,
    Status,
)
from pbx_config.asterisk.runtime import AsteriskNotFound, Runtime, locate

__all__ = [
    "Asterisk",
    "AsteriskDown",
    "AsteriskFailed",
    "AsteriskNotFound",
    "InstallFailed",
    "PortTaken",
    "Runtime",
    "Status",
    "install",
    "locate",
]
