/** One logging command, as an agent reads it. */
export interface AzureCommand {
  readonly area: string;
  readonly event: string;
  /** Names in lower case. */
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
  /** The line as it was printed. */
  readonly line: string;
}

const PREFIX = '##vso[';

/**
 * The command that stands anywhere in a line, or undefined when there is none that can be read.
 *
 * Source: microsoft/azure-pipelines-agent, Command.cs and CommandStringConvertor.cs.
 */
export function parseCommand(line: string): AzureCommand | undefined {
  const start = line.indexOf(PREFIX);
  const end = line.indexOf(']', start);
  if (start === -1 || end === -1) return undefined;
  const head = line.slice(start + PREFIX.length, end);
  const space = head.indexOf(' ');
  const names = (space === -1 ? head : head.slice(0, space)).split('.').filter((name) => name !== '');
  const [area, event] = names;
  if (names.length !== 2 || area === undefined || event === undefined) return undefined;
  const properties = new Map<string, string>();
  for (const property of space === -1 ? [] : head.slice(space + 1).split(';')) {
    const equals = property.indexOf('=');
    if (equals <= 0 || equals === property.length - 1) continue;
    properties.set(property.slice(0, equals).toLowerCase(), unescapeData(property.slice(equals + 1)));
  }
  return {
    area: area.toLowerCase(),
    event: event.toLowerCase(),
    properties,
    data: unescapeData(line.slice(end + 1)),
    line,
  };
}

/** In this order: a `%` that was written as %AZP25 must not make another escape of what follows it. */
export function unescapeData(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%');
}
