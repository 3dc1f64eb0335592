/** The name of one credential in a path of the vault: its number, user@host or identifier. */
export function isCredentialName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !isDots(name) && !hasSeveralAts(name);
}

/** `.` and `..` would mean another place in the vault. */
export function isDots(name: string): boolean {
  return /^\.+$/.test(name);
}

/** A user name with "@" cannot be distinguished from a host. */
export function hasSeveralAts(name: string): boolean {
  return name.split('@').length > 2;
}

/** Portuguese and older names of the same fields. Source: protocol.md 7.2 and 7.5. */
const ENGLISH = new Map(
  Object.entries({
    senha: 'password',
    content: 'password',
    conteudo: 'password',
    usuario: 'username',
    adicional: 'additional',
    dominio: 'domain',
    porta: 'port',
    modelo: 'model',
    tag: 'identifier',
    datahora_expiracao: 'expiration_time',
    senha_pai_cod: 'parent_credential_cod',
    senha_pai: 'parent_credential',
  }),
);

/** The name that a field goes by here, whatever the reply or a request calls it. */
export function englishName(field: string): string {
  return ENGLISH.get(field) ?? field;
}
