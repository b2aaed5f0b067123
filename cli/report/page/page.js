'use strict';
/*
 * Draws the rows that stand in this file: see report_waterfall_page.c for what a row is.
 * Labels are elements, of the rows in sight alone; bars are on a canvas.  All text
 * goes in as text: nothing of a row is ever read as HTML.
 */
(async () => {
const PHASES = ['queue', 'dns', 'connect', 'tls', 'send', 'wait', 'receive'];
const LAST = 0, REDIRECT = 1, TRY = 2;
const by = id => document.getElementById(id);

/* ---- rows ---- */

function partOf(row, p, before) {
  const [kind, after, phases, status = 0, text = '', delay = 0, conn = 0] = p;
  const part = { row, kind, at: before + after, status, text, delay, conn, unfinished: 0, phases };
  if (kind === LAST) [part.status, part.conn, part.unfinished] = [row.status, row.conn, status];
  if (kind === TRY) [part.phases, part.unfinished] = [[], phases];
  part.end = part.at + part.phases.reduce((a, b) => a + b, 0) + part.unfinished;
  return part;
}

function rowOf(r, i) {
  const row = { i, id: r[0], url: r[1], method: r[2], status: r[3], version: r[4], conn: r[5],
    start: r[6], bytes: r[8], ip: r[9], error: r[10] || '', attempts: r[11] || [] };
  row.parts = [];
  for (const p of r[7]) row.parts.push(partOf(row, p, row.parts.length ? row.parts[row.parts.length - 1].end : row.start));
  row.end = row.parts.reduce((end, p) => Math.max(end, p.end), row.start);
  row.bad = row.error !== '';
  row.text = [row.id, row.method, row.url, row.status, row.version, row.ip, row.error,
    row.parts.map(p => p.text).join(' '), row.conn ? 'conn:' + row.conn : ''].join(' ').toLowerCase();
  const rest = /^[a-z]+:\/\/([^/?#]*)(.*)$/i.exec(row.url);
  row.host = rest ? rest[1] : '';
  row.path = rest ? rest[2] || '/' : row.url;
  return row;
}

async function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).text();
}

if (!self.DecompressionStream) {
  by('none').textContent = 'This page is for browsers of 2023 and later.';
  by('none').hidden = false;
  return;
}
const rows = JSON.parse(await unpack(by('rows').textContent)).map(rowOf);
const first = rows.reduce((t, r) => Math.min(t, r.start), rows.length ? rows[0].start : 0);
for (const row of rows) {
  row.start -= first;
  row.end -= first;
  for (const p of row.parts) {
    p.at -= first;
    p.end -= first;
  }
}
const hosts = new Set(rows.map(r => r.host));

/* ---- words ---- */

function time(us) {
  if (us === 0) return '0';
  if (us < 1000) return Math.round(us) + ' \u00b5s';
  const [n, unit] = us < 1e6 ? [us / 1e3, ' ms'] : us < 6e7 ? [us / 1e6, ' s'] : [us / 6e7, ' min'];
  return n.toFixed(n < 10 ? 2 : n < 100 ? 1 : 0) + unit;
}

function size(n) {
  if (n === null || n < 0) return '';
  let unit = 0;
  for (; n >= 1000 && unit < 4; unit++) n /= 1024;
  return n.toFixed(unit && n < 100 ? 1 : 0) + ' ' + ['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit];
}

/* A time on an axis whose ticks are so far apart. */
function mark(us, unit) {
  if (us === 0) return '0';
  const [of, name] = us < 1000 ? [1, ' \u00b5s'] : us < 1e6 ? [1e3, ' ms'] : [1e6, ' s'];
  let digits = 0;
  for (let u = unit; u < of && digits < 6; u *= 10) digits++;
  return (us / of).toFixed(digits) + name;
}

const many = n => n.toLocaleString('en');
const protocol = v => ({ '1.0': 'h1.0', '1.1': 'h1', 2: 'h2', 3: 'h3' })[v] || '';
const mood = row => row.bad ? 'bad' : row.status >= 500 ? 'bad' : row.status >= 400 ? 'warn' : '';

function element(name, text, names) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (names) e.className = names;
  return e;
}

/* ---- what is shown ---- */

const state = { query: '', filters: new Set(), view: 'requests', fold: true, sort: 'start', down: false,
  range: null, picked: null };
let shown = [];  // rows
let lines = [];  // what each line of the view has: {row} or {lane} or {pieces}
let scale;       // of time

const FILTERS = {
  failed: r => r.bad, '2xx': r => r.status >= 200 && r.status < 300, '3xx': r => r.status >= 300 && r.status < 400,
  '4xx': r => r.status >= 400 && r.status < 500, '5xx': r => r.status >= 500,
  h1: r => /^h1/.test(protocol(r.version)), h2: r => r.version === '2', h3: r => r.version === '3',
  redirected: r => r.parts.some(p => p.kind === REDIRECT), retried: r => r.parts.some(p => p.kind === TRY),
};
const OF_PROTOCOL = ['h1', 'h2', 'h3'], OF_COURSE = ['redirected', 'retried'];

/* Those of one sort are alternatives, and the sorts all have to be met. */
function passes(row) {
  const met = names => !names.length || names.some(n => FILTERS[n](row));
  const all = [...state.filters];
  return met(all.filter(n => OF_PROTOCOL.includes(n))) && met(all.filter(n => OF_COURSE.includes(n))) &&
    met(all.filter(n => !OF_PROTOCOL.includes(n) && !OF_COURSE.includes(n))) &&
    state.query.split(' ').every(word => row.text.includes(word));
}

const KEYS = {
  name: r => r.path, status: r => r.status, protocol: r => r.version, size: r => r.bytes || 0,
  time: r => r.end - r.start, start: r => r.start,
};

function sorted(list) {
  const key = KEYS[state.sort], sign = state.down ? -1 : 1;
  return list.sort((a, b) => {
    const x = key(a), y = key(b);
    return (x < y ? -1 : x > y ? 1 : a.start - b.start || a.i - b.i) * (x === y ? 1 : sign);
  });
}

/* Pieces that do not overlap, but for rounding, share a line; a queue before one is
 * not on it. */
function pack(pieces) {
  const ends = [], packed = [];
  const begin = p => p.at + (p.phases[0] || 0);
  for (const p of pieces.sort((a, b) => begin(a) - begin(b))) {
    let line = ends.findIndex(end => end <= begin(p) + 8);
    if (line < 0) line = ends.push(0) - 1;
    ends[line] = p.end;
    (packed[line] = packed[line] || []).push(p);
  }
  return packed;
}

function lanes() {
  const all = new Map();
  for (const row of shown)
    for (const p of row.parts) {
      if (!all.has(p.conn)) all.set(p.conn, []);
      all.get(p.conn).push(p);
    }
  const order = [...all].sort((a, b) => a[1][0].at - b[1][0].at);
  return order.flatMap(([conn, pieces]) => [{ lane: conn, pieces: [...pieces] },
    ...pack(pieces).map(line => ({ pieces: line }))]);
}

/* Times when nothing happens are folded: a scale is a list of stretches, each
 * with its place from x0 to x1 in microseconds of what is left. */
function makeScale(list) {
  const parts = list.flatMap(r => [[r.start, r.end], ...r.attempts.map(a => [r.start + a[3], r.start + a[4]])])
    .sort((a, b) => a[0] - b[0]);
  const busy = [];
  for (const [from, to] of parts) {
    const last = busy[busy.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else busy.push([from, to]);
  }
  const worked = busy.reduce((sum, b) => sum + b[1] - b[0], 0) || 1;
  const worth = Math.max(worked * 0.1, 1000), width = worked * 0.03;
  const stretches = [];
  let x = 0;
  const add = (t0, t1, wide, gap) => {
    stretches.push({ t0, t1, x0: x, x1: x + wide, gap });
    x += wide;
  };
  busy.forEach(([from, to], i) => {
    const before = i ? busy[i - 1][1] : from;
    if (from > before) {
      const gap = state.fold && from - before > worth;
      add(before, from, gap ? width : from - before, gap);
    }
    add(from, Math.max(to, from + 1), Math.max(to - from, 1), false);
  });
  if (!stretches.length) add(0, 1, 1, false);
  return { stretches, end: x };
}

function find(list, value, key) {
  let low = 0, high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (list[middle][key] <= value) low = middle;
    else high = middle - 1;
  }
  return list[low];
}

function place(t) {
  const s = find(scale.stretches, t, 't0');
  return s.x0 + Math.max(0, Math.min(1, (t - s.t0) / (s.t1 - s.t0))) * (s.x1 - s.x0);
}

/* ---- the frame ---- */

const scroll = by('scroll'), space = by('space'), chart = by('chart'), axis = by('axis');
let narrow, labelWidth, chartLeft, chartWidth, lineHeight, barTop, colours = {};

function measure() {
  const width = scroll.clientWidth;
  narrow = width < 720;
  document.body.classList.toggle('narrow', narrow);
  labelWidth = narrow ? 0 : Math.max(330, Math.min(620, Math.round(width * 0.42)));
  if (state.view === 'connections') labelWidth = 0;
  chartLeft = labelWidth || 10;
  chartWidth = Math.max(60, width - chartLeft - 12);
  lineHeight = state.view === 'requests' && narrow ? 40 : 22;
  barTop = state.view === 'requests' && narrow ? 23 : 5;
  by('columns').style.width = labelWidth + 'px';
  by('columns').hidden = !labelWidth;
  const style = getComputedStyle(document.documentElement);
  for (const name of [...PHASES, 'try', 'line', 'band', 'ink', 'mute', 'bad', 'paper', 'mark'])
    colours[name] = style.getPropertyValue('--' + name).trim();
}

function prepare(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = width + 'px';
  canvas.style.height = height + 'px';
  const c = canvas.getContext('2d');
  c.scale(ratio, ratio);
  c.font = '11px ' + getComputedStyle(document.body).fontFamily;
  c.textBaseline = 'middle';
  return c;
}

const span = () => state.range || [0, scale.end];
const toPx = x => (x - span()[0]) / (span()[1] - span()[0]) * chartWidth;
const px = t => toPx(place(t));
const inverse = p => span()[0] + p / chartWidth * (span()[1] - span()[0]);

/* ---- the axis ---- */

function step(us) {
  let power = 1;
  while (power * 10 <= us) power *= 10;
  return [1, 2, 5, 10].map(n => n * power).find(n => n >= us);
}

/* Calls line(x) for each tick, and gap(from, to, stretch) for what is folded. */
function ticks(line, gap) {
  const [from, to] = span();
  const unit = step((to - from) / chartWidth * (narrow ? 70 : 90));
  for (const s of scale.stretches) {
    if (s.x1 < from || s.x0 > to) continue;
    if (s.gap) {
      gap(toPx(s.x0), toPx(s.x1), s);
      continue;
    }
    for (let t = Math.ceil(s.t0 / unit) * unit; t <= s.t1; t += unit) {
      const x = px(t);
      if (x >= 0 && x <= chartWidth) line(x, t, unit);
    }
  }
}

function drawAxis() {
  axis.style.marginLeft = (labelWidth ? 0 : chartLeft) + 'px';
  const c = prepare(axis, chartWidth + 12, 26);
  let free = -1e9;
  c.fillStyle = colours.mute;
  ticks((x, t, unit) => {
    const text = mark(t, unit), wide = c.measureText(text).width;
    c.fillRect(Math.round(x), 20, 1, 6);
    const left = Math.max(0, Math.min(chartWidth - wide, x - wide / 2));
    if (left < free) return;
    c.fillText(text, left, 11);
    free = left + wide + 10;
  }, (a, b, s) => {
    const text = '\u2026' + time(s.t1 - s.t0), wide = c.measureText(text).width;
    const left = Math.max(0, Math.min(chartWidth - wide, (a + b - wide) / 2));
    if (left < free) return;
    c.fillText(text, left, 11);
    free = left + wide + 10;
  });
}

/* ---- all of the time, small ---- */

const over = by('over'), OVER = { lines: 12, height: 40, least: 30 };

/* Which of a few lines each row is on, so that those at the same time are apart. */
function spread() {
  const ends = new Array(OVER.lines).fill(-1);
  for (const row of [...shown].sort((a, b) => a.start - b.start)) {
    let line = ends.findIndex(end => end <= row.start);
    if (line < 0) line = ends.indexOf(Math.min(...ends));
    ends[line] = row.end;
    row.line = line;
  }
}

const overPx = t => place(t) / scale.end * chartWidth;

function drawOver() {
  over.hidden = narrow || shown.length < OVER.least;
  if (over.hidden) return;
  over.style.marginLeft = chartLeft + 'px';
  const c = prepare(over, chartWidth, OVER.height);
  for (const row of shown) {
    c.fillStyle = row.bad ? colours.bad : colours.receive;
    const from = overPx(row.start);
    c.fillRect(from, 2 + row.line * 3, Math.max(1, overPx(row.end) - from), 2);
  }
  if (!state.range) return;
  const [from, to] = state.range.map(x => x / scale.end * chartWidth);
  c.fillStyle = colours.paper;
  c.globalAlpha = 0.7;
  c.fillRect(0, 0, from, OVER.height);
  c.fillRect(to, 0, chartWidth - to, OVER.height);
  c.globalAlpha = 1;
  c.fillStyle = colours.mute;
  c.fillRect(from - 1, 0, 1, OVER.height);
  c.fillRect(to, 0, 1, OVER.height);
}

let overFrom = null;
const overAt = event =>
  Math.max(0, Math.min(1, (event.clientX - over.getBoundingClientRect().left) / chartWidth)) * scale.end;
over.addEventListener('mousedown', event => { overFrom = overAt(event); });
over.addEventListener('dblclick', () => { state.range = null; layout(); });
addEventListener('mousemove', event => {
  if (overFrom === null) return;
  const ends = [overFrom, overAt(event)].sort((a, b) => a - b);
  if ((ends[1] - ends[0]) / scale.end * chartWidth < 4) return;
  state.range = ends;
  layout();
});
addEventListener('mouseup', () => { overFrom = null; });

/* ---- bars ---- */

function bar(c, from, to, y, height, colour) {
  if (to < 0 || from > chartWidth) return;
  const a = Math.max(from, -2), b = Math.min(Math.max(to, from + 1), chartWidth + 2);
  c.fillStyle = colour;
  c.fillRect(a, y, b - a, height);
}

function drawPart(c, p, y, queue = true) {
  let t = p.at;
  if (p.kind === TRY) {
    const end = px(p.end);
    bar(c, px(p.at), end, y + 2, 8, colours.try);
    bar(c, Math.max(end - 2, px(p.at)), end, y, 12, colours.bad);
    if (p.delay) bar(c, end, px(p.end + p.delay), y + 5, 1, colours.mute);
    return;
  }
  /* Without an answer the last phase is the one that failed. */
  const failed = p.kind === LAST && p.row.bad && !p.row.status ? p.phases.length - 1 : -1;
  p.phases.forEach((us, i) => {
    if (i === failed) {
      bar(c, px(t), px(t + us), y + 2, 8, colours.try);
    } else if (us > 0 && (i || queue)) {
      const thin = i === 0 ? 4 : i < 4 ? 2 : 0;
      bar(c, px(t), px(t + us), y + thin, 12 - 2 * thin, colours[PHASES[i]]);
    }
    t += us;
  });
  if (p.unfinished) bar(c, px(t), px(p.end), y + 2, 8, colours.try);
  if (p.end === p.at) bar(c, px(p.at), px(p.at) + 1, y, 12, colours.mute);
  if (p.kind === REDIRECT) bar(c, px(p.end) - 1, px(p.end) + 1, y - 1, 14, colours.ink);
}

function drawAttempts(c, row, y) {
  for (const a of row.attempts)
    if (a[5] !== 'won')
      bar(c, px(row.start + a[3]), px(row.start + a[4]), y + 13, 2, a[5] === 'failed' ? colours.bad : colours.mute);
}

function drawRow(c, row, y) {
  for (const p of row.parts) drawPart(c, p, y);
  drawAttempts(c, row, y);
  const text = time(row.end - row.start), wide = c.measureText(text).width;
  const from = px(row.start), to = px(row.end);
  if (row.bad) bar(c, to - 2, to + 1, y - 1, 14, colours.bad);
  if (to < 0 || from > chartWidth) return;
  c.fillStyle = row.bad ? colours.bad : colours.mute;
  if (to + wide + 8 < chartWidth) c.fillText(text, to + 5, y + 6);
  else if (from - wide - 8 > 0) c.fillText(text, from - wide - 5, y + 6);
}

/* Of thousands on one line those that fall on the same pixel are drawn once. */
function drawPieces(c, pieces, y) {
  let done = -1;
  for (const p of pieces) {
    const from = px(p.at + (p.phases[0] || 0)), to = px(p.end);
    if (to < 0 || from > chartWidth || (to < done && to - from < 1)) continue;
    drawPart(c, p, y, false);
    if (to - from > 3) bar(c, to - 0.5, to + 0.5, y, 12, colours.paper);
    if (p.row.bad && p.kind === LAST) bar(c, to - 1, to + 1, y - 1, 14, colours.bad);
    if (state.picked === p.row) {
      c.strokeStyle = colours.ink;
      c.strokeRect(from - 1.5, y - 1.5, Math.max(to - from, 1) + 3, 15);
    }
    done = Math.max(done, to + 0.5);
  }
}

function draw() {
  const height = scroll.clientHeight, top = scroll.scrollTop;
  const begin = Math.max(0, Math.floor(top / lineHeight) - 1);
  const end = Math.min(lines.length, Math.ceil((top + height) / lineHeight) + 1);
  const c = prepare(chart, chartWidth + 12, height);
  chart.style.left = chartLeft + 'px';
  c.fillStyle = colours.line;
  ticks(x => c.fillRect(Math.round(x), 0, 1, height),
    (a, b) => {
      c.fillStyle = colours.band;
      c.fillRect(a, 0, b - a, height);
      c.fillStyle = colours.line;
      for (let y = 0; y < height; y += 6) {
        c.fillRect(a, y, 1, 3);
        c.fillRect(b, y + 3, 1, 3);
      }
    });
  space.replaceChildren();
  for (let i = begin; i < end; i++) {
    const line = lines[i], y = i * lineHeight - top;
    if (!line.pieces || line.lane !== undefined) space.append(label(line, i));
    if (line.row) drawRow(c, line.row, y + barTop);
    else if (line.lane === undefined) drawPieces(c, line.pieces, y + barTop);
  }
}

/* ---- labels ---- */

function label(line, i) {
  const e = element('div', undefined, 'row');
  e.style.top = i * lineHeight + 'px';
  e.style.height = (narrow ? 22 : lineHeight) + 'px';
  e.style.width = line.row && !narrow ? labelWidth + 'px' : '100%';
  if (line.row) fillRow(e, line.row, i);
  else fillLane(e, line);
  return e;
}

function fillRow(e, row, i) {
  const name = element('div', undefined, mood(row));
  if (i % 2 && !narrow) e.classList.add('odd');
  if (state.picked === row) e.classList.add('on');
  e.dataset.row = row.i;
  if (row.method !== 'GET') name.append(element('span', row.method + ' ', 'mute'));
  name.append(element('span', row.path));
  if (hosts.size > 1) name.append(element('span', '  ' + row.host, 'mute'));
  name.append(element('span', '  ' + row.id, 'mute'));
  e.append(name, element('div', row.status || (row.bad ? 'failed' : '\u2013'), mood(row)),
    element('div', protocol(row.version), 'mute'), element('div', row.status ? size(row.bytes) : '', 'number wide mute'),
    element('div', time(row.end - row.start), 'number wide'));
}

function fillLane(e, line) {
  const requests = new Set(line.pieces.map(p => p.row)), some = line.pieces.find(p => p.kind === LAST);
  e.classList.add('lane');
  e.append(line.lane ? 'connection ' + line.lane : 'no connection');
  const facts = [some && protocol(some.row.version), line.lane && some && some.row.ip,
    many(requests.size) + (requests.size === 1 ? ' request' : ' requests')].filter(Boolean);
  e.append(element('span', '  ' + facts.join(' \u00b7 '), 'mute'));
}

/* ---- one request in full ---- */

function swatch(name) {
  const i = element('i');
  i.style.background = colours[name];
  return i;
}

function table(heads, body) {
  const t = element('table'), tr = element('tr');
  heads.forEach(h => tr.append(element('th', h)));
  if (heads.length) t.append(tr);
  for (const cells of body) {
    const line = element('tr');
    cells.forEach(cell => {
      const td = element('td');
      if (typeof cell === 'object') {
        td.className = cell.number ? 'number' : '';
        td.append(...cell.nodes);
      } else {
        td.textContent = cell;
      }
      line.append(td);
    });
    t.append(line);
  }
  return t;
}

const number = text => ({ number: true, nodes: [text] });

function phasesTable(p) {
  let t = p.at;
  const lines = p.phases.map((us, i) => [PHASES[i], us]);
  if (p.unfinished && p.kind !== TRY) lines.push(['try', p.unfinished]);
  return table([], lines.map(([name, us]) => {
    const at = t;
    t += us;
    return us ? [{ nodes: [swatch(name), name === 'try' ? 'then it failed' : name] }, number(time(us)),
      number('at ' + time(at))] : null;
  }).filter(Boolean));
}

function titleOf(p) {
  if (p.kind === TRY) return 'Try: ' + (p.status || 'no answer') + ', ' + time(p.end - p.at) + (p.text ? ' (' + p.text + ')' : '');
  if (p.kind === REDIRECT) return 'Redirect: ' + p.status + ' of ' + p.text;
  return 'Request';
}

function showDetail(row) {
  const box = by('detail'), close = element('button', '\u2715', 'close');
  box.hidden = !row;
  if (!row) return;
  close.setAttribute('aria-label', 'Close');
  close.onclick = () => pick(null);
  const facts = [['URL', row.url], ['id', row.id], ['status', row.status || '\u2013'],
    ['protocol', row.version && row.version !== '0' ? 'HTTP/' + row.version : '\u2013'],
    ['connection', row.conn || '\u2013'], ['address', row.ip || '\u2013'], ['body', size(row.bytes)],
    ['begins', time(row.start)], ['takes', time(row.end - row.start)]];
  if (row.error) facts.push(['error', row.error]);
  box.replaceChildren(close, element('h2', row.method + ' ' + row.path, mood(row)), table([], facts));
  for (const p of row.parts) {
    box.append(element('h3', titleOf(p)), phasesTable(p));
    if (p.delay) box.append(element('div', 'then ' + time(p.delay) + ' until the next', 'mute'));
  }
  if (row.attempts.length)
    box.append(element('h3', 'Connection attempts'), table(['', 'address', 'from', 'to', 'result', ''],
      row.attempts.map(a => [a[0], a[1] + ' port ' + a[2], number(time(a[3])), number(time(a[4])), a[5], a[6] || ''])));
}

function pick(row) {
  state.picked = row;
  showDetail(row);
  layout();
}

/* ---- the pointer ---- */

function pieceAt(event) {
  const box = scroll.getBoundingClientRect();
  const line = lines[Math.floor((event.clientY - box.top + scroll.scrollTop) / lineHeight)];
  const x = event.clientX - box.left - chartLeft;
  if (!line) return {};
  if (line.row) return { row: line.row, x };
  if (line.lane !== undefined) return { x };
  const hit = line.pieces.find(p => px(p.at) - 2 <= x && x <= px(p.end) + 2);
  return { row: hit && hit.row, x };
}

function tip(event) {
  const box = by('tip'), { row, x } = pieceAt(event);
  box.hidden = !row || drag !== null || (!narrow && x < 0);
  if (box.hidden) return;
  const last = row.parts[row.parts.length - 1];
  box.replaceChildren(element('div', row.method + ' ' + row.url, mood(row)), phasesTable(last));
  if (row.parts.length > 1)
    box.prepend(element('div', row.parts.slice(0, -1).map(titleOf).join('; '), 'mute'));
  if (row.error) box.append(element('div', row.error, 'bad'));
  const wide = box.offsetWidth, high = box.offsetHeight;
  box.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - wide - 4)) + 'px';
  box.style.top = (event.clientY + 18 + high > innerHeight ? Math.max(4, event.clientY - high - 10) : event.clientY + 18) + 'px';
}

