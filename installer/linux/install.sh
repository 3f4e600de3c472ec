#!/bin/sh
# Installs SAED Desktop for this user, without root: ./install.sh [FOLDER]
# FOLDER takes the program (by default ~/.local/opt/saed-desktop).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
target=${1:-$HOME/.local/opt/saed-desktop}
bin=$HOME/.local/bin

if [ "$(cat "$target/.saed-desktop" 2>/dev/null)" != "SAED Desktop" ] && [ -e "$target" ]; then
    echo "$target exists and is no SAED Desktop; name another folder." >&2
    exit 1
fi
mkdir -p "$(dirname "$target")" "$bin" "$data/applications" "$data/mime/packages"
# an older version goes in one step, once the new one is complete
rm -rf "$target.new"
cp -R "$here/program" "$target.new"
cp "$here/uninstall.sh" "$target.new/uninstall.sh"
echo "SAED Desktop" > "$target.new/.saed-desktop"
rm -rf "$target"
mv "$target.new" "$target"

ln -sf "$target/saed-desktop" "$bin/saed-desktop"
ln -sf "$target/saed-index" "$bin/saed-index"
for icon in "$here"/share/icons/hicolor/*/apps/saed-desktop.*; do
    folder=$data/icons/hicolor/$(basename "$(dirname "$(dirname "$icon")")")/apps
    mkdir -p "$folder"
    cp "$icon" "$folder/"
done
cp "$here/share/mime/packages/saed-desktop.xml" "$data/mime/packages/saed-desktop.xml"
sed "s|@PROGRAM@|$target/saed-desktop|" "$here/share/saed-desktop.desktop.in" \
    > "$data/applications/saed-desktop.desktop"
for tool in "update-mime-database $data/mime" "update-desktop-database $data/applications" \
    "gtk-update-icon-cache -q -t -f $data/icons/hicolor"; do
    $tool >/dev/null 2>&1 || true
done
echo "SAED Desktop is installed in $target; $target/uninstall.sh removes it."
