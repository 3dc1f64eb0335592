// What a user would write by hand with node:https: the same four requests as `export` of one field of an application,
// one after the other on one connection, with the private CA only. Nothing is checked but the status.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

const { SENHASEGURA_URL: url, SENHASEGURA_CLIENT_ID: id, SENHASEGURA_CLIENT_SECRET: secret } = process.env;
const agent = new Agent({ keepAlive: true, ca: readFileSync(process.env.SENHASEGURA_CA_CERTIFICATE) });

const login = async (client_id, client_secret) => {
  const reply = await ask('POST', '/iso/oauth2/token', {
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
  });
  return reply.access_token;
};
const application = await ask('POST', '/iso/dapp/Application', {
  token: await login(id, secret),
  body: new URLSearchParams({ application: 'billing', system: 'payments', environment: 'production' }),
});
const token = await login(application.id, application.signature);
const { secrets } = await ask('GET', '/iso/sctm/secret', { token });
const postgres = secrets.find(({ identity }) => identity === 'postgres');
const [field] = postgres.data.flatMap(({ PASSWORD }) => PASSWORD ?? []);
process.stdout.write(`export DB_PASSWORD='${field}'\n`);
agent.destroy();

function ask(method, path, { token, body }) {
  return new Promise((resolve, reject) => {
    const headers = {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    const sent = request(url + path, { method, agent, headers }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('end', () => {
        if (reply.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks)));
        else reject(new Error(`HTTP ${reply.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(body?.toString());
  });
}
