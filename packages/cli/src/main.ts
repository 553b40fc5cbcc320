#!/usr/bin/env node
import { main } from './frame/main.ts';

// Not process.exit(): output that a slow pipe has not taken yet would be lost.
process.exitCode = await main(process.argv.slice(2));
