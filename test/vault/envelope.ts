import {
  ABSENT_RESOURCE_STATUS,
  CLOSED_RESOURCE_HAS_EXCEPTION,
  NO_ROUTE_STATUS,
  type Refusal,
} from './assumptions.js';
import { json, type Reply } from './reply.js';

/**
 * How much of the v1 wrapper a reply carries.
 *
 * `full`: all keys. `numbered`: no top-level `code` and no `detail` (POST application, GET one device). `older`: neither, and no
 * `error_code` and `cod_erro` (3.32: GET credential, GET application).
 * Source: example bodies of docs.senhasegura.io v3-32 and v3-33.
 */
type Style = 'full' | 'numbered' | 'older';

interface Success {
  style?: Style;
  status?: number;
  message: string;
  tenant?: string;
  /** Siblings of `response`. */
  entities?: Record<string, unknown>;
}

export function success({ style = 'full', status = 200, message, tenant, entities = {} }: Success): Reply {
  return json(status, {
    ...(style === 'full' ? { code: status } : {}),
    response: response(style, status, message, false, 0),
    ...(tenant === undefined ? {} : { tenant }),
    ...entities,
  });
}

/**
 * A business error: the code in `exception` and before the message, never in `response.error_code`. In style `older`,
 * without `code`, `error_code` and `detail` (3.32: GET device, POST credential, info).
 */
export function businessError(
  code: number,
  message: string,
  status = 400,
  style: 'full' | 'older' = 'full',
): Reply {
  const numbered = `${code}: ${message}`;
  return {
    ...json(status, {
      ...(style === 'full' ? { code: status } : {}),
      response: response(style, status, numbered, true, 1),
      exception: { code, message: numbered, detail: null },
    }),
    code,
  };
}

export function refusal({ status, code, message }: Refusal): Reply {
  return businessError(code, message, status);
}

/** An error that is known only by its text. */
export function plainError(status: number, message: string, errorCode = 1): Reply {
  return json(status, { code: status, response: response('full', status, message, true, errorCode) });
}

/** Source: docs.senhasegura.io v3-32, DSM methods: wrong URL or resource. */
export function absentResource(): Reply {
  return plainError(ABSENT_RESOURCE_STATUS, 'Resource sub not found', 4);
}

/** Source: the same page, DELETE authorization. */
export function inactiveAuthorization(): Reply {
  return plainError(401, 'Inactive authorization');
}

/** A closed module is HTTP 500, not 403. Source: every page of v3-33 and v4. */
export function resourceNotAuthorized(): Reply {
  const message = 'You are not authorized to access this resource.';
  return CLOSED_RESOURCE_HAS_EXCEPTION ? businessError(500, message, 500) : plainError(500, message);
}

/** Source: docs.senhasegura.io v3-32, GET key without an id. */
export function unexpectedError(): Reply {
  return json(500, {
    code: 500,
    response: response('full', 500, 'Unexpected error', true, 1),
    exception: { code: 500, message: 'Check the index log system error for more details', detail: null },
  });
}

/** The gateway's own reply. Source: docs.senhasegura.io v3-32, "the authorization header is missing". */
export function noRoute(): Reply {
  return json(NO_ROUTE_STATUS, { message: 'no Route matched with those values' });
}

function response(
  style: Style,
  status: number,
  message: string,
  error: boolean,
  errorCode: number,
): Record<string, unknown> {
  return {
    status,
    message,
    error,
    ...(style === 'older' ? {} : { error_code: errorCode }),
    ...(style === 'full' ? { detail: '' } : {}),
    mensagem: message,
    erro: error,
    ...(style === 'older' ? {} : { cod_erro: errorCode }),
  };
}
