#!/usr/bin/env bash
# Writes the committed lists of the scripts in the archives of `npm pack`: make-lists.sh ARCHIVE...
# An archive's own sha512 is printed: compare it with what the registry says and put it into list.rs.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
sha512() { openssl dgst -sha512 -binary "$1" | base64 -w0; }

for archive in "$@"; do
  folder=$(mktemp -d)
  tar -xzf "$archive" -C "$folder"
  name=$(node -p "require('$folder/package/package.json').name.replace('@clerk/', '')")
  version=$(node -p "require('$folder/package/package.json').version")
  entry="$folder/package/dist/ui.browser.js"
  [ -f "$entry" ] || entry="$folder/package/dist/clerk.browser.js"
  {
    printf '%s LICENSE\n' "$(sha512 "$folder/package/LICENSE")"
    printf '%s dist/%s\n' "$(sha512 "$entry")" "$(basename "$entry")"
    # A chunk is named NAME_BUILD_HASH_VERSION.js; those of other builds carry a hash that the entry does not know.
    for file in "$folder"/package/dist/*_"$version".js; do
      hash=${file%_"$version".js}
      hash=${hash##*_}
      if grep -qF "$hash" "$entry"; then printf '%s dist/%s\n' "$(sha512 "$file")" "$(basename "$file")"; fi
    done
  } | LC_ALL=C sort -k2 >"$here/$name-$version.sha512"
  echo "$name $version sha512-$(sha512 "$archive"): $(wc -l <"$here/$name-$version.sha512") files"
  rm -rf "$folder"
done