/* Dragging over the bars shows that time alone. */
let drag = null;
scroll.addEventListener('mousedown', event => {
  const x = event.clientX - scroll.getBoundingClientRect().left - chartLeft;
  if (event.button === 0 && x >= (labelWidth ? 0 : -chartLeft) && x <= chartWidth) drag = Math.max(0, x);
});
addEventListener('mousemove', event => {
  if (drag === null) return;
  const x = Math.max(0, Math.min(chartWidth, event.clientX - scroll.getBoundingClientRect().left - chartLeft));
  draw();
  const c = chart.getContext('2d');
  c.globalAlpha = 0.4;
  bar(c, Math.min(drag, x), Math.max(drag, x), 0, scroll.clientHeight, colours.mark);
  c.globalAlpha = 1;
});
addEventListener('mouseup', event => {
  if (drag === null) return;
  const x = event.clientX - scroll.getBoundingClientRect().left - chartLeft, from = drag;
  drag = null;
  if (Math.abs(x - from) < 5) {
    const { row } = pieceAt(event);
    pick(row === state.picked ? null : row || null);
    return;
  }
  const ends = [from, Math.max(0, Math.min(chartWidth, x))].map(inverse).sort((a, b) => a - b);
  if (ends[1] > ends[0]) state.range = ends;
  layout();
});
scroll.addEventListener('mousemove', tip);
scroll.addEventListener('mouseleave', () => { by('tip').hidden = true; });
scroll.addEventListener('dblclick', () => { state.range = null; layout(); });
space.addEventListener('click', event => {
  const e = event.target.closest('.row');
  const x = event.clientX - scroll.getBoundingClientRect().left - chartLeft;
  if (x < 0 && e && e.dataset.row) {
    const row = rows[e.dataset.row];
    pick(row === state.picked ? null : row);
  }
});

