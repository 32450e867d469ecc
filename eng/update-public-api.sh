#!/usr/bin/env bash
# Rewrites src/*/PublicAPI.Unshipped.txt from the code: whatever is public and not in
# PublicAPI.Shipped.txt. Review the difference before committing it.
# Usage: eng/update-public-api.sh [PROJECT...]     (default: every project in src)
set -euo pipefail
cd "$(dirname "$0")/.."

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
projects=("$@")
if [ ${#projects[@]} -eq 0 ]; then
    for folder in src/*/; do projects+=("$(basename "$folder")"); done
fi

for project in "${projects[@]}"; do
    file=src/$project/PublicAPI.Unshipped.txt
    printf '#nullable enable\n' >"$file"
    # The analyzer names each missing line in its report; it is read from there.
    dotnet build "src/$project" -c Release -v q --nologo --no-incremental \
        -p:BuildProjectReferences=true -p:EnforcePublicApi=true -p:TreatWarningsAsErrors=false \
        -p:WarningLevel=4 "-p:ErrorLog=$reports/$project.sarif%2cversion=2.1" >"$reports/log" 2>&1 ||
        { grep -E 'error' "$reports/log" >&2; exit 1; }
    python3 - "$reports/$project.sarif" "$file" <<'PYTHON'
import json, re, sys
report, target = sys.argv[1:]
results = json.load(open(report, encoding="utf-8-sig"))["runs"][0]["results"]
lines = set()
for result in results:
    if result["ruleId"] != "RS0016":
        continue
    found = re.match(r"Symbol '(.*)' is not part of the declared public API",
                     result["message"]["text"], re.S)
    lines.add(found.group(1))
with open(target, "a", encoding="utf-8", newline="\n") as out:
    out.writelines(line + "\n" for line in sorted(lines))
print(f"{target}: {len(lines)} symbols")
PYTHON
done
