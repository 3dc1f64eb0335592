// Microsoft's test runner, in a process of its own since it waits for its child without turning the event loop.
const { join } = require('node:path');
const { MockTestRunner } = require('azure-pipelines-task-lib/mock-test');

async function main() {
  const runner = new MockTestRunner(join(__dirname, 'mock-task.cjs'), process.env.MOCK_TASK_JSON);
  // Else it would download one.
  runner.nodePath = process.execPath;
  await runner.runAsync();
  const { succeeded, errorIssues, warningIssues, stdout, stderr } = runner;
  process.stdout.write(JSON.stringify({ succeeded, errorIssues, warningIssues, stdout, stderr }));
}

void main();
