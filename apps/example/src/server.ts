import { createDesk } from './desk/desk.ts';
import { closeGracefully } from './server/close-gracefully.ts';
import { ConfigError, readConfig } from './server/config.ts';
import { createDeskServer } from './server/create-desk-server.ts';
import { listen } from './server/listen.ts';

async function main(): Promise<void> {
  const { provider, model, host, port } = readConfig(process.env);
  const desk = await createDesk({ provider, model });
  const server = createDeskServer(desk, { log: (line) => console.log(line) });
  const url = await listen(server, { host, port });
  console.log(`The support desk is open at ${url} (${provider})`);

  let closing = false;
  const close = (): void => {
    // A second Ctrl-C is somebody who does not want to wait.
    if (closing) process.exit(1);
    closing = true;
    void closeGracefully(server);
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
});
