// One run of the task inside Microsoft's mock runner: its inputs from MOCK_INPUTS, the task's script from MOCK_SCRIPT.
const { TaskMockRunner } = require('azure-pipelines-task-lib/mock-run');

const runner = new TaskMockRunner(process.env.MOCK_SCRIPT);
for (const [name, value] of Object.entries(JSON.parse(process.env.MOCK_INPUTS))) runner.setInput(name, value);
// The library is inside the bundle, so nothing of it is mocked: what answers is a vault.
runner.run(true);
