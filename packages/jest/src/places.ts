/** Where options of the adapter are written, for errors. */
export const optionsSource = 'the options in the Jest config (withReel() or globals.reel)';

/** The global variable through which the Jest config hands the options to a test file's sandbox. */
export const optionsGlobal = 'reel';

/** The global variable with the name of the project, where `withReel` knows it. */
export const projectGlobal = 'reelProject';
