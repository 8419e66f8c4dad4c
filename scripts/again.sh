#!/usr/bin/env bash
# After a run of the parallel tests that failed: up to five tests are tried once more with nothing
# beside them, and named. Real telephones on two busy cores can lose a race that says nothing about
# the rest; such a race, of the product or of the test, is to be mended all the same. More than five,
# or anything else that went wrong, is a failure at once.
set -euo pipefail
python=$1
mapfile -t failed < <("$python" - <<'EOF'
import json
import pathlib

last = pathlib.Path(".pytest_cache/v/cache/lastfailed")
print("\n".join(json.loads(last.read_text()) if last.exists() else {}))
EOF
)
if [[ ${#failed[@]} -gt 5 || -z ${failed[0]:-} ]]; then
    exit 1
fi
echo "TRIED AGAIN, ALONE; to be mended, whatever comes of it:"
printf '  %s\n' "${failed[@]}"
"$python" -m pytest -p no:xdist "${failed[@]}"
