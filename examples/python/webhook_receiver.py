#!/usr/bin/env python3
"""Receives the messages of a webhook sink (docs/sinks.md), with Python's standard library only (Python 3.9 or newer).

It checks the signatures, and keeps the newest message of each object in a table of SQLite:

    export EXIF_SINK_SECRET="whsec_$(openssl rand -base64 32)"
    python3 examples/python/webhook_receiver.py photos.db --port 9100

Afterwards:

    sqlite3 photos.db "select key, record ->> '$.model' from objects where type = 'read'"
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Mapping, Optional, Sequence

MAX_BODY_BYTES = 1024 * 1024  # the service sends no more
TOLERANCE_SECONDS = 300  # an older request may be a copy that somebody sends again

TABLE = """create table if not exists objects (
  bucket text, key text, position integer not null, type text not null, etag text, code text, record text,
  primary key (bucket, key))"""

# Messages may come twice and out of order: one with a smaller order replaces nothing.
UPSERT = """insert into objects values (:bucket, :key, :order, :type, :etag, :code, :record)
  on conflict (bucket, key) do update set position = excluded.position, type = excluded.type, etag = excluded.etag,
    code = excluded.code, record = excluded.record
  where excluded.position >= objects.position"""


def is_signed(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: Optional[float] = None) -> bool:
    """Whether a request was signed with one of the secrets. `body` is what arrived, byte by byte."""
    stamp = headers.get("webhook-timestamp", "")
    clock = time.time() if now is None else now
    if not (stamp.isascii() and stamp.isdigit()) or abs(clock - int(stamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    given = headers.get("webhook-signature", "").encode().split()
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        if any(hmac.compare_digest(one, expected) for one in given):
            return True
    return False


def keep(database: sqlite3.Connection, messages: Sequence[Mapping[str, object]]) -> None:
    """Keeps the newest message of each object, all in one transaction."""
    with database:
        for message in messages:
            record = None if message.get("record") is None else json.dumps(message["record"], ensure_ascii=False)
            database.execute(UPSERT, {**message, "code": message.get("code"), "record": record})


def receiver(secrets: Sequence[str], database: sqlite3.Connection, port: int) -> ThreadingHTTPServer:
    """A server that keeps messages in a database, which one thread uses at a time."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            length = self.headers.get("content-length", "")
            if not length.isdigit() or int(length) > MAX_BODY_BYTES:
                return self.answer(413)
            body = self.rfile.read(int(length))
            if not is_signed(self.headers, body, secrets):
                return self.answer(401)
            # Keep them first and answer then: after a 2xx they are not sent again.
            with lock:
                keep(database, json.loads(body)["messages"])
            return self.answer(204)

        def answer(self, status: int) -> None:
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", "0")
                self.close_connection = True
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="Keeps the messages of a webhook sink in SQLite.")
    parser.add_argument("database")
    parser.add_argument("--port", type=int, default=9100)
    options = parser.parse_args()
    secrets = os.environ.get("EXIF_SINK_SECRET", "").split()
    if not secrets:
        sys.exit("EXIF_SINK_SECRET must be set, as for the service")
    database = sqlite3.connect(options.database, check_same_thread=False)
    database.execute(TABLE)
    server = receiver(secrets, database, options.port)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
