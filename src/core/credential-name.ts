/** What can stand in a path of the vault for one credential: its number, user@host or identifier. */
export function isCredentialName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !isDots(name) && !hasSeveralAts(name);
}

/** `.` and `..` would mean another place in the vault. */
export function isDots(name: string): boolean {
  return /^\.+$/.test(name);
}

/** A user name with "@" cannot be told from a host. */
export function hasSeveralAts(name: string): boolean {
  return name.split('@').length > 2;
}
