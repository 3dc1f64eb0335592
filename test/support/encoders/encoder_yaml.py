import os
import sys

sys.path.insert(0, os.environ['SEGURA_TEST_YAML'])

import yaml

WIDE = sys.maxsize

for line in sys.stdin:
    v = bytes.fromhex(line).decode()
    # Of its own accord it puts into double quotes what it escapes.
    dumped = yaml.dump(v, width=WIDE)
    for form in [
        dumped[1:-2] if dumped.startswith('"') else v,
        yaml.dump(v, width=WIDE, default_style='"')[1:-2],
        yaml.dump(v, width=WIDE, default_style='"', allow_unicode=True)[1:-2],
    ]:
        print(form.encode().hex())
