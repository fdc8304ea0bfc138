// Checks the evidence in this page and shows it. Runs from the disk, asks nothing of any network, and shows only what it
// has checked. The same steps as verify.py: signature, proofs, commitments.
"use strict";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (a, m = P) => ((a % m) + m) % m;

function power(base, exponent) {
  let result = 1n;
  for (base = mod(base); exponent; exponent >>= 1n, base = (base * base) % P)
    if (exponent & 1n) result = (result * base) % P;
  return result;
}
const inverse = (a) => power(a, P - 2n);
const D = mod(-121665n * inverse(121666n));
const number = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function point(encoded) {
  const all = number(encoded), y = all & (2n ** 255n - 1n), sign = all >> 255n;
  const square = mod((y * y - 1n) * inverse(mod(D * y * y + 1n)));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * power(2n, (P - 1n) / 4n));
  if (y >= P || mod(x * x - square) || (!x && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}
function add(p, q) {
  const a = mod((p[1] - p[0]) * (q[1] - q[0])), b = mod((p[1] + p[0]) * (q[1] + q[0]));
  const c = mod(2n * p[3] * q[3] * D), d = mod(2n * p[2] * q[2]);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}
function times(scalar, p) {
  let result = [0n, 1n, 1n, 0n];
  for (; scalar; scalar >>= 1n, p = add(p, p)) if (scalar & 1n) result = add(result, p);
  return result;
}
const BASE = point(littleEndian(mod(4n * inverse(5n))));
function littleEndian(value) {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
}
function encode(p) {
  const z = inverse(p[2]), x = mod(p[0] * z), y = mod(p[1] * z);
  return littleEndian(y | ((x & 1n) << 255n));
}

const utf8 = (text) => new TextEncoder().encode(text);
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const unbase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
const hash = async (name, data) => new Uint8Array(await crypto.subtle.digest(name, data));

async function signed(key, message, signature) {
  const p = point(key), scalar = number(signature.slice(32));
  if (!p || signature.length !== 64 || scalar >= ORDER) return false;
  const challenge = number(await hash("SHA-512", join(signature.slice(0, 32), key, message))) % ORDER;
  const found = add(times(scalar, BASE), times(challenge, [mod(-p[0]), p[1], 1n, mod(-p[3])]));
  return same(encode(found), signature.slice(0, 32));
}

async function readKey(line) {
  const [name, id, ...rest] = line.split("+"), data = unbase64(rest.join("+"));
  const keyId = (await hash("SHA-256", join(utf8(name + "\n"), data))).slice(0, 4);
  if (data.length !== 33 || data[0] !== 1 || hex(keyId) !== id) throw new Error("A key in this pack is damaged.");
  return { name, id: keyId, key: data.slice(1) };
}

async function readCheckpoint(note, keys) {
  const end = note.lastIndexOf("\n\n"), text = note.slice(0, end + 1), signers = [];
  for (const line of note.slice(end + 2).split("\n")) {
    const [mark, name, data] = line.split(" ");
    const known = mark === "—" && keys.find((k) => k.name === name && same(k.id, unbase64(data).slice(0, 4)));
    if (!known) continue;
    if (!(await signed(known.key, utf8(text), unbase64(data).slice(4))))
      throw new Error("The signature under the checkpoint is false.");
    signers.push(`${name} (key ${hex(known.id)})`);
  }
  if (!signers.length) throw new Error("The checkpoint is not signed by the key of this pack.");
  const [origin, size, root] = text.split("\n");
  return { origin, size: Number(size), root: unbase64(root), signers };
}

async function inLog(entry, said, log) {
  let index = said.number - 1, last = log.size - 1;
  let found = await hash("SHA-256", join([0], utf8(entry.body)));
  const rest = entry.proof.map(unbase64);
  if (!(index >= 0 && index < log.size)) return false;
  for (; last; index = Math.floor(index / 2), last = Math.floor(last / 2)) {
    if (!(index & 1) && index >= last) continue;
    if (!rest.length) return false;
    const other = rest.shift();
    found = await hash("SHA-256", index & 1 ? join([1], other, found) : join([1], found, other));
  }
  return !rest.length && same(found, log.root);
}

async function committed(value, commitment) {
  const key = await crypto.subtle.importKey("raw", unhex(value.salt), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(value.payload)))) === commitment;
}

