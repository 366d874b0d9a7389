#!/usr/bin/env bash
# The EXIF of one object with curl alone.
#
#   examples/shell/curl.sh http://127.0.0.1:9000 'holiday/Zürich 1+1.jpg' exif/style/flat
#
# A public object needs no key. For a private one, put the key into the environment (curl 7.75 or newer signs with it):
#   export KEY_ID=gallery KEY_SECRET=9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42 REGION=us-east-1
set -euo pipefail
origin=${1:?usage: curl.sh ORIGIN KEY [VIEW]}
key=${2:?usage: curl.sh ORIGIN KEY [VIEW]}
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

# A signer signs what is sent, so write the URL in the one form that Signature Version 4 knows: key and view encoded, and
# `=` after the view. In the key, `/` stays.
url="$origin/$(encode "$key" 'A-Za-z0-9._~/-')?$(encode "$view" 'A-Za-z0-9._~-')="

if [ -z "${KEY_ID:-}" ]; then
  curl --silent --show-error --fail-with-body "$url"
else
  # --config: curl reads the secret from its input, where other users of this machine cannot see it.
  printf 'user = "%s:%s"\n' "$KEY_ID" "$KEY_SECRET" |
    curl --silent --show-error --fail-with-body --config - --aws-sigv4 "aws:amz:${REGION:-us-east-1}:s3" "$url"
fi
