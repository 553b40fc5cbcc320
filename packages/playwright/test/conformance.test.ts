import { describeAdapter } from '@reel/testkit/adapter-conformance';
import { driver } from './driver.ts';

describeAdapter(driver);
