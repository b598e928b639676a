#!/usr/bin/env python3
"""`kill -9` at random moments of an import, and an interrupt: the store opens, its integrity is ok, and it is
either as before or as after (step 1, section F). The seed is printed; give it as an argument to repeat."""
import random
import signal
import subprocess
import sys
import time

from program import LONG, PROGRAM, Folder, check, done, dump_hash, grid, integrity, mere, skip, write_json

N_MOMENTS = 20


def net_hash(store):
    said = mere("hash", store)
    return said.out.strip() if said.code == 0 else f"exit {said.code}: {said.err}"


def import_words(store, source):
    return [PROGRAM, "import", store, source, "--scheme", "grid", "--code", "code", "--name", "name", "--replace"]


def test_kill(folder, seed):
    rand = random.Random(seed)
    store = folder.store(n=5)
    source = write_json(folder.at("large.geojson"), grid(60 if LONG else 30))
    spare = folder.at("spare.gpkg")
    subprocess.run(["cp", store, spare], check=True)
    before = net_hash(store)
    started = time.monotonic()
    whole = subprocess.run(import_words(spare, source), capture_output=True, check=False)
    seconds = time.monotonic() - started
    after = net_hash(spare)
    check(whole.returncode == 0 and before != after, "the import itself works and changes the hash",
          whole.stderr.decode(errors="replace"))
    states, bad = {"before": 0, "after": 0}, []
    for moment in range(N_MOMENTS):
        subprocess.run(["sh", "-c", 'rm -f "$1" "$1"-*; cp "$2" "$1"', "sh", spare, store], check=True)
        wait = seconds * (0.3 + 0.75 * (moment + rand.random()) / N_MOMENTS)
        with subprocess.Popen(import_words(spare, source), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
        now = net_hash(spare)
        state = "before" if now == before else "after" if now == after else None
        if state:
            states[state] += 1
        if not state or integrity(spare) != "ok":
            bad.append((wait, now, integrity(spare)))
    check(not bad, f"after kill -9 at {N_MOMENTS} moments the store is before ({states['before']}) "
          f"or after ({states['after']})", bad)
    said = subprocess.run(import_words(spare, source), capture_output=True, check=False)
    check(said.returncode == 0 and net_hash(spare) == after, "and the import succeeds afterwards",
          said.stderr.decode(errors="replace"))


def test_interrupt(folder):
    store = folder.store(n=5)
    before = dump_hash(store)
    source = write_json(folder.at("large.geojson"), grid(80))
    with subprocess.Popen(import_words(store, source), stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        time.sleep(0.25)
        process.send_signal(signal.SIGINT)
        err = process.stderr.read().decode(errors="replace")
        code = process.wait()
    if code == 0:
        skip("an interrupt ends with 130 and leaves the store as it was", "the import was too quick")
    else: # negative: before the program had set its handler
        check(code in (130, -signal.SIGINT) and dump_hash(store) == before,
              "an interrupt ends with 130 and leaves the store as it was", f"exit {code}: {err}")


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    for run, words in ((test_kill, (seed,)), (test_interrupt, ())):
        with Folder() as own:
            try:
                run(own, *words)
            except Exception as error:
                check(False, run.__name__, repr(error))
    done()
