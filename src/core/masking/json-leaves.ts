/** A text or a number of JSON as it is written, and the colon that makes a text a name. */
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The texts and numbers in a value that is a JSON object or list, as they are written: a text has its quotes. */
export function* jsonLeaves(value: string): Generator<string> {
  if (!/^\s*[{[]/.test(value) || !isJson(value)) return;
  for (const [token, colon] of value.matchAll(TOKEN)) if (colon === undefined) yield token;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