addEventListener('keydown', event => {
  if (event.key === 'Escape') {
    if (state.picked) pick(null);
    else if (state.range) { state.range = null; layout(); }
    return;
  }
  if (event.target.tagName === 'INPUT') return;
  if (event.key === '/') {
    by('query').focus();
    event.preventDefault();
  }
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!move || !state.picked || state.view !== 'requests') return;
  const at = lines.findIndex(line => line.row === state.picked) + move;
  if (at >= 0 && at < lines.length) {
    const y = at * lineHeight;
    if (y < scroll.scrollTop) scroll.scrollTop = y;
    if (y + lineHeight > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = y + lineHeight - scroll.clientHeight;
    pick(lines[at].row);
  }
  event.preventDefault();
});

/* ---- the head ---- */

function summary() {
  const connections = new Set(shown.flatMap(r => r.parts.map(p => p.conn)).filter(Boolean)).size;
  const bytes = shown.reduce((sum, r) => sum + (r.bytes || 0), 0), failed = shown.filter(r => r.bad).length;
  const end = shown.reduce((t, r) => Math.max(t, r.end), 0) - shown.reduce((t, r) => Math.min(t, r.start), Infinity);
  const of = shown.length === rows.length ? '' : ' of ' + many(rows.length);
  const parts = [many(shown.length) + of + (rows.length === 1 ? ' request' : ' requests'),
    many(connections) + (connections === 1 ? ' connection' : ' connections'), size(bytes), time(Math.max(0, end) || 0)];
  by('sum').replaceChildren(shown.length ? parts.join(' \u00b7 ') : parts[0]);
  if (failed) by('sum').append(' \u00b7 ', element('b', many(failed) + ' failed'));
}

