#!/bin/sh
# Removes SAED Desktop of this user. Settings, profiles and networks stay.
set -eu
target=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin

[ "$(cat "$target/.saed-desktop" 2>/dev/null)" = "SAED Desktop" ] || {
    echo "$target is no installed SAED Desktop." >&2
    exit 1
}
for name in saed-desktop saed-index; do
    [ "$(readlink "$bin/$name" 2>/dev/null)" != "$target/$name" ] || rm "$bin/$name"
done
rm -f "$data/applications/saed-desktop.desktop" "$data/mime/packages/saed-desktop.xml"
rm -f "$data"/icons/hicolor/*/apps/saed-desktop.png "$data"/icons/hicolor/*/apps/saed-desktop.svg
update-mime-database "$data/mime" >/dev/null 2>&1 || true
update-desktop-database "$data/applications" >/dev/null 2>&1 || true
cd /
rm -rf "$target"
echo "SAED Desktop is removed; your settings and networks are kept."
