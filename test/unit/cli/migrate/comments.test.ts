import { expect, test } from 'vitest';
import { secretComments } from '../../../../src/cli/migrate/comments.js';

test.each([
  ['.env', 'A=1\n# DB_PASSWORD=hunter2\r\n  #export API_TOKEN="x y"\n#PORT=80\n', [2, 3]],
  [
    '.env',
    '# DB_PASSWORD=changeme\n# set API_TOKEN=... in CI\n# the password = a secret word\n# TOKEN=\n',
    [],
  ],
  ['a.properties', '! db.password=p1\n# db.password=p2\n', [1, 2]],
  ['a.yaml', 'a: 1\n  # password: hunter2\n# token: ask the team\n', [2]],
  ['a.json', '{"a": "\\n# DB_PASSWORD=x"}', []],
])('comments that look like secrets in %s: %j', (file, text, lines) => {
  expect(secretComments(file, text)).toEqual(lines);
});
