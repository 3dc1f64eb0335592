"""Sends requests to a vault through the PyPI client senhasegura, and prints the replies as JSON.

A request is a method, a path and, if more follows, the options of the library `requests` as JSON.

The client rejects a host with a port, so connections to port 443 lead to the vault here.
"""

import json
import os
import sys

import urllib3.util.connection as connection
from senhasegura import A2A

open_connection = connection.create_connection


def to_the_vault(address, *rest, **more):
    host, port = address
    return open_connection((host, int(os.environ["VAULT_PORT"]) if port == 443 else port), *rest, **more)


connection.create_connection = to_the_vault

mode = sys.argv[1]
keys = json.loads(os.environ["KEYS"])
answers = []
for request in sys.argv[2:]:
    method, path, more = (request + " {}").split(" ", 2)
    try:
        client = A2A(hostname="127.0.0.1", auth_type=mode, **keys)
        reply = getattr(client, method.lower())(path, verify=os.environ["VAULT_CA"], timeout=20, **json.JSONDecoder().raw_decode(more)[0])
        answers.append({"status": reply.status_code, "body": reply.json()})
    except Exception as error:
        answers.append({"error": type(error).__name__})
print(json.dumps(answers))