function toggles() {
  for (const view of ['requests', 'connections']) {
    const b = element('button', view);
    b.onclick = () => { state.view = view; scroll.scrollTop = 0; update(); };
    b.dataset.view = view;
    by('views').append(b);
  }
  for (const name of Object.keys(FILTERS)) {
    const n = rows.filter(FILTERS[name]).length, b = element('button', name + ' ' + many(n));
    if (!n || (n === rows.length && rows.length > 1)) continue;
    b.setAttribute('aria-pressed', 'false');
    b.onclick = () => {
      if (!state.filters.delete(name)) state.filters.add(name);
      b.setAttribute('aria-pressed', state.filters.has(name));
      state.range = null;
      update();
    };
    by('filters').append(b);
  }
  for (const name of ['name', 'status', 'protocol', 'size', 'time']) {
    const b = element('button', undefined, name === 'size' || name === 'time' ? 'number' : '');
    b.dataset.sort = name;
    b.onclick = () => {
      if (state.sort === name && state.down) state.sort = 'start';
      else [state.down, state.sort] = [state.sort === name, name];
      if (state.sort === 'start') state.down = false;
      update();
    };
    by('columns').append(b);
  }
}

function legend() {
  by('legend').replaceChildren(...[...PHASES, 'try'].map(name => {
    const e = element('span');
    e.append(swatch(name), name === 'try' ? 'failed' : name);
    return e;
  }), element('span', 'drag: that time alone \u00b7 double click: all of it \u00b7 /: search', 'hint'));
}

