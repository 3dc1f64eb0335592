import type { HttpRequest } from '../../transport.js';

/** The headers that show who sends a request. Asked for each try of it: a signature may hold only once. */
export type Authorize = (request: HttpRequest) => Readonly<Record<string, string>>;
