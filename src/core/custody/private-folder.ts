/** In front of six random letters and digits: what a folder of our own for private files is called. */
export const PRIVATE_FOLDER = 'segura-secrets-';

const NAME = new RegExp(`(?:^|[/\\\\])${PRIVATE_FOLDER}[A-Za-z0-9]{6}$`);

/** True for a path that ends in a name that nothing else gives a folder. */
export function isPrivateFolder(path: string): boolean {
  return NAME.test(path);
}