by('fold').onclick = () => { state.fold = !state.fold; state.range = null; update(); };
by('reset').onclick = () => { state.range = null; layout(); };
by('query').oninput = () => { state.query = by('query').value.trim().toLowerCase(); state.range = null; update(); };

/* ---- all of it ---- */

/* Rows that have nothing in the stretch that is shown are not listed. */
function isInRange(row) {
  return !state.range || (place(row.end) >= state.range[0] && place(row.start) <= state.range[1]);
}

function layout() {
  measure();
  if (state.view === 'requests') lines = shown.filter(isInRange).map(row => ({ row }));
  space.style.height = lines.length * lineHeight + 'px';
  by('none').hidden = lines.length > 0;
  by('reset').hidden = !state.range;
  drawOver();
  drawAxis();
  draw();
}

function update() {
  shown = sorted(rows.filter(passes));
  if (state.view === 'connections') lines = lanes();
  scale = makeScale(shown);
  spread();
  by('fold').setAttribute('aria-pressed', state.fold);
  by('fold').hidden = state.fold && !scale.stretches.some(s => s.gap);
  for (const b of by('views').children) b.setAttribute('aria-pressed', b.dataset.view === state.view);
  for (const b of by('columns').children)
    b.textContent = ({ protocol: '' }[b.dataset.sort] ?? b.dataset.sort) +
      (state.sort === b.dataset.sort ? state.down ? ' \u25be' : ' \u25b4' : '');
  summary();
  layout();
}

let frame = 0;
scroll.addEventListener('scroll', () => {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(draw);
});
new ResizeObserver(layout).observe(scroll);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { layout(); legend(); });
measure();
toggles();
legend();
update();
})();
