import type { Terminal } from '../../platform/terminal/terminal.js';
import type { WritePart } from '../nouns/secret/write.js';

/** How far a migration is, as a bar on a terminal. */
export class MigrationParts {
  readonly #terminal: Pick<Terminal, 'progress' | 'isQuiet'>;
  readonly #fields: number;

  constructor(terminal: Pick<Terminal, 'progress' | 'isQuiet'>, fields: number) {
    this.#terminal = terminal;
    this.#fields = fields;
  }

  /** A part of the work at the vault begins. A question has the line for itself. */
  begin(part: WritePart): void {
    const [at, what] = {
      reading: [0, 'reading the vault'],
      asking: [TOTAL, ''],
      writing: [1, `writing ${this.#fields} fields`],
      comparing: [2, `comparing ${this.#fields} fields with the vault`],
    }[part] as [number, string];
    if (!this.#terminal.isQuiet) this.#terminal.progress.part(at, TOTAL, what);
  }

  end(): void {
    this.#terminal.progress.part(TOTAL, TOTAL, '');
  }
}

const TOTAL = 3;
