"""The one way this phone does TLS to the allo server. Knows no address and no secret."""

import ssl


def context_for(ca_pem: str) -> ssl.SSLContext:
    """Trust this CA alone, verify chain and host name, TLS 1.2 at least.

    Raises ``ssl.SSLError`` when ``ca_pem`` holds no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and name by default
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=ca_pem)
    return context


def is_wrong_certificate(error: BaseException) -> bool:
    """Whether a connection failed because the server is not who it should be.

    HTTP libraries wrap the real cause, so the whole chain is looked at.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
