// peers.mjs - the peers that come by npm: mapshaper, and GEOS 3.13 as WebAssembly (geos-wasm).
//
//     node peers.mjs MODULES NAME FILE.mcov RUNS [PEER ...]   MODULES: the folder of node_modules
//
// PEER: mapshaper, geos-wasm (both when none is named), mapshaper-clean (FILE then has flaws, else none).
// Polygons in memory -> what is wrong with them. mapshaper: topology, cuts at crossings, mosaic,
// tiles without an owner and with several. geos-wasm: GEOSCoverageIsValid, which says where but not
// who.
import fs from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [modules, name, file, runsText, ...peers] = process.argv.slice(2);
const runs = Number(runsText);
const require = createRequire(path.resolve(modules, 'x.js'));

const clock = () => {
    if (process.env.BENCH_WALL)
        return performance.now() / 1000;
    const c = process.cpuUsage();
    return (c.user + c.system) / 1e6;
};
function row(work, who, seconds, note)
{
    const ms = seconds.map((s) => s * 1000).sort((a, b) => a - b);
    const f = (v) => String(Number(v.toPrecision(6)));
    console.log([
        work, name, who, f(ms[ms.length >> 1]), f(ms[0]), f(ms[ms.length - 1]), 'ms', note
    ].join('\t'));
}

// See bench.c for the layout.
function readCoverage()
{
    const b = fs.readFileSync(file);
    const nFaces = b.readUInt32LE(8);
    const nVertices = Number(b.readBigUInt64LE(16));
    const at = 24 + 32 * nFaces;
    const xy =
        new Float64Array(b.buffer.slice(b.byteOffset + at, b.byteOffset + at + 16 * nVertices));
    const faces = [];
    for (let f = 0; f < nFaces; f++)
        faces.push([ Number(b.readBigUInt64LE(24 + 32 * f)), b.readUInt32LE(32 + 32 * f) ]);
    return {xy, faces};
}

const { cmd, internal } = require('mapshaper');
const mapshaperVersion = require('mapshaper/package.json').version;

// What bench_check found, or what bench_repair left: nothing.
function agree(is) {
  if (!is) throw new Error('the answers do not agree');
}
function importMapshaper({ xy, faces }) {
  const features = faces.map(([first, n], id) => {
    const ring = [];
    for (let i = first; i < first + n; i++) ring.push([xy[2 * i], xy[2 * i + 1]]);
    return { type: 'Feature', properties: { id }, geometry: { type: 'Polygon', coordinates: [ring] } };
  });
  return internal.importGeoJSON({ type: 'FeatureCollection', features }, {});
}
function mosaicMapshaper(dataset) {
  internal.buildTopology(dataset);
  const nodes = internal.addIntersectionCuts(dataset, {});
  const mosaic = new internal.MosaicIndex(dataset.layers[0], nodes, { flat: false });
  const found = { gaps: 0, overlaps: 0 };
  mosaic.mosaic.forEach((tile, id) => {
    const owners = mosaic.getSourceIdsByTileId(id);
    found.gaps += owners.length === 0;
    found.overlaps += owners.length > 1;
  });
  return found;
}

function benchMapshaper(coverage) {
  const times = [];
  let found;
  for (let run = 0; run < runs; run++) {
    const dataset = importMapshaper(coverage);
    const start = clock();
    found = mosaicMapshaper(dataset);
    times.push(clock() - start);
  }
  row('build + check', `mapshaper ${mapshaperVersion}`, times,
    `topology, cuts, mosaic; after the import; ${found.gaps} tiles without owner, ${found.overlaps} with several`);
  agree(found.gaps + found.overlaps === 0);
}

function benchMapshaperClean(coverage) {
  const times = [];
  const before = mosaicMapshaper(importMapshaper(coverage));
  let dataset;
  for (let run = 0; run < runs; run++) {
    dataset = importMapshaper(coverage);
    const start = clock();
    internal.buildTopology(dataset);
    cmd.cleanLayers(dataset.layers, dataset, { gap_fill_area: '2000m2' });
    times.push(clock() - start);
  }
  const after = mosaicMapshaper(dataset);
  row('build + repair', `mapshaper ${mapshaperVersion} -clean`, times,
    `topology, clean; after the import; tiles without owner ${before.gaps} before, ${after.gaps} after, ` +
    `with several ${before.overlaps} before, ${after.overlaps} after`);
  agree(before.gaps + before.overlaps > 0 && after.gaps + after.overlaps === 0);
}

async function benchGeosWasm({xy, faces})
{
    const folder = path.resolve(modules, 'geos-wasm');
    const pkg = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const {default : init} = await import(pathToFileURL(path.join(folder, pkg.main)));
    const geos = await init();
    const M = geos.Module;
    const dbl = M._malloc(8);
    const rings = faces.map(([ first, n ]) => {
        const seq = geos.GEOSCoordSeq_create(n, 2);
        for (let i = 0; i < n; i++)
            geos.GEOSCoordSeq_setXY(seq, i, xy[2 * (first + i)], xy[2 * (first + i) + 1]);
        return geos.GEOSGeom_createPolygon(geos.GEOSGeom_createLinearRing(seq), 0, 0);
    });
    const list = M._malloc(4 * rings.length);
    rings.forEach((g, i) => M.setValue(list + 4 * i, g, 'i32'));
    const all = geos.GEOSGeom_createCollection(6, list, rings.length);
    const times = [];
    let valid = -1;
    for (let run = 0; run < runs; run++) {
        M.setValue(dbl, 0, 'i32'); // the out pointer must be 0 first
        const start = clock();
        valid = geos.GEOSCoverageIsValid(all, 1e-6, dbl);
        times.push(clock() - start);
    }
    row('build + check', `geos-wasm ${pkg.version} (GEOS ${pkg.GEOS_VERSION})`, times,
        `GEOSCoverageIsValid, gaps to 1e-6 degree: ${
            valid === 1   ? 'valid'
            : valid === 0 ? 'not valid'
                          : 'failed'}`);
}

const benches = { mapshaper: benchMapshaper, 'geos-wasm': benchGeosWasm, 'mapshaper-clean': benchMapshaperClean };
const coverage = readCoverage();
for (const peer of peers.length ? peers : ['mapshaper', 'geos-wasm'])
  try {
    await benches[peer](coverage);
  } catch (e) {
    console.log(`# ${name}: ${peer} failed: ${String(e.message ?? e).split('\n')[0]}`);
  }
