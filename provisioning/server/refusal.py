"""Errors as docs/api.md shows them: one shape, a stable id, a sentence in the reader's language.

Owns the catalogue of sentences and the choice of language. Knows no route. Never repeats what a
client sent: it may be a secret.
"""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from provisioning.words import Language, Words

_log = logging.getLogger(__name__)


class Refusal(Exception):
    """An answer that is not what the client wanted."""

    def __init__(
        self,
        status: int,
        id_: str,
        words: Words,
        *,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(id_)
        self.status = status
        self.id = id_
        self.words = words
        self.details = dict(details or {})
        self.headers = dict(headers or {})

    def body(self, language: Language) -> dict[str, Any]:
        return {
            "status": self.status,
            "id": self.id,
            "message": self.words.say(language),
            "details": self.details,
        }


def language_of(header: str) -> Language:
    """The better liked of French and English in an ``Accept-Language``; French without a wish."""
    best: tuple[float, Language] = (0.0, "fr")
    for wish in header.split(","):
        tag, _, rest = wish.strip().partition(";")
        try:
            quality = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            continue
        primary = tag.strip().lower().split("-")[0]
        if quality > best[0] and primary in ("fr", "en"):
            best = (quality, "en" if primary == "en" else "fr")
    return best[1]


def response(connection: HTTPConnection, refusal: Refusal) -> JSONResponse:
    """The refusal in the language that the client asked for."""
    language = language_of(connection.headers.get("accept-language", ""))
    headers = {**refusal.headers, "Content-Language": language, "Vary": "Accept-Language"}
    return JSONResponse(refusal.body(language), refusal.status, headers)


def install(app: FastAPI) -> None:
    """Give every error of ``app`` the one shape."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal) -> JSONResponse:
        return response(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # Only where and which rule; the value stays out of it.
        fields = [
            {"field": ".".join(str(p) for p in fault["loc"][1:]), "rule": fault["type"]}
            for fault in error.errors()
        ]
        return response(request, invalid_request(fields))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error.__cause__, Refusal):  # FastAPI wraps what reading a body raises
            return response(request, error.__cause__)
        words = _HTTP.get(error.status_code, _HTTP[400])
        id_, sentence = words
        return response(
            request, Refusal(error.status_code, id_, sentence, headers=error.headers or {})
        )

    @app.exception_handler(DBAPIError)
    async def store(request: Request, error: DBAPIError) -> JSONResponse:
        # Locked, full, unreadable. Its own text quotes parameters, which may be secrets.
        _log.error("database: %s: %s", type(error.orig).__name__, error.orig)
        return response(request, Refusal(503, *_HTTP[503], headers={"Retry-After": "5"}))

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> JSONResponse:
        return response(request, Refusal(500, *_HTTP[500]))


def invalid_request(fields: list[dict[str, str]]) -> Refusal:
    named = ", ".join(field["field"] for field in fields if field["field"])
    fr = f"Demande invalide ({named})." if named else "Demande invalide."
    en = f"Invalid request ({named})." if named else "Invalid request."
    return Refusal(422, "invalid", Words(fr, en), details={"fields": fields})


_HTTP: dict[int, tuple[str, Words]] = {
    400: ("invalid", Words("Demande incompréhensible.", "Request not understood.")),
    404: ("not-found", Words("Rien à cette adresse.", "Nothing at this address.")),
    405: ("method-not-allowed", Words("Méthode non permise ici.", "Method not allowed here.")),
    503: (
        "store-unavailable",
        Words(
            "Le serveur n'a pas pu enregistrer. Réessayez dans un instant.",
            "The server could not store that. Try again in a moment.",
        ),
    ),
    500: (
        "server-error",
        Words(
            "Erreur du serveur ; elle est dans son journal. Réessayez, puis prévenez "
            "l'informaticien.",
            "Server error; it is in its log. Try again, then tell your IT department.",
        ),
    ),
}


def token_unknown() -> Refusal:
    return Refusal(
        401,
        "token-unknown",
        Words(
            "Ce téléphone n'est pas (ou plus) inscrit. Demandez un nouveau lien d'inscription.",
            "This phone is not enrolled (any more). Ask for a new enrolment link.",
        ),
        headers={"WWW-Authenticate": "Bearer"},
    )


def pbx_down() -> Refusal:
    return Refusal(
        503,
        "pbx-down",
        Words(
            "Le central téléphonique ne répond pas. Réessayez dans un instant.",
            "The exchange does not answer. Try again in a moment.",
        ),
        headers={"Retry-After": "5"},
    )


ENROLMENT: dict[str, tuple[int, Words]] = {
    "enrolment-unknown": (
        404,
        Words(
            "Ce lien d'inscription n'existe pas. Vérifiez qu'il est complet, ou demandez-en un "
            "nouveau.",
            "This enrolment link does not exist. Check that it is complete, or ask for a new one.",
        ),
    ),
    "enrolment-used": (
        410,
        Words(
            "Ce lien d'inscription a déjà servi. Demandez-en un nouveau.",
            "This enrolment link was already used. Ask for a new one.",
        ),
    ),
    "enrolment-replaced": (
        410,
        Words(
            "Un lien d'inscription plus récent remplace celui-ci. Utilisez le dernier reçu, ou "
            "demandez-en un nouveau.",
            "A newer enrolment link replaces this one. Use the last one you received, or ask for "
            "a new one.",
        ),
    ),
    "enrolment-expired": (
        410,
        Words(
            "Ce lien d'inscription a expiré. Demandez-en un nouveau.",
            "This enrolment link has expired. Ask for a new one.",
        ),
    ),
}


def enrolment(id_: str) -> Refusal:
    status, words = ENROLMENT[id_]
    return Refusal(status, id_, words)
