"""What receptionists do with a queue: take one chosen caller."""

import logging

from fastapi import APIRouter

from pbx_config.ami.client import AmiError
from pbx_config.live.watcher import CallerIsGone
from provisioning.server.bodies import Nothing, Problem
from provisioning.server.refusal import Refusal, pbx_down
from provisioning.server.services import Caller, Given
from provisioning.words import Words

router = APIRouter(responses={status: {"model": Problem} for status in (401, 403, 404, 503)})
_log = logging.getLogger(__name__)


@router.post(
    "/v1/queues/{queue}/callers/{caller_id}/take",
    status_code=202,
    summary="Have a waiting caller ring on one's own phone",
)
async def take(queue: str, caller_id: str, who: Caller, given: Given) -> Nothing:
    if not who.receptionist:
        raise _NOT_RECEPTIONIST
    if queue not in given.hub.directory.lines:
        raise _NO_SUCH_QUEUE
    try:
        with given.takers.trying(caller_id, who.name):
            await given.watch.withdraw(queue, caller_id, who.extension)
    except CallerIsGone:
        raise _caller_gone(given.takers.of(caller_id)) from None
    except AmiError as why:
        _log.warning("take: %s", why)
        raise pbx_down() from None
    return Nothing()


_NOT_RECEPTIONIST = Refusal(
    403,
    "not-receptionist",
    Words("Réservé aux personnes qui tiennent l'accueil.", "For receptionists only."),
)
_NO_SUCH_QUEUE = Refusal(
    404,
    "no-such-queue",
    Words("Cette file d'attente n'existe pas.", "There is no such queue."),
)


def _caller_gone(taker: str) -> Refusal:
    if taker:
        return Refusal(
            404,
            "caller-gone",
            Words(f"Déjà pris par {taker}.", f"Already taken by {taker}."),
            details={"taken_by": taker},
        )
    return Refusal(
        404,
        "caller-gone",
        Words("Cet appelant n'attend plus.", "This caller is not waiting any more."),
    )
