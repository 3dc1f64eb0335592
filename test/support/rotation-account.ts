/**
 * A command for --verify: the file `account` has the password in use. Sets the new one unless it is there, and tries it.
 * FAIL=after fails after a change to a new password, FAIL=always at the end of each run.
 */
export const ACCOUNT_SCRIPT = `
if [ "$FAIL" = always ] && [ -e first ]; then exit 7; fi
echo "from $CREDENTIAL_PASSWORD to $CREDENTIAL_NEW_PASSWORD"
used=$(cat account)
if [ "$used" != "$CREDENTIAL_NEW_PASSWORD" ]; then
  [ "$used" = "$CREDENTIAL_PASSWORD" ] || exit 3
  printf %s "$CREDENTIAL_NEW_PASSWORD" > account.next && mv account.next account || exit 4
  if [ "$FAIL" = after ] && [ ! -e failed ]; then : > failed; exit 5; fi
fi
if [ "$FAIL" = always ]; then
  : > first
  exit 6
fi
exit 0
`;
