/**
 * A CommonJS library that `import()` has loaded. Node finds its names only where it can see them without running it, and
 * has all of them under `default`; a bundler has them beside each other.
 */
export function namesOf<T extends object>(library: T): T {
  const { default: all } = library as { readonly default?: T };
  return all ?? library;
}
