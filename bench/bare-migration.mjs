// The four requests of `migrate` and nothing else, by node:https, one after the other on one connection: login, list, save,
// list. What it saves is in the file that its argument names. Nothing is checked but the status.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

const { SENHASEGURA_URL: url, SENHASEGURA_CLIENT_ID: id, SENHASEGURA_CLIENT_SECRET: secret } = process.env;
const agent = new Agent({ keepAlive: true, ca: readFileSync(process.env.SENHASEGURA_CA_CERTIFICATE) });
const fields = Object.fromEntries(
  readFileSync(process.argv[2], 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('=')),
);

let token;
const login = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
({ access_token: token } = JSON.parse(await ask('POST', '/iso/oauth2/token', login)));
await ask('GET', '/iso/sctm/secret');
const data = Buffer.from(JSON.stringify({ key_value: { fields } })).toString('base64');
await ask('POST', '/iso/sctm/secret', { name: 'shop', identity: 'shop', engine: 'Generic', data });
JSON.parse(await ask('GET', '/iso/sctm/secret'));
agent.destroy();

function ask(method, path, form) {
  return new Promise((resolve, reject) => {
    const headers = {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    const sent = request(url + path, { method, agent, headers }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('end', () => {
        if (reply.statusCode < 300) resolve(Buffer.concat(chunks).toString());
        else reject(new Error(`HTTP ${reply.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(form === undefined ? undefined : new URLSearchParams(form).toString());
  });
}
