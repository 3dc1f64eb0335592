/**
 * What an error says of the file of this program; undefined for any other error.
 *
 * The command line is one file, of which the larger part is read when it is first needed. What the build puts there throws
 * an error of this name when that part is gone by then, or is of another version.
 */
export function programFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'ProgramFault') return undefined;
  const code = String(Reflect.get(error, 'code'));
  const [what, remedy] =
    code === 'changed'
      ? [
          'The file of this program was replaced while it ran, or is incomplete.',
          'Run the command again; if that does not help, install the program again.',
        ]
      : [
          `The rest of this program cannot be read (${code}): its file was removed, or it was not started from a file.`,
          'Start it from its file: node segura-secrets.mjs',
        ];
  return `segura-secrets: FILE_REFUSED: ${what}\n  ${remedy}\n`;
}
