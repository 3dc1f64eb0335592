/** A control character of ASCII. */
export const CONTROL = /[\0-\x1f\x7f]/;

const EACH_CONTROL = /[\0-\x1f\x7f]/g;
const HIDDEN = unicodePattern(EACH_CONTROL, '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]', EACH_CONTROL);

/**
 * A name from elsewhere, fit for one line of a log: no control characters, nothing that a CI system reads as a command
 * (`::` and `##[` of GitHub, `##vso[` of Azure), no more than 200 characters.
 */
export function printable(text: string): string {
  return printableUpTo(200, text);
}

/** The same with another limit, for what has to be copied whole. */
export function printableUpTo(most: number, text: string): string {
  const line = withoutControls(text)
    .replaceAll(/:(?=:)/g, ': ')
    .replaceAll(/#(?=#)/g, '# ');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** The same text with `?` for every character that a terminal obeys, or that nothing shows. */
export function withoutControls(text: string): string {
  return text.replaceAll(HIDDEN(text), '?');
}

/**
 * A pattern that names properties of Unicode, made when a text first needs it: V8 takes up to milliseconds to make one,
 * and would make a literal as it reads the code. `ascii` has to find the same in every text of ASCII, `latin` in one that
 * has accented letters or signs of currencies too.
 */
export function unicodePattern(ascii: RegExp, source: string, latin?: RegExp): (text: string) => RegExp {
  let full: RegExp | undefined;
  return (text) => {
    if (isAscii(text)) return ascii;
    if (latin !== undefined && LATIN.test(text)) return latin;
    full ??= new RegExp(source, `${ascii.flags}u`);
    return full;
  };
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** ASCII, Latin letters and signs (not the space and the hyphen that nothing shows), their marks, signs of currencies. */
const LATIN = /^[\0-\x7f\xa1-\xac\xae-\u036f\u20a0-\u20bf]*$/;
