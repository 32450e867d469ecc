#!/usr/bin/env bash
# Fetches hls.js from npm into the page's files: the module and its licence, nothing else.
# Usage: eng/update-hls.sh [VERSION]     (default: the newest 1.7)
set -euo pipefail
target=$(cd "$(dirname "$0")/.." && pwd)/src/P2PStream.Http/wwwroot/lib/hls.js
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
archive=$(npm pack --silent "hls.js@${1:-~1.7}")
tar -xzf "$archive" package/package.json package/LICENSE package/dist/hls.min.mjs
version=$(node -p 'require("./package/package.json").version')
mkdir -p "$target"
cp package/LICENSE "$target/LICENSE.txt"
# Its source map is not shipped; without this line nobody asks for it.
sed '/^\/\/# sourceMappingURL=/d' package/dist/hls.min.mjs >"$target/hls.min.mjs"
echo "$version" >"$target/VERSION.txt"
echo "hls.js $version"
