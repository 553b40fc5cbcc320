import { aimock } from './aimock/read.ts';
import { azureTestProxy } from './azure-test-proxy/read.ts';
import { bareJson, bareLines, bareStream } from './bare/read.ts';
import { braintrust } from './braintrust/read.ts';
import type { Format } from './format.ts';
import { goVcr } from './go-vcr/read.ts';
import { googleTestServer } from './google-test-server/read.ts';
import { har } from './har/read.ts';
import { httpmock } from './httpmock/read.ts';
import { httprr } from './httprr/read.ts';
import { llamaStack } from './llama-stack/read.ts';
import { mastra } from './mastra/read.ts';
import { nock } from './nock/read.ts';
import { reelPython } from './reel-python/read.ts';
import { rubyVcr } from './ruby-vcr/read.ts';
import { sdkResponses } from './sdk-responses/read.ts';
import { testAgent } from './test-agent/read.ts';
import { undici } from './undici/read.ts';
import { vcrpy } from './vcrpy/read.ts';
import { vcrpyLists } from './vcrpy/read-lists.ts';
import { websocketLog } from './websocket-log/read.ts';
import { wiremock } from './wiremock/read.ts';

/** Every format, in the order in which a file is tried: those with signs of their own first, bare bodies last. */
export const formats: readonly Format[] = [
  httprr,
  websocketLog,
  reelPython,
  sdkResponses,
  rubyVcr,
  har,
  goVcr,
  vcrpy,
  vcrpyLists,
  httpmock,
  azureTestProxy,
  googleTestServer,
  braintrust,
  undici,
  nock,
  mastra,
  aimock,
  llamaStack,
  testAgent,
  wiremock,
  bareStream,
  bareLines,
  bareJson,
];
