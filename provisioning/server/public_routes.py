"""What anybody may ask: the CA certificate, and whether the server lives."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from provisioning.server.bodies import Health
from provisioning.server.services import Given

router = APIRouter()


@router.get("/ca.pem", response_class=PlainTextResponse, summary="The installation's CA")
async def ca(given: Given) -> PlainTextResponse:
    return PlainTextResponse(given.ca_pem, media_type="application/x-pem-file")


@router.get("/health", summary="Whether the server and its PBX live")
async def health(given: Given) -> Health:
    return Health(pbx="up" if given.watch.state.up else "down")
