import { expect, test } from 'vitest';
import { runProgram } from '../../../../src/platform/process/run-program.js';
import { isWindows } from '../../../support/skips.js';

const run = (script: string, signal = AbortSignal.timeout(10_000)) =>
  runProgram(process.execPath, ['-e', script, 'a b', '$HOME "x"'], signal);

test('the result has the exit code and the standard output, and nothing of standard error', async () => {
  const script =
    'console.error("hunter2"); console.log(JSON.stringify(process.argv.slice(1))); process.exitCode = 3';
  expect(await run(script)).toEqual({ status: 3, stdout: `${JSON.stringify(['a b', '$HOME "x"'])}\n` });
  expect(await run('console.log(1)')).toEqual({ status: 0, stdout: '1\n' });
});

test('a program that reads its input finds it at its end', async () => {
  expect(await run('process.stdin.on("end", () => console.log("end")).resume()')).toEqual({
    status: 0,
    stdout: 'end\n',
  });
});

test('a program that is missing is an error with the code of the system', async () => {
  await expect(runProgram('no-such-program-of-segura', [], AbortSignal.timeout(5_000))).rejects.toMatchObject(
    {
      code: 'ENOENT',
    },
  );
});

test('a program that hangs, whatever signals it ignores, ends with the signal', async () => {
  const stop = new AbortController();
  const ended = run('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', stop.signal);
  setTimeout(() => stop.abort(), 300);
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
});

test.skipIf(isWindows())('a program that a signal ends has no exit code', async () => {
  expect((await run('process.kill(process.pid, "SIGKILL")')).status).toBeUndefined();
});

test('a program that prints more than 1 MiB is stopped', async () => {
  await expect(
    run('process.stdout.write("x".repeat(3000000)); setInterval(() => {}, 1000)'),
  ).rejects.toMatchObject({
    code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
  });
});