const $ = (id) => document.getElementById(id);
function put(parent, tag, text, className) {
  const made = parent.appendChild(document.createElement(tag));
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}
const when = (at) => new Date(at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "Europe/London" });
function words(payload) {
  const value = JSON.parse(payload);
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

function tell(entry, said, people) {
  const item = put($("story"), "li");
  put(item, "h3", `${entry.words}`);
  put(item, "p", `${when(said.at)}, ${people[said.actor] || said.actor}`);
  put(item, "p", `Entry ${said.number} · ${said.action} · ${said.object}`, "quiet");
  const list = put(item, "dl");
  const row = (name, text) => { put(list, "dt", name); put(list, "dd", text); };
  if (said.outcome) row("Outcome", said.outcome);
  if (said.clauses.length) row("Clauses", said.clauses.join(", "));
  for (const [name, value] of Object.entries(said.about)) row(name, typeof value === "string" ? value : JSON.stringify(value));
  for (const [name, value] of Object.entries(entry.disclosed)) row(name, words(value.payload));
  const missing = Object.keys(said.commitments).filter((name) => !entry.disclosed[name]);
  if (missing.length) row("Not shown here", missing.join(", "));
  if (!list.children.length) list.remove();
  return item;
}

function listed(id, items) {
  for (const text of items) put($(id), "li", text);
  if (items.length) $(id).closest("section").hidden = false;
}

async function main() {
  const pack = JSON.parse($("evidence").textContent);
  $("title").textContent = [pack.title, pack.force].filter(Boolean).join(", ");
  $("checkpoint").textContent = pack.checkpoint;
  listed("keys", pack.keys);
  const log = await readCheckpoint(pack.checkpoint, await Promise.all(pack.keys.map(readKey)));
  put($("checks"), "li", `The checkpoint of ${log.origin} over ${log.size} entries is signed by ${log.signers.join(" and ")}.`);
  put($("checks"), "li", "Left to verify.py: witnesses, the time stamp, and the files of the policies.");
  let wrong = 0, values = 0;
  for (const entry of pack.entries) {
    const said = JSON.parse(entry.body), faults = [];
    if (!(await inLog(entry, said, log))) faults.push("This entry is not in the log that was signed.");
    for (const [name, value] of Object.entries(entry.disclosed)) {
      values += 1;
      if (!(await committed(value, said.commitments[name]))) faults.push(`The value ${name} is not the one committed to.`);
    }
    const item = tell(entry, said, pack.people);
    for (const fault of faults) put(item, "p", `Not as it was recorded: ${fault}`);
    if (faults.length) item.className = "wrong";
    wrong += faults.length;
  }
  if (wrong) throw new Error(`${wrong} of the checks failed; they are marked below.`);
  put($("checks"), "li", `All ${pack.entries.length} entries are in that log, each as it is shown here.`);
  put($("checks"), "li", `All ${values} values shown are those that the entries committed to.`);
  listed("pictures", pack.pictures.map((p) => `${p.name}: original SHA-256 ${p.original_sha256}, published ${p.rendition_sha256}`));
  listed("policies", pack.policies.map((p) => `${p.title}, version ${p.version} (${p.digest}). ` +
    p.clauses.map((c) => `${c.clause}: ${c.says}`).join(" ")));
  $("verdict").textContent = `The evidence holds. ${pack.entries.length} entries checked.`;
  $("verdict").className = "holds";
}

main().catch((fault) => {
  $("verdict").textContent = `Not as it was recorded. ${fault.message}`;
  $("verdict").className = "fails";
});
