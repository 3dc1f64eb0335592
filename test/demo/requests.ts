/** What the demonstration of the action requests; README quotes what comes out. */
export const REQUESTS = {
  application: 'billing',
  system: 'payments',
  environment: 'production',
  secrets: [
    'postgres/PASSWORD > DB_PASSWORD',
    'db/prod/user      > DB_USER',
    'stripe/*          > *',
    'tls/TLS_KEY       > path:TLS_KEY_FILE',
  ].join('\n'),
  credentials: [
    '94                   > DEPLOY_PASSWORD',
    '94/username          > DEPLOY_USER',
    'root@web-01/password > file:root-password',
  ].join('\n'),
};
