import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exactly } from '../../../src/core/vault/connection/exact-host.js';
import { doubtfulEntries, passesBy } from '../../../src/http/no-proxy.js';

const VAULT = 'https://vault.example.com';
const PORT = 'https://vault.example.com:8443';
const V4 = 'https://10.1.2.3';
const V6 = 'https://[2001:db8::1]';
const V6_PORT = 'https://[2001:db8::1]:8443';

/** NO_PROXY, the vault, whether it is reached without the proxy. */
const CASES: readonly (readonly [string, string, boolean])[] = [
  ['', VAULT, false],
  ['other.example', VAULT, false],
  ['vault.example.com', VAULT, true],
  ['VAULT.Example.COM', VAULT, true],
  ['vault.example.com', 'https://VAULT.example.com', true],
  ['vault.example.com.', VAULT, true],
  ['example.com', VAULT, true],
  ['.example.com', VAULT, true],
  ['*.example.com', VAULT, true],
  ['com', VAULT, true],
  ['.vault.example.com', VAULT, true],
  ['ault.example.com', VAULT, false],
  ['vault.example.com', 'https://my-vault.example.com', false],
  ['vault.example.com', 'https://vault.example.com.evil.example', false],
  ['a,vault.example.com,b', VAULT, true],
  [' a , vault.example.com ', VAULT, true],
  ['a vault.example.com', VAULT, true],
  [',,vault.example.com,', VAULT, true],
  ['*', VAULT, true],
  ['*', V4, true],
  [' * ', VAULT, true],
  ['a,*', VAULT, true],
  ['vault.example.com:443', VAULT, true],
  ['vault.example.com:443', PORT, false],
  ['vault.example.com:8443', PORT, true],
  ['vault.example.com:8443', VAULT, false],
  ['.example.com:8443', PORT, true],
  ['10.1.2.3', V4, true],
  ['10.1.2.4', V4, false],
  ['10.1.2.3:443', V4, true],
  ['10.1.2.3:80', V4, false],
  ['10.0.0.0/8', V4, true],
  ['10.1.2.0/24', V4, true],
  ['10.1.3.0/24', V4, false],
  ['10.1.2.3/32', V4, true],
  ['0.0.0.0/0', V4, true],
  ['10.0.0.0/8', VAULT, false],
  ['10.0.0.0/8', V6, false],
  ['2001:db8::1', V6, true],
  ['2001:DB8:0::1', V6, true],
  ['[2001:db8::1]:443', V6, true],
  ['[2001:db8::1]:443', V6_PORT, false],
  ['2001:db8::2', V6, false],
  ['2001:db8::/32', V6, true],
  ['2001:db9::/32', V6, false],
  ['2001:db8::/128', V6, false],
  ['::/0', V4, false],
  ['10.1', V4, false],
  ['2.3', V4, false],
  ['10.*', V4, false],
  ['10.1.2.*', V4, false],
  ['10.0.0.0/33', V4, false],
  ['10.0.0.0/255.0.0.0', V4, false],
  ['https://vault.example.com', VAULT, false],
  ['va*lt.example.com', VAULT, false],
];

test.each(CASES)('NO_PROXY "%s" for %s: without the proxy is %s', (noProxy, url, direct) => {
  expect(passesBy(noProxy, new URL(url))).toBe(direct);
});

test('an address of version 6 may have the brackets that it has in a URL', () => {
  expect(passesBy('[2001:db8::1]', new URL(V6))).toBe(true);
  expect(passesBy('[2001:db8::2]', new URL(V6))).toBe(false);
});

test('a name beyond ASCII is the one that an address writes in ASCII', () => {
  expect(passesBy('bücher.example', new URL('https://vault.bücher.example'))).toBe(true);
  expect(passesBy('.bücher.example', new URL('https://vault.xn--bcher-kva.example'))).toBe(true);
});

test.each([VAULT, PORT, V4, V6, V6_PORT])('an exact entry is for one origin only: %s', (url) => {
  const entry = exactly(new URL(url));
  for (const other of [
    VAULT,
    PORT,
    V4,
    V6,
    V6_PORT,
    'https://login.vault.example.com',
    'https://example.com',
  ])
    expect(passesBy(entry, new URL(other)), other).toBe(other === url);
  expect(doubtfulEntries(entry)).toEqual([]);
});

test('an address of version 4 may be written as one of version 6', () => {
  expect(passesBy('10.0.0.0/8', new URL('https://[::ffff:10.1.2.3]'))).toBe(true);
});

test.each([
  '10.*',
  '10.1.2.*',
  'va*lt.example.com',
  '*example.com',
  '10.0.0.0/33',
  '10.0.0.0/255.0.0.0',
  '10.1',
  '10.1.2.300',
  'vault.example.com/path',
  'https://vault.example.com',
  '<local>',
  'vault.example.com:port',
  '[2001:db8::1',
])('the entry %s means nothing, and is reported', (entry) => {
  expect(doubtfulEntries(`localhost,${entry},.example.com`)).toEqual([entry]);
});

test('a valid entry is not reported', () => {
  const all = CASES.filter(([, , direct]) => direct).map(([noProxy]) => noProxy);
  for (const noProxy of [...all, 'localhost,127.0.0.1,::1,my_host,a-b:80,bücher.example'])
    expect(doubtfulEntries(noProxy), noProxy).toEqual([]);
});

const lacksCurl = lacks('curl');
const lacksGo = lacks('go');

describe('compared with other programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'segura-no-proxy-'));
  let asked = 0;
  const proxy = createServer();
  proxy.on('connect', (_request, socket) => {
    asked += 1;
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });

  beforeAll(async () => {
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    if (lacksGo) return;
    writeFileSync(join(folder, 'main.go'), GO);
    execFileSync('go', ['build', '-o', join(folder, 'reads'), join(folder, 'main.go')], {
      env: { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
    });
  }, 240_000);
  afterAll(() => {
    proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function curlGoesDirectly(noProxy: string, url: string): Promise<boolean> {
    const before = asked;
    const { port } = proxy.address() as AddressInfo;
    // Without the proxy every host is a port of loopback at which nothing listens.
    const args = [
      '-s',
      '--proxy',
      `http://127.0.0.1:${port}`,
      '--noproxy',
      noProxy,
      '--connect-to',
      '::127.0.0.1:9',
    ];
    const env = { PATH: process.env['PATH'] };
    await new Promise<void>((done) => execFile('curl', [...args, url], { env }, () => done()));
    return asked === before;
  }

  function goGoesDirectly(noProxy: string, url: string): boolean {
    const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: noProxy };
    return execFileSync(join(folder, 'reads'), [url], { env, encoding: 'utf8' }) === 'direct';
  }

  test.skipIf(lacksCurl || lacksGo)('an entry matches if the real curl or Go matches it', async () => {
    for (const [noProxy, url, direct] of CASES) {
      const others = { curl: await curlGoesDirectly(noProxy, url), go: goGoesDirectly(noProxy, url) };
      expect(others.curl || others.go, `${noProxy} for ${url}: ${JSON.stringify(others)}`).toBe(direct);
    }
  });
});

/** The standard library has golang.org/x/net/http/httpproxy within. */
const GO = `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	request, err := http.NewRequest("GET", os.Args[1], nil)
	if err != nil {
		panic(err)
	}
	proxy, err := http.ProxyFromEnvironment(request)
	if err != nil {
		panic(err)
	}
	if proxy == nil {
		fmt.Print("direct")
	} else {
		fmt.Print("proxy")
	}
}
`;

import { lacks } from '../../support/skips.js';
