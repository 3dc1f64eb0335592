"""Signs requests as a program does that uses requests-oauthlib: JSON cases on stdin, JSON results on stdout."""

import json
import sys

from requests import Request
from requests_oauthlib import OAuth1


def signed(case):
    keys = case["keys"]
    auth = OAuth1(
        keys["consumerKey"],
        client_secret=keys["consumerSecret"],
        resource_owner_key=keys["tokenKey"],
        resource_owner_secret=keys["tokenSecret"],
        nonce=case["nonce"],
        timestamp=case["timestamp"],
    )
    headers = {} if case["body"] is None else {"Content-Type": "application/x-www-form-urlencoded"}
    request = Request(case["method"], case["url"], headers=headers, data=case["body"], auth=auth).prepare()
    header = request.headers["Authorization"]
    return {"url": request.url, "header": header if isinstance(header, str) else header.decode()}


json.dump([signed(case) for case in json.load(sys.stdin)], sys.stdout)
