<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
    <context>
        <name>AboutPage</name>
        <message>
            <source>Keys</source>
            <translation>Touches</translation>
        </message>
        <message>
            <source>This phone</source>
            <translation>Ce téléphone</translation>
        </message>
        <message>
            <source>Shift F3</source>
            <translation>Maj F3</translation>
        </message>
        <message>
            <source>Ctrl F</source>
            <translation>Ctrl F</translation>
        </message>
        <message>
            <source>Search or dial</source>
            <translation>Chercher ou appeler</translation>
        </message>
        <message>
            <source>Answer; take the first; else call the person shown</source>
            <translation>Répondre ; prendre le premier ; sinon appeler la personne affichée</translation>
        </message>
        <message>
            <source>Decline a ringing call</source>
            <translation>Refuser un appel qui sonne</translation>
        </message>
        <message>
            <source>Hang up</source>
            <translation>Raccrocher</translation>
        </message>
        <message>
            <source>Mute and unmute</source>
            <translation>Couper et rouvrir le micro</translation>
        </message>
        <message>
            <source>Call back, or try the connection again</source>
            <translation>Rappeler, ou réessayer la liaison</translation>
        </message>
        <message>
            <source>Next pane</source>
            <translation>Volet suivant</translation>
        </message>
        <message>
            <source>Ctrl Tab</source>
            <translation>Ctrl Tab</translation>
        </message>
        <message>
            <source>Next page</source>
            <translation>Page suivante</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Entrée</translation>
        </message>
        <message>
            <source>Call the selected person; take the selected caller</source>
            <translation>Appeler la personne choisie ; prendre l’appelant choisi</translation>
        </message>
        <message>
            <source>Esc</source>
            <translation>Échap</translation>
        </message>
        <message>
            <source>Clear the field; never hangs up</source>
            <translation>Vider le champ ; ne raccroche jamais</translation>
        </message>
        <message>
            <source>This page</source>
            <translation>Cette page</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nom</translation>
        </message>
        <message>
            <source>Extension</source>
            <translation>Poste</translation>
        </message>
        <message>
            <source>Public number</source>
            <translation>Numéro public</translation>
        </message>
        <message>
            <source>Site</source>
            <translation>Site</translation>
        </message>
        <message>
            <source>Exchange</source>
            <translation>Central</translation>
        </message>
        <message>
            <source>Encryption</source>
            <translation>Chiffrement</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>Version</translation>
        </message>
        <message>
            <source>Log file</source>
            <translation>Journal</translation>
        </message>
    </context>
    <context>
        <name>Banner</name>
        <message>
            <source>The phone is restarting.</source>
            <translation>Le téléphone redémarre.</translation>
        </message>
        <message>
            <source>Directory and messages go on working. It takes a few seconds.</source>
            <translation>Annuaire et messages restent utilisables. Cela prend quelques secondes.</translation>
        </message>
        <message>
            <source>The phone has restarted.</source>
            <translation>Le téléphone a redémarré.</translation>
        </message>
        <message>
            <source>The call with {who} was cut off at {time}.</source>
            <translation>L’appel avec {who} a été coupé à {time}.</translation>
        </message>
        <message>
            <source>In an emergency take a mobile phone and dial 112.</source>
            <translation>Pour une urgence, prenez un GSM et formez le 112.</translation>
        </message>
        <message>
            <source>The exchange refuses this phone.</source>
            <translation>Le central refuse ce téléphone.</translation>
        </message>
        <message>
            <source>It receives no calls. Ask IT for a new enrolment link.</source>
            <translation>Il ne reçoit pas d’appels. Demandez un nouveau lien à l’informatique.</translation>
        </message>
        <message>
            <source>The exchange cannot serve this phone now.</source>
            <translation>Le central ne peut pas servir ce téléphone pour l’instant.</translation>
        </message>
        <message>
            <source>It tries again by itself.</source>
            <translation>Nouvel essai automatique.</translation>
        </message>
        <message>
            <source>Details: {code} {reason}.</source>
            <translation>Détails : {code} {reason}.</translation>
        </message>
        <message>
            <source>No connection to the exchange for {time}.</source>
            <translation>Pas de réseau depuis {time}.</translation>
        </message>
        <message>
            <source>The phone reconnects by itself.</source>
            <translation>Le téléphone se reconnecte tout seul.</translation>
        </message>
        <message>
            <source>Directory and messages remain readable; what you write goes out later.</source>
            <translation>En attendant : annuaire et messages restent lisibles, ce que vous écrivez partira au retour.</translation>
        </message>
        <message>
            <source>The server does not accept this phone.</source>
            <translation>Le serveur n’accepte pas ce téléphone.</translation>
        </message>
        <message>
            <source>You can still call and answer if your phone is ready.</source>
            <translation>Vous pouvez toujours appeler et répondre si le téléphone est prêt.</translation>
        </message>
        <message>
            <source>Connection to the server lost for {time}.</source>
            <translation>Liaison avec le serveur perdue depuis {time}.</translation>
        </message>
        <message>
            <source>The server has lost the exchange.</source>
            <translation>Le serveur n’atteint plus le central.</translation>
        </message>
        <message>
            <source>What you see is from {time}.</source>
            <translation>Vous voyez la situation de {time}.</translation>
        </message>
        <message>
            <source>Your call goes on.</source>
            <translation>Votre appel continue.</translation>
        </message>
        <message>
            <source>You can answer and call. What you write goes out when the connection is back.</source>
            <translation>Vous pouvez répondre et appeler. Ce que vous écrivez partira au retour de la liaison.</translation>
        </message>
        <message>
            <source>The server has not answered for {time}.</source>
            <translation>Le serveur ne répond pas depuis {time}.</translation>
        </message>
        <message>
            <source>You can call; directory and messages follow when it answers.</source>
            <translation>Vous pouvez appeler ; annuaire et messages suivront dès qu’il répond.</translation>
        </message>
        <message>
            <source>The sound of this computer cannot be used.</source>
            <translation>Le son de cet ordinateur est inutilisable.</translation>
        </message>
        <message>
            <source>Calls are silent here. Tell IT: PortAudio is missing.</source>
            <translation>Les appels restent muets ici. Dites à l’informatique : PortAudio manque.</translation>
        </message>
        <message>
            <source>No microphone found.</source>
            <translation>Micro introuvable.</translation>
        </message>
        <message>
            <source>You hear the others, they do not hear you. Plug in a headset.</source>
            <translation>Vous entendez les autres, ils ne vous entendent pas. Branchez un casque.</translation>
        </message>
        <message>
            <source>No loudspeaker found.</source>
            <translation>Haut-parleur introuvable.</translation>
        </message>
        <message>
            <source>The others hear you, you do not hear them. Plug in a headset.</source>
            <translation>Les autres vous entendent, vous ne les entendez pas. Branchez un casque.</translation>
        </message>
        <message>
            <source>No microphone and no loudspeaker found.</source>
            <translation>Micro et haut-parleur introuvables.</translation>
        </message>
        <message>
            <source>Calls are silent on this computer. Plug in a headset.</source>
            <translation>Les appels restent muets sur cet ordinateur. Branchez un casque.</translation>
        </message>
        <message>
            <source>The others do not hear you.</source>
            <translation>On ne vous entend pas.</translation>
        </message>
        <message>
            <source>You do not hear the others.</source>
            <translation>Vous n’entendez pas les autres.</translation>
        </message>
        <message>
            <source>Nothing is heard in this call any more.</source>
            <translation>Le son de cet appel ne passe plus.</translation>
        </message>
        <message>
            <source>This phone has a fault. Hang up and call again; if that is no help, restart allo.</source>
            <translation>Ce téléphone a un défaut. Raccrochez et rappelez ; si cela ne suffit pas, redémarrez allo.</translation>
        </message>
        <message>
            <source>Calls are silent on this computer.</source>
            <translation>Les appels restent muets sur cet ordinateur.</translation>
        </message>
        <message>
            <source>Plug in a headset, or close the program that uses the sound.</source>
            <translation>Branchez un casque, ou fermez le programme qui utilise le son.</translation>
        </message>
        <message>
            <source>The microphone and the loudspeaker cannot be opened.</source>
            <translation>Le micro et le haut-parleur ne s’ouvrent pas.</translation>
        </message>
        <message>
            <source>Calls are silent. Another program may be using them: close it, or choose other devices.</source>
            <translation>Les appels restent muets. Un autre programme les utilise peut-être : fermez-le, ou choisissez d’autres appareils.</translation>
        </message>
        <message>
            <source>The microphone cannot be opened.</source>
            <translation>Le micro ne s’ouvre pas.</translation>
        </message>
        <message>
            <source>The others do not hear you. Another program may be using it: close that program, or choose another microphone.</source>
            <translation>On ne vous entend pas. Un autre programme l’utilise peut-être : fermez ce programme, ou choisissez un autre micro.</translation>
        </message>
        <message>
            <source>The loudspeaker cannot be opened.</source>
            <translation>Le haut-parleur ne s’ouvre pas.</translation>
        </message>
        <message>
            <source>You do not hear the others. Another program may be using it: close that program, or choose another loudspeaker.</source>
            <translation>Vous n’entendez pas les autres. Un autre programme l’utilise peut-être : fermez ce programme, ou choisissez un autre haut-parleur.</translation>
        </message>
        <message>
            <source>The ringer cannot be opened.</source>
            <translation>L’appareil de la sonnerie ne s’ouvre pas.</translation>
        </message>
        <message>
            <source>You do not hear calls ring. Another program may be using it: close that program, or choose another ringer.</source>
            <translation>Vous n’entendez pas sonner les appels. Un autre programme l’utilise peut-être : fermez ce programme, ou choisissez un autre appareil.</translation>
        </message>
        <message>
            <source>Your microphone's sound goes out as it is.</source>
            <translation>Le son de votre micro part tel quel.</translation>
        </message>
        <message>
            <source>Echo and noise stay in it. Put on a headset and restart allo; if that is no help, tell IT.</source>
            <translation>L’écho et les bruits y restent. Mettez un casque et redémarrez allo ; si cela ne suffit pas, prévenez l’informatique.</translation>
        </message>
        <message>
            <source>This computer has no keyring.</source>
            <translation>Cet ordinateur n’a pas de trousseau de mots de passe.</translation>
        </message>
        <message>
            <source>The phone's password lies in a file that only you can read.</source>
            <translation>Le mot de passe du téléphone se trouve dans un fichier que seul votre compte peut lire.</translation>
        </message>
        <message>
            <source>{file} · whoever has this file can use your phone.</source>
            <translation>{file} · qui possède ce fichier peut utiliser votre téléphone.</translation>
        </message>
        <message>
            <source>Good day, {name}.</source>
            <translation>Bonjour {name}.</translation>
        </message>
        <message>
            <source>Your extension {number} is ready.</source>
            <translation>Votre poste {number} est prêt.</translation>
        </message>
        <message>
            <source>Try it: speak, and you hear yourself.</source>
            <translation>Essayez-le : parlez, vous vous entendrez.</translation>
        </message>
        <message>
            <source>Nothing arrives from {who}.</source>
            <translation>Plus rien n’arrive de {who}.</translation>
        </message>
        <message>
            <source>Wait a few seconds, then hang up and call again.</source>
            <translation>Attendez quelques secondes, puis raccrochez et rappelez.</translation>
        </message>
        <message>
            <source>Your microphone gives no sound.</source>
            <translation>Votre micro ne donne aucun son.</translation>
        </message>
        <message>
            <source>Look at the switch on the headset or its cable, or choose another one.</source>
            <translation>Vérifiez l’interrupteur du casque ou de son câble, ou choisissez un autre micro.</translation>
        </message>
        <message>
            <source>{who} hardly hears you.</source>
            <translation>{who} vous entend à peine.</translation>
        </message>
        <message>
            <source>Bring the microphone closer to your mouth, or choose another one.</source>
            <translation>Rapprochez le micro de la bouche, ou choisissez un autre micro.</translation>
        </message>
        <message>
            <source>The network is slow: the voice breaks up.</source>
            <translation>Le réseau est lent : la voix est hachée.</translation>
        </message>
        <message>
            <source>Plug in the network cable, or move closer to the Wi-Fi.</source>
            <translation>Branchez le câble réseau, ou rapprochez-vous de la borne Wi-Fi.</translation>
        </message>
        <message>
            <source>If it lasts, agree to call again later.</source>
            <translation>Si cela dure, convenez de vous rappeler plus tard.</translation>
        </message>
        <message>
            <source>File: {file}</source>
            <translation>Fichier : {file}</translation>
        </message>
        <message>
            <source>Recording ended.</source>
            <translation>Enregistrement terminé.</translation>
        </message>
        <message>
            <source>The recording has stopped by itself.</source>
            <translation>L’enregistrement s’est arrêté.</translation>
        </message>
        <message>
            <source>Look whether the disk is full.</source>
            <translation>Vérifiez s’il reste de la place sur le disque.</translation>
        </message>
        <message>
            <source>The sound of this computer does not answer.</source>
            <translation>Le son de cet ordinateur ne répond pas.</translation>
        </message>
        <message>
            <source>Calls go on in silence. Unplug the headset; if that is no help, restart allo.</source>
            <translation>Les appels continuent en silence. Débranchez le casque ; si cela ne suffit pas, redémarrez allo.</translation>
        </message>
        <message>
            <source>Somebody else is on the line, who heard no announcement.</source>
            <translation>Une autre personne est en ligne, qui n’a pas entendu l’annonce.</translation>
        </message>
        <message>
            <source>Unplugged: {device}.</source>
            <translation>Débranché : {device}.</translation>
        </message>
        <message>
            <source>The sound goes through {device}.</source>
            <translation>Le son passe par {device}.</translation>
        </message>
        <message>
            <source>You are heard through {device}.</source>
            <translation>On vous entend par {device}.</translation>
        </message>
        <message>
            <source>Calls ring on {device}.</source>
            <translation>Les appels sonnent sur {device}.</translation>
        </message>
        <message>
            <source>It is used again as soon as it is back.</source>
            <translation>Cet appareil reprend dès qu’il est rebranché.</translation>
        </message>
        <message>
            <source>New device: {device}.</source>
            <translation>Nouvel appareil : {device}.</translation>
        </message>
        <message>
            <source>Speak and listen with it?</source>
            <translation>Parler et écouter avec celui-ci ?</translation>
        </message>
        <message>
            <source>Speak with it?</source>
            <translation>Parler avec celui-ci ?</translation>
        </message>
        <message>
            <source>Listen with it?</source>
            <translation>Écouter avec celui-ci ?</translation>
        </message>
        <message>
            <source>This call cannot be recorded.</source>
            <translation>L’appel ne peut pas être enregistré.</translation>
        </message>
    </context>
    <context>
        <name>BannerBar</name>
        <message>
            <source>Connected again</source>
            <translation>De nouveau en direct</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>Réessayer</translation>
        </message>
        <message>
            <source>Call back</source>
            <translation>Rappeler</translation>
        </message>
        <message>
            <source>Understood</source>
            <translation>Compris</translation>
        </message>
        <message>
            <source>Try the phone</source>
            <translation>Faire un essai</translation>
        </message>
        <message>
            <source>Close this notice</source>
            <translation>Fermer cet avis</translation>
        </message>
        <message>
            <source>Choose</source>
            <translation>Choisir</translation>
        </message>
        <message>
            <source>Use</source>
            <translation>Utiliser</translation>
        </message>
    </context>
    <context>
        <name>CallCard</name>
        <message>
            <source>Answer</source>
            <translation>Répondre</translation>
        </message>
        <message>
            <source>Decline</source>
            <translation>Refuser</translation>
        </message>
        <message>
            <source>Shift F3</source>
            <translation>Maj F3</translation>
        </message>
        <message>
            <source>Mute</source>
            <translation>Muet</translation>
        </message>
        <message>
            <source>Hang up</source>
            <translation>Raccrocher</translation>
        </message>
        <message>
            <source>Call back</source>
            <translation>Rappeler</translation>
        </message>
        <message>
            <source>Queue {name}</source>
            <translation>File {name}</translation>
        </message>
        <message>
            <source>Extension {number}</source>
            <translation>Poste {number}</translation>
        </message>
        <message>
            <source>Cancel call</source>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>Unmute</source>
            <translation>Rouvrir</translation>
        </message>
        <message>
            <source>Second call, ringing</source>
            <translation>Deuxième appel, ça sonne</translation>
        </message>
        <message>
            <source>Incoming call</source>
            <translation>Appel entrant</translation>
        </message>
        <message>
            <source>Calling…</source>
            <translation>Appel…</translation>
        </message>
        <message>
            <source>Ringing there</source>
            <translation>Ça sonne là-bas</translation>
        </message>
        <message>
            <source>Connected, mic muted</source>
            <translation>En communication · Micro coupé</translation>
        </message>
        <message>
            <source>Connected</source>
            <translation>En communication</translation>
        </message>
        <message>
            <source>Answering cuts your microphone for {name}, who stays on the line.</source>
            <translation>Répondre coupe votre micro pour {name}, qui reste en ligne.</translation>
        </message>
        <message>
            <source>Say where you are: street, number, town.</source>
            <translation>Dites où vous êtes : rue, numéro, commune.</translation>
        </message>
        <message>
            <source>{name} does not hear you.</source>
            <translation>{name} ne vous entend pas.</translation>
        </message>
    </context>
    <context>
        <name>CallsArea</name>
        <message>
            <source>Calls</source>
            <translation>Appels</translation>
        </message>
        <message>
            <source>No call</source>
            <translation>Aucun appel en cours</translation>
        </message>
    </context>
    <context>
        <name>Composer</name>
        <message>
            <source>Send</source>
            <translation>Envoyer</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Entrée</translation>
        </message>
        <message>
            <source>Write to {name}</source>
            <translation>Écrire à {name}</translation>
        </message>
    </context>
    <context>
        <name>DirectoryPage</name>
        <message>
            <source>The directory appears as soon as the server answers.</source>
            <translation>L’annuaire apparaît dès que le serveur répond.</translation>
        </message>
        <message>
            <source>Directory</source>
            <translation>Annuaire</translation>
        </message>
        <message>
            <source>{n} colleagues</source>
            <translation>{n} collègues</translation>
        </message>
    </context>
    <context>
        <name>Enrol</name>
        <message>
            <source>This is not a whole enrolment link. Copy all of it, from “allo://” to its end, and paste it here.</source>
            <translation>Ce n’est pas un lien complet. Copiez-le en entier, de « allo:// » jusqu’au bout, et collez-le ici.</translation>
        </message>
        <message>
            <source>The server does not know this link. Check that it is the newest one you received, or ask IT for a new one.</source>
            <translation>Le serveur ne connaît pas ce lien. Vérifiez que c’est le dernier reçu, ou demandez-en un nouveau à l’informatique.</translation>
        </message>
        <message>
            <source>This link was already used; each works only once. Ask IT for a new one. If it was not you who used it, tell them so.</source>
            <translation>Ce lien a déjà servi ; chacun ne marche qu’une fois. Demandez-en un nouveau à l’informatique. Si ce n’est pas vous qui l’avez utilisé, signalez-le.</translation>
        </message>
        <message>
            <source>A newer link replaces this one. Use the last one you received, or ask IT for a new one.</source>
            <translation>Un lien plus récent remplace celui-ci. Utilisez le dernier reçu, ou demandez-en un nouveau à l’informatique.</translation>
        </message>
        <message>
            <source>This link has expired. Ask IT for a new one.</source>
            <translation>Ce lien a expiré. Demandez-en un nouveau à l’informatique.</translation>
        </message>
        <message>
            <source>The server cannot be reached. Check the network connection, then try again; the link stays valid.</source>
            <translation>Le serveur est injoignable. Vérifiez le réseau, puis réessayez ; le lien reste valable.</translation>
        </message>
        <message>
            <source>The server that answered is not the one of your link. Nothing was sent to it. Do not try again here; tell IT about it.</source>
            <translation>Le serveur qui répond n’est pas celui de votre lien. Rien ne lui a été envoyé. N’insistez pas ; prévenez l’informatique.</translation>
        </message>
        <message>
            <source>This computer could not store the phone's data: the disk may be full or write-protected. The link is used up; ask IT for a new one once that is solved.</source>
            <translation>Cet ordinateur n’a pas pu garder les données du téléphone : disque plein ou protégé, peut-être. Le lien est consommé ; demandez-en un nouveau à l’informatique une fois le problème résolu.</translation>
        </message>
        <message>
            <source>The server could not do this. Try again in a few minutes, or ask IT.</source>
            <translation>Le serveur n’y arrive pas. Réessayez dans quelques minutes, ou demandez à l’informatique.</translation>
        </message>
    </context>
    <context>
        <name>EnrolPage</name>
        <message>
            <source>This computer is already the phone of {name}, extension {number}. To enrol it with this link replaces that phone.</source>
            <translation>Cet ordinateur est déjà le téléphone de {name}, poste {number}. L’activer avec ce lien remplace ce téléphone.</translation>
        </message>
        <message>
            <source>Keep this phone</source>
            <translation>Garder ce téléphone</translation>
        </message>
        <message>
            <source>Welcome to allo</source>
            <translation>Bienvenue dans allo</translation>
        </message>
        <message>
            <source>Paste the enrolment link that IT gave you. It turns this computer into your office phone.</source>
            <translation>Collez le lien reçu du service informatique. Cet ordinateur devient votre téléphone de bureau.</translation>
        </message>
        <message>
            <source>Enrolment link</source>
            <translation>Lien d’activation</translation>
        </message>
        <message>
            <source>Enrol this computer</source>
            <translation>Activer cet ordinateur</translation>
        </message>
        <message>
            <source>No link? Ask your IT department for one; it works once and for a short time.</source>
            <translation>Pas de lien ? Demandez-en un à l’informatique ; il marche une fois, pendant peu de temps.</translation>
        </message>
        <message>
            <source>Looking for the server…</source>
            <translation>Recherche du serveur…</translation>
        </message>
        <message>
            <source>Server found and checked. Fetching your phone…</source>
            <translation>Serveur trouvé et vérifié. Votre téléphone arrive…</translation>
        </message>
        <message>
            <source>Storing…</source>
            <translation>Enregistrement…</translation>
        </message>
        <message>
            <source>Your phone is ready.</source>
            <translation>Votre poste est prêt.</translation>
        </message>
        <message>
            <source>Details: {text}</source>
            <translation>Détails : {text}</translation>
        </message>
    </context>
    <context>
        <name>IncomingPopup</name>
        <message>
            <source>Incoming call</source>
            <translation>Appel entrant</translation>
        </message>
    </context>
    <context>
        <name>LineWord</name>
        <message>
            <source>Restarting…</source>
            <translation>Redémarrage…</translation>
        </message>
        <message>
            <source>Ready, without sound</source>
            <translation>Prêt, sans son</translation>
        </message>
        <message>
            <source>Phone ready</source>
            <translation>Téléphone prêt</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>Refusé</translation>
        </message>
        <message>
            <source>Reconnecting…</source>
            <translation>Reconnexion…</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <translation>Connexion…</translation>
        </message>
    </context>
    <context>
        <name>MessagesPage</name>
        <message>
            <source>Conversations</source>
            <translation>Conversations</translation>
        </message>
        <message>
            <source>To whom</source>
            <translation>À qui</translation>
        </message>
        <message>
            <source>To whom? Name or department</source>
            <translation>À qui ? Nom ou service</translation>
        </message>
        <message>
            <source>No message yet. “New” finds a colleague; what you write waits for them.</source>
            <translation>Pas encore de message. « Nouveau » cherche un collègue ; ce que vous écrivez l’attend.</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>Messages</translation>
        </message>
        <message>
            <source>New</source>
            <translation>Nouveau</translation>
        </message>
    </context>
    <context>
        <name>MyLine</name>
        <message>
            <source>Extension</source>
            <translation>Poste</translation>
        </message>
        <message>
            <source>Public number</source>
            <translation>Numéro public</translation>
        </message>
        <message>
            <source>Site</source>
            <translation>Site</translation>
        </message>
        <message>
            <source>None</source>
            <translation>Aucun</translation>
        </message>
    </context>
    <context>
        <name>PersonSheet</name>
        <message>
            <source>Call</source>
            <translation>Appeler</translation>
        </message>
        <message>
            <source>Write a message</source>
            <translation>Écrire</translation>
        </message>
        <message>
            <source>Extension {number}</source>
            <translation>Poste {number}</translation>
        </message>
    </context>
    <context>
        <name>Phone</name>
        <message>
            <source>The data of this phone cannot be read. Paste a new enrolment link.</source>
            <translation>Les données de ce téléphone sont illisibles. Collez un nouveau lien d’activation.</translation>
        </message>
        <message>
            <source>allo — enrolment</source>
            <translation>allo — activation</translation>
        </message>
        <message>
            <source>The password of this phone cannot be read.</source>
            <translation>Le mot de passe de ce téléphone est illisible. Déverrouillez le trousseau de l’ordinateur, ou collez un nouveau lien.</translation>
        </message>
        <message>
            <source>The password of this phone is gone. Paste a new enrolment link.</source>
            <translation>Le mot de passe de ce téléphone a disparu. Collez un nouveau lien d’activation.</translation>
        </message>
    </context>
    <context>
        <name>PhonePage</name>
        <message>
            <source>Colleagues</source>
            <translation>Collègues</translation>
        </message>
        <message>
            <source>Recent calls</source>
            <translation>Appels récents</translation>
        </message>
        <message>
            <source>No call yet since the phone was opened.</source>
            <translation>Aucun appel depuis l’ouverture du téléphone.</translation>
        </message>
        <message>
            <source>Since the phone was opened</source>
            <translation>Depuis l’ouverture du téléphone</translation>
        </message>
        <message>
            <source>Key {key}</source>
            <translation>Touche {key}</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Appeler</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Entrée</translation>
        </message>
        <message>
            <source>My line</source>
            <translation>Mon poste</translation>
        </message>
    </context>
    <context>
        <name>QueueChips</name>
        <message>
            <source>+ {n} more</source>
            <translation>+ {n} de plus</translation>
        </message>
    </context>
    <context>
        <name>RecordRow</name>
        <message>
            <source>Record</source>
            <translation>Enregistrer</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Enregistrement</translation>
        </message>
        <message>
            <source>Stop recording</source>
            <translation>Arrêter l’enregistrement</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Arrêter</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>Do not record</source>
            <translation>Ne pas enregistrer</translation>
        </message>
        <message>
            <source>Being announced…</source>
            <translation>Annonce en cours…</translation>
        </message>
        <message>
            <source>The other person is told first.</source>
            <translation>L’autre personne entend d’abord une annonce.</translation>
        </message>
        <message>
            <source>Not recorded: it could not be announced to the other person.</source>
            <translation>Pas d’enregistrement : l’annonce n’a pas pu être faite.</translation>
        </message>
        <message>
            <source>Not recorded: the recording did not begin.</source>
            <translation>Pas d’enregistrement : il n’a pas pu commencer.</translation>
        </message>
    </context>
    <context>
        <name>Results</name>
        <message>
            <source>Results</source>
            <translation>Résultats</translation>
        </message>
        <message>
            <source>Nobody for “{text}”. Check the spelling, or search a department.</source>
            <translation>Personne pour « {text} ». Vérifiez l’orthographe, ou cherchez un service.</translation>
        </message>
        <message>
            <source>1 result for “{text}”</source>
            <translation>1 résultat pour « {text} »</translation>
        </message>
        <message>
            <source>{n} results for “{text}”</source>
            <translation>{n} résultats pour « {text} »</translation>
        </message>
    </context>
    <context>
        <name>Rows</name>
        <message>
            <source>You</source>
            <translation>Vous</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Aujourd’hui</translation>
        </message>
        <message>
            <source>Waiting for the server</source>
            <translation>En attente du serveur</translation>
        </message>
        <message>
            <source>Not sent</source>
            <translation>Non envoyé</translation>
        </message>
        <message>
            <source>Handed to the phone</source>
            <translation>Remis au téléphone</translation>
        </message>
        <message>
            <source>Delivered</source>
            <translation>Remis</translation>
        </message>
        <message>
            <source>Stored, not yet delivered</source>
            <translation>Enregistré, pas encore remis</translation>
        </message>
        <message>
            <source>{n} unread</source>
            <translation>{n} non lus</translation>
        </message>
        <message>
            <source>You: {text}</source>
            <translation>Vous : {text}</translation>
        </message>
        <message>
            <source>Call {number}</source>
            <translation>Appeler {number}</translation>
        </message>
        <message>
            <source>extension {number}</source>
            <translation>poste {number}</translation>
        </message>
        <message>
            <source>Missed</source>
            <translation>Manqué</translation>
        </message>
        <message>
            <source>Received · {time}</source>
            <translation>Reçu · {time}</translation>
        </message>
        <message>
            <source>Made · {time}</source>
            <translation>Émis · {time}</translation>
        </message>
        <message>
            <source>Call</source>
            <comment>button</comment>
            <translation>Appeler</translation>
        </message>
        <message>
            <source>Call back</source>
            <translation>Rappeler</translation>
        </message>
        <message>
            <source>{who}, queue {queue}, waiting for {time}, {word}</source>
            <translation>{who}, file {queue}, attend depuis {time}, {word}</translation>
        </message>
        <message>
            <source>Coming…</source>
            <translation>Il arrive…</translation>
        </message>
        <message>
            <source>Take</source>
            <comment>a waiting caller</comment>
            <translation>Prendre</translation>
        </message>
    </context>
    <context>
        <name>SearchField</name>
        <message>
            <source>Name, number or department</source>
            <translation>Nom, numéro ou service</translation>
        </message>
        <message>
            <source>Search or dial</source>
            <translation>Chercher ou appeler</translation>
        </message>
        <message>
            <source>Arrows choose among the results, Enter calls, Escape clears.</source>
            <translation>Les flèches choisissent parmi les résultats, Entrée appelle, Échap efface.</translation>
        </message>
        <message>
            <source>Esc</source>
            <translation>Échap</translation>
        </message>
        <message>
            <source>Ctrl F</source>
            <translation>Ctrl F</translation>
        </message>
    </context>
    <context>
        <name>SoundPage</name>
        <message>
            <source>Melody</source>
            <translation>Mélodie</translation>
        </message>
        <message>
            <source>Tests wait until the call is over. Devices can be changed already.</source>
            <translation>Les essais attendent la fin de l’appel. Vous pouvez déjà changer d’appareil.</translation>
        </message>
        <message>
            <source>Level of the microphone</source>
            <translation>Niveau du micro</translation>
        </message>
        <message>
            <source>Level of the speaker</source>
            <translation>Niveau des écouteurs</translation>
        </message>
        <message>
            <source>Record 5 s and listen</source>
            <translation>Enregistrer 5 s et réécouter</translation>
        </message>
        <message>
            <source>Test</source>
            <translation>Tester</translation>
        </message>
        <message>
            <source>Microphone</source>
            <translation>Micro</translation>
        </message>
        <message>
            <source>What the other person hears</source>
            <translation>Ce que l’autre personne entend</translation>
        </message>
        <message>
            <source>Earpiece</source>
            <translation>Écouteurs</translation>
        </message>
        <message>
            <source>What you hear</source>
            <translation>Ce que vous entendez</translation>
        </message>
        <message>
            <source>Ringer</source>
            <translation>Sonnerie</translation>
        </message>
        <message>
            <source>Test the earpiece</source>
            <translation>Tester les écouteurs</translation>
        </message>
        <message>
            <source>Test the ringer</source>
            <translation>Tester la sonnerie</translation>
        </message>
        <message>
            <source>Reduce the noise around me</source>
            <translation>Réduire les bruits autour de moi</translation>
        </message>
        <message>
            <source>Fan, traffic: noise that goes on</source>
            <translation>Ventilateur, circulation : ce qui dure</translation>
        </message>
        <message>
            <source>Remove the echo</source>
            <translation>Supprimer l’écho</translation>
        </message>
        <message>
            <source>The others do not hear themselves; leave it on but for a conference phone</source>
            <translation>L’autre personne ne s’entend pas elle-même ; à garder, sauf avec un téléphone de conférence</translation>
        </message>
        <message>
            <source>Even out my voice</source>
            <translation>Régler le niveau de ma voix</translation>
        </message>
        <message>
            <source>Neither too low nor too loud for the others</source>
            <translation>Ni trop bas ni trop fort pour l’autre personne</translation>
        </message>
        <message>
            <source>Cut the lowest sounds</source>
            <translation>Couper les sons les plus graves</translation>
        </message>
        <message>
            <source>Rumble, breath, knocks on the desk</source>
            <translation>Grondement, souffle, chocs sur le bureau</translation>
        </message>
        <message>
            <source>These four do not work at present: you are heard as the microphone hears you. Put on a headset and restart allo; if that is no help, tell IT.</source>
            <translation>Ces quatre réglages n’agissent pas pour l’instant : votre micro s’entend tel quel. Mettez un casque et redémarrez allo ; si cela ne suffit pas, prévenez l’informatique.</translation>
        </message>
        <message>
            <source>Each change applies at once</source>
            <translation>Chaque changement s’applique tout de suite</translation>
        </message>
        <message>
            <source>Sound and headset</source>
            <translation>Son et casque</translation>
        </message>
        <message>
            <source>System default</source>
            <translation>Comme le système</translation>
        </message>
        <message>
            <source>System default ({name})</source>
            <translation>Comme le système ({name})</translation>
        </message>
        <message>
            <source>{name} (absent)</source>
            <translation>{name} (absent)</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Arrêter</translation>
        </message>
        <message>
            <source>Rings without a headset too; the melody is for calls from outside</source>
            <translation>Sonne aussi sans casque ; la mélodie vaut pour les appels de l’extérieur</translation>
        </message>
    </context>
    <context>
        <name>SoundWords</name>
        <message>
            <source>No sound: is the microphone switched off?</source>
            <translation>Aucun son : le micro est-il coupé ?</translation>
        </message>
        <message>
            <source>Speak to see the level</source>
            <translation>Parlez pour voir le niveau</translation>
        </message>
        <message>
            <source>Too low: move closer</source>
            <translation>Trop bas : rapprochez le micro</translation>
        </message>
        <message>
            <source>Level good</source>
            <translation>Niveau bon</translation>
        </message>
        <message>
            <source>Too loud: move away</source>
            <translation>Trop fort : éloignez le micro</translation>
        </message>
        <message>
            <source>Silence</source>
            <translation>Silence</translation>
        </message>
        <message>
            <source>Sound is playing</source>
            <translation>Le son passe</translation>
        </message>
        <message>
            <source>The microphone gives no sound. Look at its switch, or choose another one.</source>
            <translation>Le micro ne donne aucun son. Vérifiez son interrupteur, ou choisissez un autre micro.</translation>
        </message>
        <message>
            <source>Too low: the others hardly hear you. Bring the microphone closer.</source>
            <translation>Trop bas : on vous entend à peine. Rapprochez le micro.</translation>
        </message>
        <message>
            <source>Level good: the others hear you well.</source>
            <translation>Niveau bon : on vous entend bien.</translation>
        </message>
        <message>
            <source>Too loud: your voice crackles. Move the microphone away.</source>
            <translation>Trop fort : votre voix grésille. Éloignez le micro.</translation>
        </message>
        <message>
            <source>This did not work. Choose another device.</source>
            <translation>L’essai n’a pas réussi. Choisissez un autre appareil.</translation>
        </message>
        <message>
            <source>Speak now, for 5 seconds.</source>
            <translation>Parlez maintenant, pendant 5 secondes.</translation>
        </message>
        <message>
            <source>This is how the others hear you.</source>
            <translation>Voici comment on vous entend.</translation>
        </message>
        <message>
            <source>Three notes are playing.</source>
            <translation>Vous entendez trois notes.</translation>
        </message>
        <message>
            <source>It rings.</source>
            <translation>Cela sonne.</translation>
        </message>
        <message>
            <source>Nothing heard? Turn the volume up, or choose another device.</source>
            <translation>Rien entendu ? Montez le volume, ou choisissez un autre appareil.</translation>
        </message>
        <message>
            <source>Good quality</source>
            <translation>Bonne qualité</translation>
        </message>
        <message>
            <source>Medium quality</source>
            <translation>Qualité moyenne</translation>
        </message>
        <message>
            <source>Bad quality</source>
            <translation>Mauvaise qualité</translation>
        </message>
        <message>
            <source>Quality {mos} (MOS)</source>
            <translation>Qualité {mos} (MOS)</translation>
        </message>
        <message>
            <source>Lost here {here} %, there {there} %</source>
            <translation>Perte ici {here} %, là-bas {there} %</translation>
        </message>
        <message>
            <source>Jitter {ms} ms, held back {buffer} ms</source>
            <translation>Gigue {ms} ms, retenue {buffer} ms</translation>
        </message>
        <message>
            <source>There and back {ms} ms</source>
            <translation>Aller-retour {ms} ms</translation>
        </message>
        <message>
            <source>Codec {name}</source>
            <translation>Codec {name}</translation>
        </message>
        <message>
            <source>.</source>
            <translation>,</translation>
        </message>
        <message>
            <source>Chord (default)</source>
            <translation>Accord (d’origine)</translation>
        </message>
        <message>
            <source>Ding-dong</source>
            <translation>Ding-dong</translation>
        </message>
        <message>
            <source>Three knocks</source>
            <translation>Trois coups</translation>
        </message>
        <message>
            <source>Skipping</source>
            <translation>Sautillement</translation>
        </message>
        <message>
            <source>Desk telephone</source>
            <translation>Téléphone de bureau</translation>
        </message>
        <message>
            <source>Chord, downwards</source>
            <translation>Accord descendant</translation>
        </message>
    </context>
    <context>
        <name>Switch</name>
        <message>
            <source>Yes</source>
            <translation>Oui</translation>
        </message>
        <message>
            <source>No</source>
            <translation>Non</translation>
        </message>
    </context>
    <context>
        <name>SwitchboardPage</name>
        <message>
            <source>Waiting callers</source>
            <translation>Appelants en attente</translation>
        </message>
        <message>
            <source>Members of the queues</source>
            <translation>Agents des files</translation>
        </message>
        <message>
            <source>Queues</source>
            <translation>Files</translation>
        </message>
        <message>
            <source>Members</source>
            <translation>Agents</translation>
        </message>
        <message>
            <source>Longest first</source>
            <translation>Le plus long d’abord</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>Files d’attente</translation>
        </message>
        <message>
            <source>Agents</source>
            <translation>Agents</translation>
        </message>
        <message>
            <source>You are free.</source>
            <translation>Vous êtes libre.</translation>
        </message>
        <message>
            <source>Take the first</source>
            <translation>Prendre le premier</translation>
        </message>
        <message>
            <source>The last one taken was {who} at {time}.</source>
            <translation>Le dernier appel, {who}, a été pris à {time}.</translation>
        </message>
        <message>
            <source>Nobody is waiting.</source>
            <translation>Personne n’attend.</translation>
        </message>
        <message>
            <source>Frozen</source>
            <translation>Figé</translation>
        </message>
        <message>
            <source>✓ Live</source>
            <translation>✓ En direct</translation>
        </message>
        <message>
            <source>{n} free of {all}</source>
            <comment>two or more</comment>
            <translation>{n} libres sur {all}</translation>
        </message>
        <message>
            <source>{n} free of {all}</source>
            <comment>none or one</comment>
            <translation>{n} libre sur {all}</translation>
        </message>
        <message>
            <source>state unknown</source>
            <translation>état inconnu</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Entrée</translation>
        </message>
        <message>
            <source>Take this one</source>
            <translation>Prendre celui-ci</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>Répondre</translation>
        </message>
        <message>
            <source>Shift F3</source>
            <translation>Maj F3</translation>
        </message>
        <message>
            <source>Decline</source>
            <translation>Refuser</translation>
        </message>
        <message>
            <source>Hang up</source>
            <translation>Raccrocher</translation>
        </message>
        <message>
            <source>Mute</source>
            <translation>Muet</translation>
        </message>
        <message>
            <source>Next pane</source>
            <translation>Volet suivant</translation>
        </message>
        <message>
            <source>Ctrl F</source>
            <translation>Ctrl F</translation>
        </message>
        <message>
            <source>Search or dial</source>
            <translation>Chercher ou appeler</translation>
        </message>
        <message>
            <source>All keys</source>
            <translation>Tous les raccourcis</translation>
        </message>
        <message>
            <source>{who}, {queue} · waiting for {time}</source>
            <translation>{who}, {queue} · attend depuis {time}</translation>
        </message>
    </context>
    <context>
        <name>ThreadView</name>
        <message>
            <source>Messages</source>
            <translation>Messages</translation>
        </message>
        <message>
            <source>Choose a conversation, or write a new message.</source>
            <translation>Choisissez une conversation, ou écrivez un nouveau message.</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Retour</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Appeler</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Réessayer</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Supprimer</translation>
        </message>
        <message>
            <source>Not sent: “{text}”. {why}</source>
            <translation>Non envoyé : « {text} ». {why}</translation>
        </message>
    </context>
    <context>
        <name>TopBar</name>
        <message>
            <source>Offline</source>
            <translation>Hors ligne</translation>
        </message>
        <message>
            <source>On a call</source>
            <translation>En appel</translation>
        </message>
        <message>
            <source>Ringing</source>
            <translation>Ça sonne</translation>
        </message>
        <message>
            <source>Available</source>
            <translation>Disponible</translation>
        </message>
    </context>
    <context>
        <name>Window</name>
        <message>
            <source>Phone</source>
            <translation>Téléphone</translation>
        </message>
        <message>
            <source>Switchboard</source>
            <translation>Standard</translation>
        </message>
        <message>
            <source>Directory</source>
            <translation>Annuaire</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>Messages</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>Aide</translation>
        </message>
        <message>
            <source>allo — {name} · extension {number}</source>
            <translation>allo — {name} · poste {number}</translation>
        </message>
        <message>
            <source>A call is going on: the window stays. Hang up to close it.</source>
            <translation>Un appel est en cours : la fenêtre reste ouverte. Raccrochez pour la fermer.</translation>
        </message>
        <message>
            <source>Sound</source>
            <translation>Son</translation>
        </message>
    </context>
    <context>
        <name>Words</name>
        <message>
            <source>Free</source>
            <translation>Libre</translation>
        </message>
        <message>
            <source>On a call</source>
            <translation>En appel</translation>
        </message>
        <message>
            <source>Ringing</source>
            <translation>Ça sonne</translation>
        </message>
        <message>
            <source>On hold</source>
            <translation>En attente</translation>
        </message>
        <message>
            <source>On break</source>
            <translation>En pause</translation>
        </message>
        <message>
            <source>Do not disturb</source>
            <translation>Ne pas déranger</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>Hors ligne</translation>
        </message>
        <message>
            <source>Unknown</source>
            <translation>Inconnu</translation>
        </message>
        <message>
            <source>Too long</source>
            <translation>Trop long</translation>
        </message>
        <message>
            <source>Take soon</source>
            <translation>À prendre</translation>
        </message>
        <message>
            <source>Frozen</source>
            <translation>Figé</translation>
        </message>
        <message>
            <source>New</source>
            <translation>Récent</translation>
        </message>
        <message>
            <source>{n} min</source>
            <translation>{n} min</translation>
        </message>
        <message>
            <source>{n} h</source>
            <translation>{n} h</translation>
        </message>
        <message>
            <source>{n} s</source>
            <translation>{n} s</translation>
        </message>
        <message>
            <source>{m} min {s}</source>
            <translation>{m} min {s}</translation>
        </message>
        <message>
            <source>Number withheld</source>
            <translation>Numéro masqué</translation>
        </message>
        <message>
            <source>Ended</source>
            <translation>Terminé</translation>
        </message>
        <message>
            <source>Ended: busy</source>
            <translation>Terminé : occupé</translation>
        </message>
        <message>
            <source>Ended: no answer</source>
            <translation>Terminé : pas de réponse</translation>
        </message>
        <message>
            <source>Missed</source>
            <translation>Manqué</translation>
        </message>
        <message>
            <source>Ended: declined</source>
            <translation>Terminé : refusé</translation>
        </message>
        <message>
            <source>Ended: number does not exist</source>
            <translation>Terminé : numéro inexistant</translation>
        </message>
        <message>
            <source>Cancelled</source>
            <translation>Annulé</translation>
        </message>
        <message>
            <source>Missed: the caller hung up</source>
            <translation>Manqué</translation>
        </message>
        <message>
            <source>Taken on another phone of yours</source>
            <translation>Pris sur un autre de vos téléphones</translation>
        </message>
        <message>
            <source>Taken by {name}</source>
            <translation>Pris par {name}</translation>
        </message>
        <message>
            <source>Taken by a colleague</source>
            <translation>Pris par un collègue</translation>
        </message>
        <message>
            <source>Ended: nobody can be reached there</source>
            <translation>Terminé : injoignable</translation>
        </message>
        <message>
            <source>Ended: not allowed</source>
            <translation>Terminé : non autorisé</translation>
        </message>
        <message>
            <source>Ended: call cut off</source>
            <translation>Terminé : liaison coupée</translation>
        </message>
        <message>
            <source>Take a mobile phone and dial {number}.</source>
            <translation>Prenez un GSM et formez le {number}.</translation>
        </message>
        <message>
            <source>{who} is on another call. Try again in a moment.</source>
            <translation>{who} est en ligne. Réessayez dans un instant.</translation>
        </message>
        <message>
            <source>Try again later, or write a message.</source>
            <translation>Réessayez plus tard, ou écrivez un message.</translation>
        </message>
        <message>
            <source>Check the number, or search by name.</source>
            <translation>Vérifiez le numéro, ou cherchez par nom.</translation>
        </message>
        <message>
            <source>Their phone is off or has no network. Write a message.</source>
            <translation>Son téléphone est éteint ou sans réseau. Écrivez un message.</translation>
        </message>
        <message>
            <source>Your phone may not call this number. Ask IT for help.</source>
            <translation>Votre poste ne peut pas appeler ce numéro. Demandez à l’informatique.</translation>
        </message>
        <message>
            <source>The connection was lost. Call again.</source>
            <translation>La liaison a été perdue. Rappelez.</translation>
        </message>
        <message>
            <source>The server cannot be reached. Check the network connection.</source>
            <translation>Le serveur est injoignable. Vérifiez le réseau.</translation>
        </message>
        <message>
            <source>This server is not the one your phone was enrolled with. Do not go on; tell IT about it.</source>
            <translation>Ce serveur n’est pas celui de votre activation. N’insistez pas ; prévenez l’informatique.</translation>
        </message>
        <message>
            <source>Phone and server do not speak the same version. Ask IT for an update.</source>
            <translation>Téléphone et serveur n’ont pas la même version. Demandez une mise à jour à l’informatique.</translation>
        </message>
        <message>
            <source>The server no longer knows this phone. Ask IT for a new enrolment link.</source>
            <translation>Le serveur ne connaît plus ce téléphone. Demandez un nouveau lien à l’informatique.</translation>
        </message>
        <message>
            <source>Already taken, or no longer waiting.</source>
            <translation>Déjà pris, ou n’attend plus.</translation>
        </message>
        <message>
            <source>Your phone may not take callers from this queue.</source>
            <translation>Votre poste ne peut pas prendre les appels de cette file.</translation>
        </message>
        <message>
            <source>The exchange does not answer. Try again in a moment.</source>
            <translation>Le central ne répond pas. Réessayez dans un instant.</translation>
        </message>
        <message>
            <source>This extension does not exist any more.</source>
            <translation>Ce poste n’existe plus.</translation>
        </message>
        <message>
            <source>The server could not do this. Try again in a moment.</source>
            <translation>Le serveur n’y arrive pas. Réessayez dans un instant.</translation>
        </message>
    </context>
</TS>
