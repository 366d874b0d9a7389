#!/usr/bin/env python3
"""The EXIF of one object, with Python's standard library only (Python 3.9 or newer).

From a shell (the default is Signature Version 4 in the URL; --sign none for a public object):

    export KEY_ID=gallery KEY_SECRET=9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42
    python3 examples/python/bucket_exif.py http://127.0.0.1:9000 'holiday/Zürich 1+1.jpg' --view exif/style/flat

From a program:

    from bucket_exif import Key, fetch, sigv4_url
    key = Key("gallery", "9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42")
    exif = fetch(sigv4_url("http://127.0.0.1:9000", "a.jpg", "exif/style/flat", key))
"""

import argparse
import hashlib
import hmac
import json
import os
import sys
import time
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen


@dataclass(frozen=True)
class Key:
    """An id and its secret, as in EXIF_KEYS."""

    id: str
    secret: str = field(repr=False)


def _path(object_key: str) -> str:
    """The path of an object: everything is percent-encoded but letters, digits, "-._~" and "/"."""
    return "/" + quote(object_key, safe="/-._~")


def _hmac(key: bytes, text: str, algorithm: str) -> bytes:
    return hmac.new(key, text.encode(), algorithm).digest()


def plain_url(origin: str, object_key: str, view: str) -> str:
    """A URL without a signature, for a public object."""
    return f"{origin}{_path(object_key)}?{view}"


def _sigv4(key: Key, now: time.struct_time, region: str, path: str, query: str, headers: dict, payload: str) -> str:
    """The signature of AWS Signature Version 4. `headers` are those to sign, with names in lower case."""
    day, stamp = time.strftime("%Y%m%d", now), time.strftime("%Y%m%dT%H%M%SZ", now)
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"GET\n{path}\n{query}\n{lines}\n{names}\n{payload}"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{day}/{region}/s3/aws4_request\n{hashed}"
    signing_key = b"AWS4" + key.secret.encode()
    for part in (day, region, "s3", "aws4_request"):
        signing_key = _hmac(signing_key, part, "sha256")
    return _hmac(signing_key, to_sign, "sha256").hex()


def sigv4_url(origin: str, object_key: str, view: str, key: Key, region="us-east-1", seconds=900) -> str:
    """A URL that is valid for some seconds. Everybody who has it can use it."""
    now, path = time.gmtime(), _path(object_key)
    parameters = {
        view: "",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{key.id}/{time.strftime('%Y%m%d', now)}/{region}/s3/aws4_request",
        "X-Amz-Date": time.strftime("%Y%m%dT%H%M%SZ", now),
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    query = "&".join(sorted(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters.items()))
    signature = _sigv4(key, now, region, path, query, {"host": urlsplit(origin).netloc}, "UNSIGNED-PAYLOAD")
    return f"{origin}{path}?{query}&X-Amz-Signature={signature}"


def sigv4_request(origin: str, object_key: str, view: str, key: Key, region="us-east-1") -> Request:
    """A request with the signature in the header Authorization. It is valid for a few minutes."""
    now, path, query = time.gmtime(), _path(object_key), f"{quote(view, safe='')}="
    empty = hashlib.sha256(b"").hexdigest()
    signed = {
        "host": urlsplit(origin).netloc,
        "x-amz-content-sha256": empty,
        "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", now),
    }
    signature = _sigv4(key, now, region, path, query, signed, empty)
    scope = f"{key.id}/{time.strftime('%Y%m%d', now)}/{region}/s3/aws4_request"
    names = ";".join(sorted(signed))
    authorization = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"
    return Request(f"{origin}{path}?{query}", headers={**signed, "authorization": authorization})


def cos_url(origin: str, object_key: str, view: str, key: Key, seconds=900) -> str:
    """A URL with the signature of Tencent COS, valid for some seconds."""
    start = int(time.time())
    window = f"{start};{start + seconds}"
    name = quote(view, safe="").lower()
    host = quote(urlsplit(origin).netloc, safe="")
    http_string = f"get\n/{object_key}\n{name}=\nhost={host}\n"  # COS signs the key as it is, not encoded
    to_sign = f"sha1\n{window}\n{hashlib.sha1(http_string.encode()).hexdigest()}\n"
    signing_key = _hmac(key.secret.encode(), window, "sha1").hex()
    signature = _hmac(signing_key.encode(), to_sign, "sha1").hex()
    parameters = {
        "q-sign-algorithm": "sha1",
        "q-ak": key.id,
        "q-sign-time": window,
        "q-key-time": window,
        "q-header-list": "host",
        "q-url-param-list": name,
        "q-signature": signature,
    }
    signed = "&".join(f"{parameter}={quote(value, safe='')}" for parameter, value in parameters.items())
    return f"{origin}{_path(object_key)}?{view}&{signed}"


def fetch(request) -> dict:
    """Sends a request, or opens a URL, and returns the JSON of the answer. Raises HTTPError for a refusal."""
    with urlopen(request, timeout=30) as reply:
        return json.load(reply)


SIGNERS = {
    "none": lambda arguments, key: plain_url(*arguments),
    "sigv4": lambda arguments, key: sigv4_url(*arguments, key, os.environ.get("REGION", "us-east-1")),
    "sigv4-header": lambda arguments, key: sigv4_request(*arguments, key, os.environ.get("REGION", "us-east-1")),
    "cos": lambda arguments, key: cos_url(*arguments, key),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Prints the EXIF of one object as JSON.")
    parser.add_argument("origin", help="scheme and host, such as https://exif.example.com")
    parser.add_argument("key", help="the key of the object")
    parser.add_argument("--view", default="exif", help="exif, exif/style/flat, imageInfo, ... (default: exif)")
    parser.add_argument("--sign", choices=SIGNERS, default="sigv4", help="default: sigv4, in the URL")
    options = parser.parse_args()
    key = Key(os.environ.get("KEY_ID", ""), os.environ.get("KEY_SECRET", ""))
    request = SIGNERS[options.sign]((options.origin, options.key, options.view), key)
    try:
        print(json.dumps(fetch(request), ensure_ascii=False, indent=2))
    except HTTPError as error:
        print(f"{error.code}: {error.read().decode()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
