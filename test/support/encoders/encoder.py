import html
import json
import sys
import urllib.parse as u
import xml.sax.saxutils as sax

for line in sys.stdin:
    b = bytes.fromhex(line)
    v = b.decode()
    for form in [
        u.quote(v),
        u.quote(v, safe=""),
        u.quote_plus(v),
        html.escape(v),
        html.escape(v, quote=False),
        sax.escape(v),
        repr(v)[1:-1],
        ascii(v)[1:-1],
        repr(b)[2:-1],
        json.dumps(v)[1:-1],
    ]:
        print(form.encode().hex())
