/** The build of the library that has no file system, and needs no module of Node. */
declare module 'liquidjs/dist/liquid.browser.mjs' {
  export * from 'liquidjs';
}
