/** What is said when a request fails; loaded when one does. */
export function lateErrors(): Promise<typeof import('./request-errors.js')> {
  return import(/* webpackMode: "eager" */ './request-errors.js');
}
