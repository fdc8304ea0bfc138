// The real Bluesky server (a personal data server and the directory of identities it needs), for this machine alone.
//
//     node server.js FOLDER [PORT]
//
// Keeps everything in FOLDER. Prints one line of JSON when it answers: {"service": its address, "admin": its password
// for administration}. Ends when its standard input does, so that it never outlives whoever started it.

import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, Server } from "node:net";
import { join } from "node:path";

process.env.LOG_ENABLED ??= "false";
process.env.NODE_ENV ??= "production";

const folder = process.argv[2];
const port = Number(process.argv[3] ?? 0) || (await freePort());
for (const needed of ["actors", "blocks", "uploading"]) mkdirSync(join(folder, needed), { recursive: true });

// Both servers listen on every interface and offer no setting for it.
const listen = Server.prototype.listen;
Server.prototype.listen = function (where, ...rest) {
  const options = typeof where === "object" ? where : { port: where };
  return listen.call(this, { ...options, host: "127.0.0.1" }, ...rest.filter((each) => typeof each === "function"));
};

const { PDS, envToCfg, envToSecrets } = await import("@atproto/pds");
const { default: plc } = await import("@did-plc/server");
const secrets = keptSecrets(join(folder, "secrets.json"));

const directoryPort = await freePort();
const directory = plc.PlcServer.create({ db: await identities(join(folder, "identities.jsonl")), port: directoryPort });
await directory.start();

const settings = {
  devMode: true,
  port,
  hostname: "localhost",
  serviceHandleDomains: [".test"],
  inviteRequired: false,
  disableSsrfProtection: true,
  didPlcUrl: `http://127.0.0.1:${directoryPort}`,
  dataDirectory: folder,
  actorStoreDirectory: join(folder, "actors"),
  blobstoreDiskLocation: join(folder, "blocks"),
  blobstoreDiskTmpLocation: join(folder, "uploading"),
  rateLimitsEnabled: true,
  ...secrets,
};
const server = await PDS.create(envToCfg(settings), envToSecrets(settings));
await server.start();
console.log(JSON.stringify({ service: `http://127.0.0.1:${port}`, admin: secrets.adminPassword, jwt: secrets.jwtSecret }));

let ending = false;
async function end() {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(0), 5000).unref();
  await server.destroy();
  await directory.destroy();
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, end);
process.stdin.on("end", end).on("error", end).resume();

// Made on first use and kept, so that sessions outlive a restart.
function keptSecrets(file) {
  if (!existsSync(file)) {
    const fresh = {
      jwtSecret: randomBytes(32).toString("hex"),
      adminPassword: randomBytes(16).toString("hex"),
      plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString("hex"),
    };
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, "utf8"));
}

// The directory's own in-memory store, with every operation it accepted kept in `file` and replayed at the start.
async function identities(file) {
  const db = plc.Database.mock();
  const accept = db.validateAndAddOp.bind(db);
  if (existsSync(file)) {
    for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
      const { did, operation } = JSON.parse(line);
      await accept(did, operation);
    }
  }
  db.validateAndAddOp = async (did, operation) => {
    await accept(did, operation);
    appendFileSync(file, JSON.stringify({ did, operation }) + "\n");
  };
  return db;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen({ port: 0, host: "127.0.0.1" }, () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
