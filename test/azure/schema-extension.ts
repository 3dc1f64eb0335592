/**
 * What vss-extension.json may hold, as far as this extension needs it: one task and one service connection type.
 *
 * Sources: learn.microsoft.com, "Extension manifest reference", "Create a service endpoint" and "Service endpoint
 * authentication schemes"; tfx-cli 0.23, extension-composer.ts and vsix-manifest-builder.ts.
 */
const TEXT = { type: 'string', minLength: 1 } as const;
const PATH = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  properties: { path: { type: 'string', pattern: '^(?![./])[\\w./-]+$' } },
} as const;
const LINK = {
  type: 'object',
  additionalProperties: false,
  required: ['uri'],
  properties: { uri: { type: 'string', pattern: '^https://' } },
} as const;
const ID = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' } as const;

/** The endpoint types that a custom one may build on: a closed set of the server. */
const SCHEMES = ['basic', 'token', 'cert', 'none', 'oauth2', 'jwt', 'workload-identity-federation'] as const;

const INPUT_DESCRIPTORS = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['id', 'name', 'inputMode', 'isConfidential', 'validation'],
    properties: {
      id: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9]*$' },
      name: TEXT,
      description: TEXT,
      inputMode: { enum: ['textbox', 'passwordbox', 'textarea', 'combo', 'checkbox', 'radiobuttons'] },
      isConfidential: { type: 'boolean' },
      validation: {
        type: 'object',
        additionalProperties: false,
        required: ['isRequired', 'dataType'],
        properties: {
          isRequired: { type: 'boolean' },
          dataType: { enum: ['string', 'boolean', 'number', 'uri', 'guid'] },
          maxLength: { type: 'integer' },
        },
      },
    },
    if: { properties: { isConfidential: { const: true } } },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
    then: { properties: { inputMode: { const: 'passwordbox' } } },
    else: { properties: { inputMode: { not: { const: 'passwordbox' } } } },
  },
} as const;

const TASK_CONTRIBUTION = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'type', 'targets', 'properties'],
  properties: {
    id: ID,
    type: { const: 'ms.vss-distributed-task.task' },
    description: TEXT,
    targets: { const: ['ms.vss-distributed-task.tasks'] },
    properties: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: { type: 'string', pattern: '^[A-Za-z0-9]+$' } },
    },
  },
} as const;

const ENDPOINT_CONTRIBUTION = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'type', 'targets', 'properties'],
  properties: {
    id: ID,
    type: { const: 'ms.vss-endpoint.service-endpoint-type' },
    description: TEXT,
    targets: { const: ['ms.vss-endpoint.endpoint-types'] },
    properties: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'displayName', 'url', 'authenticationSchemes'],
      properties: {
        name: { type: 'string', pattern: '^[A-Za-z0-9]+$' },
        displayName: TEXT,
        // Without isVisible the field is hidden, and it is mandatory.
        url: {
          type: 'object',
          additionalProperties: false,
          required: ['displayName', 'isVisible', 'required'],
          properties: {
            displayName: TEXT,
            helpText: TEXT,
            isVisible: { const: 'true' },
            required: { enum: ['true', 'false'] },
          },
        },
        inputDescriptors: INPUT_DESCRIPTORS,
        authenticationSchemes: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['type', 'inputDescriptors'],
            properties: {
              type: { enum: SCHEMES.map((scheme) => `ms.vss-endpoint.endpoint-auth-scheme-${scheme}`) },
              displayName: TEXT,
              inputDescriptors: INPUT_DESCRIPTORS,
            },
          },
        },
        helpMarkDown: TEXT,
      },
    },
  },
} as const;

export const EXTENSION_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: [
    ...['manifestVersion', 'id', 'publisher', 'version', 'name', 'description', 'categories', 'targets'],
    ...['icons', 'content', 'files', 'contributions', 'public'],
  ],
  properties: {
    manifestVersion: { const: 1 },
    id: ID,
    publisher: ID,
    version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+(?:\\.\\d+)?$' },
    name: { type: 'string', minLength: 1, maxLength: 100 },
    description: { type: 'string', minLength: 1, maxLength: 199 },
    public: { type: 'boolean' },
    categories: { const: ['Azure Pipelines'] },
    tags: { type: 'array', uniqueItems: true, maxItems: 20, items: { type: 'string', maxLength: 50 } },
    targets: { const: [{ id: 'Microsoft.VisualStudio.Services' }] },
    icons: {
      type: 'object',
      additionalProperties: false,
      required: ['default'],
      properties: { default: { type: 'string', pattern: '\\.png$' } },
    },
    content: {
      type: 'object',
      additionalProperties: false,
      required: ['details', 'license'],
      properties: { details: PATH, license: PATH },
    },
    links: {
      type: 'object',
      additionalProperties: false,
      properties: { support: LINK, privacypolicy: LINK, getstarted: LINK },
    },
    repository: {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'uri'],
      properties: { type: { const: 'git' }, uri: { type: 'string', pattern: '^https://' } },
    },
    files: { type: 'array', minItems: 1, items: PATH },
    contributions: {
      type: 'array',
      items: [TASK_CONTRIBUTION, ENDPOINT_CONTRIBUTION],
      minItems: 2,
      additionalItems: false,
    },
  },
} as const;
