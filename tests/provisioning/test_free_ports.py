"""Free ports are free, different, and apart."""

import socket

from provisioning.free_ports import RTP_PORTS, free_ports


def test_all_ports_can_be_used_together() -> None:
    ports = free_ports("127.0.0.1")
    held = []
    try:
        for key, kind in (
            ("https_port", socket.SOCK_STREAM),
            ("sip_phone_port", socket.SOCK_STREAM),
            ("sip_tls_port", socket.SOCK_STREAM),
            ("ami_port", socket.SOCK_STREAM),
            ("sip_udp_port", socket.SOCK_DGRAM),
            ("rtp_start", socket.SOCK_DGRAM),
            ("rtp_end", socket.SOCK_DGRAM),
        ):
            probe = socket.socket(socket.AF_INET, kind)
            held.append(probe)
            probe.bind(("127.0.0.1", ports[key]))
    finally:
        for probe in held:
            probe.close()
    assert ports["rtp_start"] % 2 == 0
    assert ports["rtp_end"] - ports["rtp_start"] == RTP_PORTS - 1
    assert not ports["rtp_start"] <= ports["sip_udp_port"] <= ports["rtp_end"]
