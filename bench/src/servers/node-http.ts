/** The minimum that a Node server can do: node:http, a prepared response, no routing. */
import { createServer } from 'node:http';
import { preparedAnswer } from './prepared-answer.js';
import { settings } from './settings.js';

const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(preparedAnswer),
};

createServer((_request, response) => {
  response.writeHead(200, headers).end(preparedAnswer);
}).listen(settings.PORT, settings.HOST);
