/**
 * What a recording could not carry, or carried in another form, and what was done about it. One sentence each, in the report
 * once per file with a count.
 */
export const notes = {
  'base-placeholder':
    'a placeholder stands in place of scheme and host: it is written as a host under .invalid (name it with --base-url)',
  'body-cut': 'the stored body ends early: a compressed body is cut, or shorter than its content-length said',
  'chunk-boundaries': 'the format keeps no chunk boundaries: streams are cut at their events',
  'compression-unnamed': 'a body was stored compressed without a content-encoding: it is kept decoded',
  'content-encoding-dropped':
    'a body is plain although its content-encoding names a coding Reel does not know: the header is left out',
  'content-length-corrected': 'a content-length did not fit the stored body: it is corrected',
  'content-type-derived': 'the content-type is missing or hidden: it is written from what the body is',
  'damaged-file': 'the file is damaged: what could be read before and after the damage is imported',
  'error-rebuilt': 'an error was stored as an object of a client library: its status and body are rebuilt',
  'header-dropped': 'a header that HTTP does not allow is left out',
  'frame-kind-unknown':
    'the format does not tell text messages of a WebSocket from binary ones: they are text where they are readable',
  'host-derived': 'the format keeps no host: it is taken from the path or the names of the folders',
  'host-placeholder': 'the host holds a placeholder that no URL can have: it is written with dashes',
  'host-unknown':
    'the format keeps no host, and nothing tells it: it is written as unknown-host.invalid (name it with --base-url)',
  'json-retyped':
    'JSON bodies are stored as trees: white space, and in some tools the order of keys, are not the original ones',
  'multipart-lost': 'the body of a multipart request is not in the recording: it is empty',
  'not-utf8': 'the file is not in UTF-8: what is none of its characters is replaced by a mark (U+FFFD)',
  'order-derived': 'the order of the exchanges is taken from their scenario or index',
  'query-from-parameters': 'the query is rebuilt from a list of parameters',
  'recorded-at-unknown': 'nothing tells when it was recorded: the date of the file is used',
  'request-derived':
    'the recording holds answers only: the request is written from the shape of the answer and matches no real one',
  'request-headers-missing': 'the format or its author left request headers out',
  'request-pattern': 'the request is a pattern to compare with, not what was sent: its exact parts are used',
  'response-headers-missing': 'the format or its author left response headers out',
  'response-synthesized':
    'the recording holds what was said, not how: the body is written in the form of OpenAI chat',
  'session-end-unknown':
    'the recording does not tell how the WebSocket session ended: it is taken that the client closed it',
  'sdk-objects': 'the recording holds objects of a client library: bodies are rebuilt from them',
  'session-url-derived':
    'the format keeps no URL of a WebSocket session: it is taken from what was said in it (name the host with --base-url)',
  'status-assumed': 'the format keeps no status: 200 is assumed',
  'stream-rebuilt': 'events of streams are stored without their framing: it is rebuilt',
  'unknown-tags': 'the YAML has tags of another program: their values are read as plain data',
  'url-undoubled': 'the path repeats a part (/v1/v1): it is written once',
} as const;

export type NoteCode = keyof typeof notes;
