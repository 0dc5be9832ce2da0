# shellcheck shell=bash
# What every image built here begins with: bash, busybox, and the libraries that a program loads. Sourced by the
# build-image scripts, which put what they are about on top and import $root as one layer.

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

# Copies the shared libraries that the given files load, except those that come with the files.
copy_libraries() {
  local library
  { ldd "$@" || true; } | grep -oE '/[^ :)]+\.so[^ :)]*' | grep -v "^$root" | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
}

# make_base USER ID: folders, shell and the one account besides root.
make_base() {
  local user=$1 id=$2 applet
  mkdir -p "$root"/{usr/{bin,sbin,lib,lib64},etc,"home/$user",proc,sys,dev,root,var,tmp}
  ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root/"
  chmod 755 "$root"
  chmod 1777 "$root/tmp"
  cp -L "$(command -v bash)" "$(command -v busybox)" "$root/usr/bin/"
  for applet in $("$root/usr/bin/busybox" --list); do
    [ -e "$root/usr/bin/$applet" ] || ln -s busybox "$root/usr/bin/$applet"
  done
  copy_libraries "$root/usr/bin/bash"
  printf 'root:x:0:0:root:/root:/bin/bash\n%s:x:%s:%s::/home/%s:/bin/bash\n' "$user" "$id" "$id" "$user" \
    >"$root/etc/passwd"
  printf 'root:x:0:\n%s:x:%s:\n' "$user" "$id" >"$root/etc/group"
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
}

# import_image NAME CHANGE...: the folder as an image of one layer.
import_image() {
  local name=$1 change changes=()
  shift
  for change in "$@"; do changes+=(--change "$change"); done
  tar -C "$root" --numeric-owner -c . | docker import "${changes[@]}" - "$name"
}
