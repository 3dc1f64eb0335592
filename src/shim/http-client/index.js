// @actions/core needs an HTTP client for one function, getIDToken, which this project never calls. The real client
// would put a second HTTP stack in both bundles; this one refuses, so that a first use cannot go unnoticed.
export class HttpClient {
  constructor() {
    throw new Error('getIDToken is not available: @actions/http-client is left out of this bundle.');
  }
}
