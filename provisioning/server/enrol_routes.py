"""A one-time link becomes a telephone: ``POST /v1/enrol`` and the page behind the link."""

import logging
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from filelock import Timeout

from pbx_config.errors import PbxError
from pbx_config.model import REALM
from pbx_config.render.codes import ECHO_TEST
from provisioning.ca import fingerprint
from provisioning.enrolment import EnrolmentRefused, redeem
from provisioning.operations import apply_secrets
from provisioning.problem import InputRefused
from provisioning.server import landing, refusal
from provisioning.server.bearer import card
from provisioning.server.bodies import EnrolRequest, Problem, Profile, ServerPart, SipPart
from provisioning.server.services import Given, Services

router = APIRouter()
_log = logging.getLogger(__name__)


@router.post(
    "/v1/enrol",
    responses={status: {"model": Problem} for status in (404, 410, 422, 429, 503)},
    summary="Exchange a link's token for a Profile",
)
async def enrol(body: EnrolRequest, request: Request, given: Given) -> Profile:
    given.enrolments.check(request.client.host if request.client else "")
    try:
        profile = await run_in_threadpool(_enrol, given, body)
    except EnrolmentRefused as why:
        _log.info("enrolment refused: %s", why.id)
        raise refusal.enrolment(why.id) from None
    except (PbxError, InputRefused, Timeout, OSError) as why:
        _log.error("enrolment not applied, the link stays valid: %s: %s", type(why).__name__, why)
        raise refusal.pbx_down() from None
    _log.info("enrolled %s", profile.sip.user)
    return profile


@router.get("/enrol/{token}", include_in_schema=False)
async def page(token: str, request: Request, given: Given) -> HTMLResponse:
    """For those who open the link in a browser; uses up nothing, tells nothing about it."""
    own = given.installation.commune.installation
    link = landing.Link(own.host, own.https_port, token, fingerprint(given.ca_pem.encode()))
    language = refusal.language_of(request.headers.get("accept-language", ""))
    return HTMLResponse(landing.page(link, language), headers=landing.HEADERS)


def _enrol(given: Services, body: EnrolRequest) -> Profile:
    """All or nothing: when the PBX does not take the new digest, the link is not used."""
    own = given.installation.commune.installation
    with given.installation.store.write() as session:
        redeemed = redeem(session, body.token, body.device_name, datetime.now(UTC))
        apply_secrets(given.installation, session)
        return Profile(
            server=ServerPart(url=given.url, ca_pem=given.ca_pem),
            sip=SipPart(
                host=own.host,
                port=own.sip_phone_port,
                user=redeemed.device.sip_user,
                realm=REALM,
                secret=redeemed.sip_secret,
            ),
            agent=card(redeemed.agent, given.installation),
            api_token=redeemed.api_token,
            echo_test=ECHO_TEST,
        )
