/** The messages of failed requests; loaded when one fails. */
export function lateErrors(): Promise<typeof import('./request-errors.js')> {
  return import(/* webpackMode: "eager" */ './request-errors.js');
}
