import { describeAdapter } from '@reel/testkit/adapter-conformance';
import { jestDriver } from './driver.ts';

describeAdapter(jestDriver());
