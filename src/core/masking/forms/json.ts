/** JSON as JavaScript, Python, Go, .NET, PHP and jq escape it, and each of them inside JSON once more. */
export function jsonForms(value: string): string[] {
  const inner = (text: string): string => JSON.stringify(text).slice(1, -1);
  const unicode = (text: string, pattern: RegExp): string =>
    text.replaceAll(pattern, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const plain = inner(value);
  const go = unicode(plain, /[<>&\u2028\u2029]/g);
  const python = unicode(plain, /[\u007f-\uffff]/g);
  const dotnet = unicode(plain.replaceAll('\\"', '\\u0022'), /[<>&'+`\u007f-\uffff]/g);
  const dotnetUpper = dotnet.replaceAll(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`);
  const php = unicode(plain, /[\u0080-\uffff]/g).replaceAll('/', '\\/');
  const jq = unicode(plain, /\u007f/g);
  const forms = [plain, go, python, dotnet, dotnetUpper, plain.replaceAll('/', '\\/'), php, jq];
  return [...forms, ...forms.map(inner)];
}
