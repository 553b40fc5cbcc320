/**
 * Stands in for a key that is not there. No SDK of the providers listed here checks the form of a key (read in their
 * sources), so it looks like what it is and never like a secret: the guard and the reader of a log shall not mistake it.
 */
export const placeholderKey = 'reel-replay-needs-no-key';
