const assert = require('node:assert/strict');
const { startProxy } = require('@reel/proxy');

const convert = async () => require('@reel/convert');

async function main() {
  const proxy = await startProxy({ cassette: 'by-hand', options: { mode: 'replay' } });
  const response = await fetch(`${proxy.url}/openai/v1/models/gpt-4.1-mini`);
  assert.deepEqual(await response.json(), { id: 'gpt-4.1-mini', object: 'model' });
  await proxy.close();
  // The converter has to load, too.
  assert.equal(typeof (await convert()).importFiles, 'function');
}
main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
