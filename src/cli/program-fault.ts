/**
 * The message for an error about the file of this program; undefined for any other error.
 *
 * The command line is one file, and its larger part is read when it is first needed. The build adds code that throws an
 * error of this name if that part is then gone, or belongs to another version.
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
