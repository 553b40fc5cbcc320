import { startProcess } from './process-scope.ts';

startProcess();
