/** JSON as JavaScript, Python, Go, .NET, PHP and jq escape it, and each of them inside JSON once more. */
export function* jsonForms(value: string): Generator<string> {
  const inner = (text: string): string => JSON.stringify(text).slice(1, -1);
  const unicode = (text: string, pattern: RegExp): string =>
    text.replaceAll(pattern, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
