"""What requests and answers carry (docs/api.md), checked at the edge. Only shapes, no behaviour."""

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

MESSAGE_LIMIT = 4000
"""Characters of one message."""


def _unix_lines(text: Any) -> Any:
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


def _readable(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("empty", "nothing to read")
    if any(c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise PydanticCustomError("control_character", "control character")
    return text


def _one_line(text: str) -> str:
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).strip()


Extension = Annotated[str, Field(pattern=r"^[0-9]{1,8}$", examples=["2015"])]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, populate_by_name=True, hide_input_in_errors=True)


class EnrolRequest(_Body):
    """The one-time token of a link, and how this device is called."""

    token: str = Field(min_length=1, max_length=200)
    device_name: Annotated[str, AfterValidator(_one_line)] = Field("", max_length=80)


class ServerPart(_Body):
    url: str
    ca_pem: str


class SipPart(_Body):
    host: str
    port: int
    transport: Literal["tls"] = "tls"
    user: str
    realm: str
    secret: str
    srtp: Literal["mandatory"] = "mandatory"


class AgentPart(_Body):
    extension: str
    name: str
    function: str
    service: str
    site: str
    public_number: str | None
    roles: list[str]


class Profile(_Body):
    """Everything a device needs; ``sip.secret`` and ``api_token`` are said this once only."""

    v: Literal[1] = 1
    server: ServerPart
    sip: SipPart
    agent: AgentPart
    api_token: str
    echo_test: str


class MessageRequest(_Body):
    to: Extension
    text: Annotated[
        str,
        BeforeValidator(_unix_lines),
        Field(min_length=1, max_length=MESSAGE_LIMIT),
        AfterValidator(_readable),
    ]
    client_id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")


class Message(_Body):
    id: int
    client_id: str
    sender: str = Field(serialization_alias="from")
    to: str
    text: str
    stored_at: datetime
    handed_at: datetime | None = None
    delivered_at: datetime | None = None


class Messages(_Body):
    messages: list[Message]


class Nothing(_Body):
    """``{}``"""


class Health(_Body):
    status: Literal["ok"] = "ok"
    pbx: Literal["up", "down"]


class Problem(_Body):
    """Every error, whatever its status."""

    status: int
    id: str
    message: str
    details: dict[str, Any]
