import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTION } from '../support/runner.js';

export const EXTENSION = join(ACTION, 'azure-task');
export const TASK = 'SeguraSecrets/SeguraSecretsV1';
export const LANGUAGES = ['en-US', 'pt-BR'] as const;

export interface TaskInput {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly helpMarkDown: string;
  readonly defaultValue?: string;
  readonly groupName?: string;
  readonly visibleRule?: string;
  readonly options?: Readonly<Record<string, string>>;
}

export interface TaskJson {
  readonly id: string;
  readonly name: string;
  readonly friendlyName: string;
  readonly helpMarkDown: string;
  readonly description: string;
  readonly instanceNameFormat: string;
  readonly minimumAgentVersion: string;
  readonly version: { readonly Major: number; readonly Minor: number; readonly Patch: number };
  readonly groups: readonly { readonly name: string; readonly displayName: string }[];
  readonly inputs: readonly TaskInput[];
  readonly execution: Readonly<Record<string, { readonly target: string }>>;
  readonly postjobexecution: Readonly<Record<string, { readonly target: string }>>;
  readonly restrictions: unknown;
  readonly messages: Readonly<Record<string, string>>;
}

export interface Field {
  readonly id: string;
  readonly isConfidential: boolean;
}

export interface ExtensionJson {
  readonly id: string;
  readonly publisher: string;
  readonly version: string;
  readonly icons: { readonly default: string };
  readonly contributions: readonly [
    { readonly id: string; readonly properties: { readonly name: string } },
    {
      readonly id: string;
      readonly properties: {
        readonly name: string;
        readonly displayName: string;
        readonly inputDescriptors: readonly Field[];
        readonly authenticationSchemes: readonly {
          readonly type: string;
          readonly inputDescriptors: readonly Field[];
        }[];
      };
    },
  ];
}

/** Of the extension in `folder`, which is the committed one or one that was unpacked. */
export function readTask(folder = EXTENSION): TaskJson {
  return JSON.parse(readFileSync(join(folder, TASK, 'task.json'), 'utf8')) as TaskJson;
}

export function readExtension(): ExtensionJson {
  return JSON.parse(readFileSync(join(EXTENSION, 'vss-extension.json'), 'utf8')) as ExtensionJson;
}

export function readStrings(
  language: (typeof LANGUAGES)[number],
  folder = EXTENSION,
): Readonly<Record<string, string>> {
  const path = join(folder, TASK, 'Strings/resources.resjson', language, 'resources.resjson');
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
}
