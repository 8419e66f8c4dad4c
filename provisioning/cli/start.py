"""Where the command ``allo`` begins: what is not installed is said in words."""

import sys

from provisioning.cli.errors import FAILED, Explained, show
from provisioning.cli.language import LANGUAGE, say
from provisioning.words import Words


def main() -> None:
    """Run ``allo``; exit 1 with the remedy where only a phone was installed."""
    try:
        from provisioning.cli.main import main as run

        run()
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in ("provisioning", "pbx_config"):
            raise  # a fault of ours, with its traceback
        words = Words(
            f"« allo » est la commande du serveur, et il manque ici « {missing.name} ». "
            "Installez-la : pip install 'allo[server]'. (Le téléphone est « allo-phone ».)",
            f"“allo” is the server's command, and “{missing.name}” is missing here. "
            "Install it: pip install 'allo[server]'. (The telephone is “allo-phone”.)",
        )
        explained = Explained(FAILED, "not-installed", words.say(LANGUAGE))
        show(explained, as_json="--json" in sys.argv, intro=say("Erreur :", "Error:"))
        sys.exit(explained.code)


if __name__ == "__main__":
    main()
