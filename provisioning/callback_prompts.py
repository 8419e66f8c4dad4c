"""What allo says to who is called back, and to the agent: name → title, text in each language."""

from pbx_config.model import Language
from pbx_config.render import callback

CALLBACK: dict[str, tuple[str, dict[Language, str]]] = {
    callback.OFFER: (
        "Rappel, proposé",
        {
            "fr": "Vous préférez être rappelé, sans perdre votre tour ? Tapez 1.",
            "nl": "Wilt u liever teruggebeld worden, zonder uw beurt te verliezen? Druk op 1.",
            "en": "Would you rather be called back, without losing your turn? Press 1.",
            "de": "Möchten Sie lieber zurückgerufen werden, ohne Ihren Platz zu verlieren? "
            "Drücken Sie die 1.",
        },
    ),
    callback.LAST: (
        "Rappel, après l'attente",
        {
            "fr": "Nous ne pouvons pas vous répondre pour le moment. Pour être rappelé, tapez 1. "
            "Sinon, patientez pour laisser un message.",
            "nl": "Wij kunnen u momenteel niet te woord staan. Druk op 1 om teruggebeld te worden. "
            "Of blijf aan de lijn om een bericht in te spreken.",
            "en": "We cannot answer you at the moment. To be called back, press 1. Otherwise hold "
            "the line to leave a message.",
            "de": "Wir können Ihren Anruf zurzeit nicht entgegennehmen. Drücken Sie die 1, um "
            "zurückgerufen zu werden. Oder bleiben Sie für eine Nachricht am Apparat.",
        },
    ),
    callback.KEPT: (
        "Rappel, noté",
        {
            "fr": "C'est noté. Nous vous rappellerons au numéro d'où vous appelez, quand ce sera "
            "votre tour. Vous pouvez raccrocher. Au revoir.",
            "nl": "Genoteerd. Wij bellen u terug op het nummer waarmee u belt, wanneer u aan de "
            "beurt bent. U kunt inhaken. Tot ziens.",
            "en": "Noted. We will call you back at the number you are calling from, when it is "
            "your turn. You can hang up. Goodbye.",
            "de": "Notiert. Wir rufen Sie unter der Nummer zurück, von der Sie anrufen, sobald "
            "Sie an der Reihe sind. Sie können auflegen. Auf Wiederhören.",
        },
    ),
    callback.IMPOSSIBLE: (
        "Rappel, impossible",
        {
            "fr": "Nous ne pouvons pas rappeler votre numéro. Vous gardez votre tour.",
            "nl": "Wij kunnen uw nummer niet terugbellen. U behoudt uw beurt.",
            "en": "We cannot call your number back. You keep your turn.",
            "de": "Wir können Ihre Nummer nicht zurückrufen. Sie behalten Ihren Platz.",
        },
    ),
    callback.NOBODY: (
        "Rappel, sans réponse",
        {
            "fr": "La personne à rappeler ne répond pas.",
            "nl": "De persoon die u terugbelt, neemt niet op.",
            "en": "The person to be called back does not answer.",
            "de": "Die zurückzurufende Person antwortet nicht.",
        },
    ),
}
