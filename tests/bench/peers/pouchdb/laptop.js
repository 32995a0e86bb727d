// A PouchDB laptop: `node laptop.js fill OFFICE ROWS` fills an office,
// `node laptop.js measure OFFICE FOLDER ROWS LINE` measures, syncing by way of LINE. Writes one JSON document.
const fs = require('fs');
const path = require('path');
const PouchDB = require('pouchdb');

const EDITS = 10000;
const CHANGES = 1000;
const IDLE = 20;
const LIVE = 100;
const SLICE = 1000;
const REMARK = 'Met at the trade fair, wants to see the new range and asked for a visit in the coming weeks, bring samples.';

const idOf = (number) => 'activity:' + String(number).padStart(8, '0');

function row(number) {
  return {
    _id: idOf(number), type: 'activity', kind: ['visit', 'call', 'note'][number % 3], account: 'account:' + (number % 6896),
    subject: 'Talk about order ' + (number * 7919) % 100003, outcome: 'open', street: (number % 300) + ' Harbour Road, Block ' + (number % 17),
    city: 'City ' + (number % 500), phone: '+86 21 ' + String(number % 1e8).padStart(8, '0'), owner: 'rep' + (number % 200),
    territory: 'territory ' + (number % 50), started_at: '2026-11-01T10:00:00.000Z', updated_at: '2026-11-01T10:05:00.000Z',
    amount: (number * 13) % 1000000, email: `person${number}@customer-${number % 6896}.example`, remark: REMARK,
  };
}

function replicated(replication) {
  return new Promise((done, failed) => replication.on('complete', done).on('error', failed));
}

async function timed(act) {
  const began = process.hrtime.bigint();
  const result = await act();
  return [Number(process.hrtime.bigint() - began) / 1e9, result];
}

function bytesIn(folder) {
  let sum = 0;
  for (const each of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, each.name);
    sum += each.isDirectory() ? bytesIn(file) : fs.statSync(file).size;
  }
  return sum;
}

async function fill(office, rows) {
  const there = new PouchDB(office + '/crm');
  for (let start = 0; start < rows; start += SLICE) {
    const slice = [];
    for (let number = start; number < Math.min(rows, start + SLICE); number += 1) slice.push(row(number));
    await there.bulkDocs(slice);
  }
  return { rows: (await there.info()).doc_count, row_bytes: Buffer.byteLength(JSON.stringify(row(12345))) };
}

async function change(database, from, many, outcome) {
  for (let start = from; start < from + many; start += SLICE) {
    const keys = [];
    for (let number = start; number < Math.min(from + many, start + SLICE); number += 1) keys.push(idOf(number));
    const found = await database.allDocs({ include_docs: true, keys });
    await database.bulkDocs(found.rows.map((each) => ({ ...each.doc, outcome })));
  }
}

async function hearLive(here, there, line) {
  const live = here.replicate.from(line, { live: true, retry: true, batch_size: SLICE });
  await new Promise((ready) => live.once('paused', ready));
  const samples = [];
  for (let turn = 0; turn < LIVE; turn += 1) {
    const record = await there.get(idOf(turn));
    const came = new Promise((done) => {
      const look = (change) => {
        if (change.docs.some((each) => each._id === record._id)) { live.removeListener('change', look); done(); }
      };
      live.on('change', look);
    });
    const [seconds] = await timed(async () => { await there.put({ ...record, outcome: 'live ' + turn }); await came; });
    samples.push(seconds * 1000);
  }
  live.cancel();
  return samples;
}

async function measure(office, folder, rows, line) {
  const there = new PouchDB(office + '/crm');
  const far = new PouchDB(line + '/crm');
  fs.mkdirSync(folder, { recursive: true });
  const here = new PouchDB(path.join(folder, 'local'));
  const fetchAll = () => replicated(here.replicate.from(far, { batch_size: SLICE, batches_limit: 10 }));
  const found = {};
  let result;
  [found.first_s, result] = await timed(fetchAll);
  if (result.docs_written !== rows) throw new Error(`${result.docs_written} of ${rows} rows came`);
  found.client_mb = process.resourceUsage().maxRSS / 1024;
  found.disk_mb = bytesIn(folder) / 1e6;
  await change(here, 0, EDITS, 'sent');
  [found.push_s, result] = await timed(() => replicated(here.replicate.to(far, { batch_size: SLICE, batches_limit: 10 })));
  if (result.docs_written !== EDITS) throw new Error(`${result.docs_written} of ${EDITS} edits went`);
  await fetchAll();
  await change(there, Math.floor(rows / 2), CHANGES, 'fetched');
  let seconds;
  [seconds, result] = await timed(fetchAll);
  if (result.docs_written !== CHANGES) throw new Error(`${result.docs_written} of ${CHANGES} changes came`);
  found.pull_ms = seconds * 1000;
  const idle = [];
  for (let turn = 0; turn < IDLE; turn += 1) idle.push((await timed(fetchAll))[0] * 1000);
  found.noop_ms = idle.sort((one, other) => one - other)[IDLE / 2];
  found.live_ms = await hearLive(here, there, far);
  return found;
}

const [task, office, ...rest] = process.argv.slice(2);
const doing = task === 'fill' ? fill(office, Number(rest[0])) : measure(office, rest[0], Number(rest[1]), rest[2]);
doing.then(
  (found) => { console.log(JSON.stringify(found)); process.exit(0); },
  (problem) => { console.error(problem); process.exit(1); },
);
