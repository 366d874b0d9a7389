#!/usr/bin/env bash
# Prints a URL with a COS signature, made with openssl. It is valid for 15 minutes.
#
#   export KEY_ID=gallery KEY_SECRET=9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42
#   curl "$(examples/shell/sign-cos.sh http://127.0.0.1:9000 'holiday/Zürich 1+1.jpg' exif/style/flat)"
#
# While this program runs, other users of the machine can see the secret in the list of processes.
set -euo pipefail
origin=${1:?usage: sign-cos.sh ORIGIN KEY [VIEW]}
key=${2:?usage: sign-cos.sh ORIGIN KEY [VIEW]}
view=${3:-exif}

# Percent-encodes a text. $2 is the set of characters that stay as they are.
encode() {
  local LC_ALL=C char i
  for ((i = 0; i < ${#1}; i++)); do
    char=${1:i:1}
    case $char in
      [$2]) printf %s "$char" ;;
      *) printf %%%02X "$(($(printf %d "'$char") & 255))" ;;
    esac
  done
}
lower() { tr '[:upper:]' '[:lower:]'; }
digest() { openssl sha1 "$@" | sed 's/.* //'; }

host=${origin#*://} # with its port, as the client sends it
start=$(date +%s)
window="$start;$((start + 900))"
name=$(encode "$view" 'A-Za-z0-9._~-' | lower) # the parameter that is signed

# Three parts are signed: method, key (decoded) and view, and the host.
http_string=$(printf 'get\n/%s\n%s=\nhost=%s\n' "$key" "$name" "$(encode "$host" 'A-Za-z0-9._~-')" | digest)
sign_key=$(printf %s "$window" | digest -hmac "$KEY_SECRET")
signature=$(printf 'sha1\n%s\n%s\n' "$window" "$http_string" | digest -hmac "$sign_key")

time=${window/;/%3B}
printf '%s/%s?%s' "$origin" "$(encode "$key" 'A-Za-z0-9._~/-')" "$view"
printf '&q-sign-algorithm=sha1&q-ak=%s&q-sign-time=%s&q-key-time=%s' "$KEY_ID" "$time" "$time"
printf '&q-header-list=host&q-url-param-list=%s&q-signature=%s\n' "${name//%/%25}" "$signature"
