"""A disk that is truly full: a small file system mounted over the installation's folder.

In a mount namespace of its own, which needs no root and takes the mount away with it.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.home import Home
from tests.provisioning.conftest import Run

_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]
_STEPS = """
set -e
cp -a "$ALLO_HOME" "$1/before"
mount -t tmpfs -o size=4m,mode=700 tmpfs "$ALLO_HOME"
cp -a "$1/before/." "$ALLO_HOME"
cd "$ALLO_HOME"
state() { find asterisk/etc asterisk/applied.json -type f -exec sha256sum {} + | sort; }
state > "$1/was"
for pages in 0 4 8 9 10 11 12; do
    head -c $((pages * 4096)) /dev/zero > spare
    cat /dev/zero > fill 2> /dev/null || true
    rm spare
    echo "== $pages"
    "$ALLO" -m provisioning.cli.main apply --yes > "$1/out" 2>&1 && { echo applied; break; }
    cat "$1/out"
    rm fill
    state | cmp - "$1/was" && echo "as before"
done
rm -f fill
"$ALLO" -m provisioning.cli.main apply --yes > /dev/null
echo "== end"
"$ALLO" -m provisioning.cli.main plan
"""


@pytest.mark.skipif(
    subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode != 0,
    reason="no mount namespaces here",
)
def test_apply_on_a_full_disk_changes_nothing_says_so_and_works_afterwards(
    town: Callable[..., Run], town_home: Home, town_csv: str, tmp_path: Path
) -> None:
    assert town("apply", "--yes").code == 0
    renamed = tmp_path / "renamed.csv"
    renamed.write_text(town_csv.replace("Julien", "Julienne"), encoding="utf-8")
    assert town("import", renamed).code == 0

    done = subprocess.run(
        [*_NAMESPACE, "sh", "-c", _STEPS, "sh", str(tmp_path)],
        env={
            **os.environ,
            "ALLO": sys.executable,
            "ALLO_HOME": str(town_home.path),
            "ALLO_LANG": "fr",
            "PYTHONPATH": str(Path.cwd()),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout
    *tries, end = done.stdout.split("== ")[1:]
    assert "rien à appliquer" in end
    refused = [told for told in tries if "applied" not in told]
    assert any("annuaire" in told for told in refused)
    assert any("Impossible d'écrire" in told for told in refused)
    for told in refused:
        assert "Libérez de la place" in told
        assert "as before" in told
