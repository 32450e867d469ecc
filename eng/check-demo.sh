#!/usr/bin/env bash
# The demo as a newcomer runs it, small. Ends with `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "$0")/.."
report=$(mktemp)
trap 'rm -f "$report"' EXIT

if dotnet run -c Release --no-build --project tools/p2pstream -- \
        demo --viewers 4 --spacing 1 --json >"$report"; then
    cat "$report"
    echo "1 passed, 0 failed, 0 skipped"
else
    cat "$report"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
