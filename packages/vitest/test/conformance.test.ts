import { describeAdapter } from '@reel/testkit/adapter-conformance';
import { vitestDriver } from './driver.ts';

describeAdapter(vitestDriver());
