"""The exchange as Asterisk's configuration files: pure, stable order, one module per noun."""

from pbx_config.asterisk.runtime import Runtime
from pbx_config.layout import Layout
from pbx_config.model import Exchange


def render(exchange: Exchange, layout: Layout, runtime: Runtime) -> dict[str, str]:
    """File name in ``layout.etc`` → its text. Same input, same output.

    Raises ``RenderError`` when an identifier or number in the exchange is not one.
    """
    raise NotImplementedError(exchange, layout, runtime)
