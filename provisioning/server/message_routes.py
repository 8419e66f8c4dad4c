"""Messages between agents: ``/v1/messages``. Stored before they are acknowledged."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool

from provisioning.server import mailbox
from provisioning.server.bodies import Extension, Message, MessageRequest, Messages, Problem
from provisioning.server.refusal import Refusal
from provisioning.server.services import Caller, Given
from provisioning.words import Words

router = APIRouter(responses={status: {"model": Problem} for status in (401, 404, 422)})


@router.post("/v1/messages", status_code=201, summary="Send a message to a colleague")
async def send(body: MessageRequest, response: Response, who: Caller, given: Given) -> Message:
    try:
        message, is_new = await run_in_threadpool(
            mailbox.put,
            given.installation.store,
            who.agent_id,
            body.to,
            body.text,
            body.client_id,
        )
    except mailbox.NoSuchExtension:
        raise _no_such_extension(body.to) from None
    if is_new:
        given.hub.tell_message(message)
        given.gateway.look()
    else:
        response.status_code = 200
    return message


@router.get("/v1/messages", summary="Messages with a colleague, oldest first, at most 100")
async def conversation(
    who: Caller,
    given: Given,
    peer: Annotated[Extension, Query(alias="with")],
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Messages:
    try:
        messages = await run_in_threadpool(
            mailbox.conversation, given.installation.store, who.agent_id, peer, before
        )
    except mailbox.NoSuchExtension:
        raise _no_such_extension(peer) from None
    return Messages(messages=messages)


def _no_such_extension(extension: str) -> Refusal:
    return Refusal(
        404,
        "no-such-extension",
        Words(f"Personne n'a le numéro {extension}.", f"Nobody has the number {extension}."),
    )
