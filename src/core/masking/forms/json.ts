/** What stands between the quotes of a JSON text. */
export function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The same with the code units that a pattern finds as `\uHHHH`. */
export function unicode(text: string, pattern: RegExp, isUpper = false): string {
  return text.replaceAll(pattern, (char) => {
    const code = char.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${isUpper ? code.toUpperCase() : code}`;
  });
}

/** JSON as JavaScript, Python, Go, .NET, PHP and jq escape it, and each of them inside JSON once more. */
export function* jsonForms(value: string): Generator<string> {
  const twice = function* (text: string): Generator<string> {
    yield text;
    yield inner(text);
  };
  const plain = inner(value);
  yield* twice(plain);
  // Go, Python.
  yield* twice(unicode(plain, /[<>&\u2028\u2029]/g));
  yield* twice(unicode(plain, /[\u007f-\uffff]/g));
  const dotnet = unicode(plain.replaceAll('\\"', '\\u0022'), /[<>&'+`\u007f-\uffff]/g);
  yield* twice(dotnet);
  yield* twice(dotnet.replaceAll(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`));
  // PHP, jq.
  yield* twice(plain.replaceAll('/', '\\/'));
  yield* twice(unicode(plain, /[\u0080-\uffff]/g).replaceAll('/', '\\/'));
  yield* twice(unicode(plain, /\u007f/g));
}
