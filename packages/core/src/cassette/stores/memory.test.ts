import { storeConformance } from '../../../test/cassette/store-conformance.ts';
import { createMemoryStore } from './memory.ts';

storeConformance('memory', () => ({ store: createMemoryStore() }));
