#!/usr/bin/env bash
# Packs everything and uses the packages as a stranger would: from a folder feed, outside the
# repository, with a package cache of its own. Ends with `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "$0")/.."
root=$PWD
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
feed=$work/feed
mkdir "$feed"
passed=0 failed=0 version=

# check NAME COMMAND...: one more test; its output is shown when it fails.
check() {
    local name=$1; shift
    if "$@" >"$work/log" 2>&1; then
        echo "passed $name"; passed=$((passed + 1))
    else
        echo "FAILED $name"; tail -n 40 "$work/log"; failed=$((failed + 1))
    fi
}

pack() {
    dotnet pack P2PStream.sln -c Release -v q --nologo -o "$feed" || return 1
    version=$(basename "$feed"/P2PStream.Protocol.*.nupkg .nupkg)
    version=${version#P2PStream.Protocol.}
}

# What others publish comes from the machine's own package cache, where building put it; ours come from
# the feed alone, into a cache that is thrown away.
write_nuget_config() {
    local cache
    cache=$(dotnet nuget locals global-packages --list | sed 's/.*: //')
    cat >"$1/NuGet.config" <<XML
<configuration>
  <packageSources>
    <clear />
    <add key="built" value="$feed" />
  </packageSources>
  <fallbackPackageFolders>
    <add key="machine" value="$cache" />
  </fallbackPackageFolders>
</configuration>
XML
}

# Names of the files in an archive.
list() {
    if command -v unzip >/dev/null; then unzip -Z1 "$1"
    else python3 -c 'import sys, zipfile; print("\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))' "$1"
    fi
}

has_readme_and_symbols() {
    local package=$1 listing
    listing=$(list "$package") || return 1
    grep -qx 'README.md' <<<"$listing" || { echo "no README.md in $package"; return 1; }
    if grep -q 'DotnetToolSettings.xml' <<<"$listing"; then return 0; fi
    grep -qE '^lib/net10.0/.*\.xml$' <<<"$listing" || { echo "no documentation in $package"; return 1; }
    grep -qE '\.pdb$' <<<"$(list "${package%.nupkg}.snupkg")" || { echo "no symbols beside $package"; return 1; }
}

plays_outside() (
    mkdir "$work/outside" && cp eng/package-check/* "$work/outside" || return 1
    write_nuget_config "$work/outside"
    cd "$work/outside" &&
        NUGET_PACKAGES=$work/packages dotnet build -c Release -v q --nologo -p:P2PStreamVersion="$version" &&
        timeout 90 dotnet bin/Release/net10.0/PackageCheck.dll "$root/samples/media/240p/index.m3u8"
)

readme_compiles() (
    mkdir "$work/readme" && cp eng/package-check/PackageCheck.csproj "$work/readme" || return 1
    awk '/^```csharp/ { inside = 1; next } /^```/ { inside = 0 } inside' README.md \
        >"$work/readme/Program.cs"
    write_nuget_config "$work/readme"
    cd "$work/readme" && [ -s Program.cs ] &&
        NUGET_PACKAGES=$work/packages dotnet build -v q --nologo -p:P2PStreamVersion="$version"
)

installs_as_tool() (
    write_nuget_config "$work"
    cd "$work" &&
        NUGET_PACKAGES=$work/packages dotnet tool install P2PStream.Tool --version "$version" \
            --tool-path "$work/tools" --configfile "$work/NuGet.config" &&
        "$work/tools/p2pstream" keygen --out "$work/my.key" &&
        [ "$(stat -c %a "$work/my.key")" = 600 ]
)

check "dotnet pack" pack
for package in "$feed"/*.nupkg; do
    check "$(basename "$package") has README and symbols" has_readme_and_symbols "$package"
done
check "a player outside the repository plays" plays_outside
check "the example in the README compiles" readme_compiles
check "dotnet tool install, keygen" installs_as_tool

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
