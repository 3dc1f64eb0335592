/** The name of our folder for private files begins with this; six random letters and digits follow. */
export const PRIVATE_FOLDER = 'segura-secrets-';

const NAME = new RegExp(`(?:^|[/\\\\])${PRIVATE_FOLDER}[A-Za-z0-9]{6}$`);

/** True for a path that ends in a name that no other program gives to a folder. */
export function isPrivateFolder(path: string): boolean {
  return NAME.test(path);
}
