/**
 * What task.json of an Azure Pipelines task may hold, as far as this one needs it.
 *
 * Sources: microsoft/azure-pipelines-task-lib, tasks.schema.json; the rules of tfx-cli 0.23, jsonvalidate.ts; the
 * restrictions that microsoft/azure-pipelines-agent knows, TaskDefinition.cs.
 */
const HANDLERS = {
  type: 'object',
  additionalProperties: false,
  required: ['Node20_1', 'Node24'],
  properties: { Node20_1: { $ref: '#/definitions/handler' }, Node24: { $ref: '#/definitions/handler' } },
} as const;

const TEXT = { type: 'string', minLength: 1 } as const;

export const TASK_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: [
    ...['id', 'name', 'friendlyName', 'description', 'author', 'category', 'version', 'instanceNameFormat'],
    ...['minimumAgentVersion', 'inputs', 'execution', 'postjobexecution', 'restrictions', 'messages'],
  ],
  properties: {
    $schema: { type: 'string' },
    id: {
      type: 'string',
      pattern: '^[a-f0-9]{8}-[a-f0-9]{4}-[45][a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$',
    },
    name: { type: 'string', pattern: '^[A-Za-z0-9-]+$' },
    friendlyName: { type: 'string', minLength: 1, maxLength: 40 },
    description: TEXT,
    helpUrl: { type: 'string', pattern: '^https://' },
    helpMarkDown: TEXT,
    author: TEXT,
    category: {
      enum: [
        ...['Build', 'Utility', 'Test', 'Package', 'Deploy', 'Azure Repos', 'Azure Boards'],
        ...['Azure Pipelines', 'Azure Test Plans', 'Azure Artifacts'],
      ],
    },
    visibility: { type: 'array', uniqueItems: true, items: { enum: ['Build', 'Release'] } },
    runsOn: {
      type: 'array',
      uniqueItems: true,
      items: { enum: ['Agent', 'DeploymentGroup', 'MachineGroup', 'Server', 'ServerGate'] },
    },
    demands: { type: 'array', items: { type: 'string' } },
    minimumAgentVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
    version: {
      type: 'object',
      additionalProperties: false,
      required: ['Major', 'Minor', 'Patch'],
      properties: {
        Major: { type: 'integer', minimum: 0 },
        Minor: { type: 'integer', minimum: 0 },
        Patch: { type: 'integer', minimum: 0 },
      },
    },
    instanceNameFormat: TEXT,
    releaseNotes: TEXT,
    groups: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'displayName', 'isExpanded'],
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9]*$' },
          displayName: TEXT,
          isExpanded: { type: 'boolean' },
          visibleRule: { $ref: '#/definitions/visibleRule' },
        },
      },
    },
    inputs: { type: 'array', minItems: 1, items: { $ref: '#/definitions/input' } },
    execution: HANDLERS,
    postjobexecution: HANDLERS,
    restrictions: {
      type: 'object',
      additionalProperties: false,
      required: ['commands'],
      properties: {
        commands: {
          type: 'object',
          additionalProperties: false,
          required: ['mode'],
          properties: { mode: { enum: ['restricted', 'any'] } },
        },
        settableVariables: {
          type: 'object',
          additionalProperties: false,
          properties: { allowed: { type: 'array', items: TEXT } },
        },
      },
    },
    messages: {
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9]*$' },
      additionalProperties: TEXT,
    },
  },
  definitions: {
    handler: {
      type: 'object',
      additionalProperties: false,
      required: ['target'],
      properties: { target: { type: 'string', pattern: '^[a-z-]+\\.js$' } },
    },
    // Comparisons with a value or an empty text, joined by && or ||.
    visibleRule: {
      type: 'string',
      pattern: '^\\w+ (?:!?=|==) (?:"[^"]*"|[\\w.]+)(?: (?:&&|\\|\\|) \\w+ (?:!?=|==) (?:"[^"]*"|[\\w.]+))*$',
    },
    input: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'type', 'label', 'helpMarkDown', 'required'],
      properties: {
        name: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9]*$' },
        aliases: { type: 'array', items: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9]*$' } },
        label: { type: 'string', minLength: 1, maxLength: 50 },
        type: {
          anyOf: [
            { enum: ['string', 'boolean', 'multiLine', 'pickList', 'radio', 'filePath', 'secureFile'] },
            { type: 'string', pattern: '^connectedService:[A-Za-z0-9]+$' },
          ],
        },
        defaultValue: { type: 'string' },
        required: { type: 'boolean' },
        helpMarkDown: TEXT,
        groupName: { type: 'string' },
        visibleRule: { $ref: '#/definitions/visibleRule' },
        options: { type: 'object', minProperties: 2, additionalProperties: TEXT },
        properties: {
          type: 'object',
          additionalProperties: false,
          properties: {
            EditableOptions: { enum: ['True', 'False'] },
            MultiSelectFlatList: { enum: ['True', 'False'] },
            EndpointFilterRule: { type: 'string' },
            resizable: { enum: ['true', 'false'] },
            rows: { type: 'string', pattern: '^\\d+$' },
            maxLength: { type: 'string', pattern: '^\\d+$' },
          },
        },
      },
      if: { properties: { type: { enum: ['pickList', 'radio'] } } },
      // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
      then: { required: ['options', 'defaultValue'] },
      else: { not: { required: ['options'] } },
    },
  },
} as const;
