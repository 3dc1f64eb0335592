import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** Both ends of one socket instead of a pipe: two descriptors that share it stay in order. Undefined if no folder works. */
export async function openOneSocket(
  folders: readonly string[],
): Promise<{ reader: Socket; writer: Socket } | undefined> {
  for (const parent of folders) {
    let folder: string | undefined;
    try {
      // Only this user can enter the folder, so no other user can connect.
      folder = mkdtempSync(join(parent, 'segura-secrets-pipe-'));
      return await connected(join(folder, 's'));
    } catch {
      // The next folder may work.
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  }
  return undefined;
}

function connected(path: string): Promise<{ reader: Socket; writer: Socket }> {
  return new Promise((done, fail) => {
    const server = createServer();
    const ends: { reader?: Socket; writer?: Socket } = {};
    const take = (end: Partial<typeof ends>): void => {
      const { reader, writer } = Object.assign(ends, end);
      if (reader === undefined || writer === undefined) return;
      server.close();
      done({ reader, writer });
    };
    server.once('error', fail);
    server.once('connection', (reader) => take({ reader }));
    server.listen(path, () => {
      const writer = connect(path, () => take({ writer }));
      writer.once('error', fail);
    });
  });
}
