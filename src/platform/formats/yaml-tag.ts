/** A tag as a file has it; undefined for one that says what quotes say (YAML 1.2.2, sections 6.9.1 and 10.1.1). */
export function otherThanText(tag: string): string | undefined {
  const short = tag.replace(/^tag:yaml\.org,2002:/, '!!');
  return short === '!' || short === '!!str' ? undefined : short;
}
