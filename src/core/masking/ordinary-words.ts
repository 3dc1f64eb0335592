/**
 * Words that are common in logs: a mask of one hides it everywhere, even inside longer words. They are booleans and nulls of
 * languages and configurations, stages and branches, levels and outcomes, and the names of common defaults.
 */
const WORDS = new Set(
  `
  true false null none void undefined empty yes no on off enabled disabled enable disable
  main master develop development release latest stable edge nightly head trunk
  production prod staging stage test testing preview local demo sandbox
  error warning info debug trace fatal notice success failed failure pass passed done ready running
  default public private internal external root admin administrator user guest username password secret token
  localhost http https postgres mysql redis docker linux windows ubuntu debian alpine node python java
  string number boolean object json yaml text file path name value data home temp
  `
    .trim()
    .split(/\s+/),
);

/** Longer numbers are rare in logs: ports, years, exit codes, sizes and line numbers have fewer digits. */
const MAX_DIGITS = 6;
/** Includes white space around the word. No word in the list is nearly as long. */
const MAX_LENGTH = 40;

/** The kind of a value that is common in logs; undefined for any other. The text does not reveal the value. */
export function ordinaryKind(value: string): string | undefined {
  if (value.length > MAX_LENGTH) return undefined;
  const text = value.trim().toLowerCase();
  if (/^\d+$/.test(text) && text.length <= MAX_DIGITS) return 'a short number';
  return WORDS.has(text) ? 'a common word in logs' : undefined;
}
