// A PouchDB office: `node office.js FOLDER` serves the databases in a folder on a free port and writes the port.
const fs = require('fs');
const path = require('path');
const express = require('express');
const folder = process.argv[2];
fs.mkdirSync(folder, { recursive: true });
const Database = require('pouchdb').defaults({ prefix: folder + path.sep });
const settings = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: path.join(folder, 'log.txt') };
const app = express();
app.use('/', require('express-pouchdb')(Database, settings));
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
