import html
import json
import quopri
import sys
import urllib.parse as u
import xml.etree.ElementTree as tree
import xml.sax.saxutils as sax


def element_tree(text):
    element = tree.Element("e")
    element.text = text
    return tree.tostring(element).decode()[3:-4]


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
        # Without its soft line ends.
        quopri.encodestring(b).replace(b"=\n", b"").decode(),
        v.encode("ascii", "xmlcharrefreplace").decode(),
        element_tree(v),
    ]:
        print(form.encode().hex())
