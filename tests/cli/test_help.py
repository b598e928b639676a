#!/usr/bin/env python3
"""What every command promises about itself: help with an example, exit codes, docs/CLI.md."""
import os
import re
import subprocess

from program import PROGRAM, check, done, mere, optimised_build_suffices

optimised_build_suffices()

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COMMANDS = ("sample", "init", "inspect", "import", "info", "list", "check", "waive", "repair", "undo", "locate", "assign", "export", "hash")

said = mere("--version")
check(said.code == 0 and said.out == "merestone 0.1.0\n" and not said.err, "--version prints name and version", said)
said = mere("--help")
check(said.code == 0, "--help ends with 0", said)
listed = re.findall(r"^  ([a-z]+) +\S", said.out.split("Commands:")[1], re.M)
check(sorted(listed) == sorted(COMMANDS), "--help lists every command", listed)
for name in COMMANDS:
    said = mere(name, "--help")
    check(said.code == 0 and not said.err and f"merestone {name}" in said.out and "\nExample:\n  merestone " in said.out and
          "Exit codes:" in said.out, f"{name} --help has usage, an example and exit codes", said)
    check(mere(name, "x", "-h").code == 0, f"{name} -h is the same", said)
    said = mere(name, "--no-such-option")
    check(said.code == 2 and said.err.startswith("merestone: ") and not said.out, f"{name} refuses an unknown option", said)
    if name != "check":  # check --explain RULE needs no store
        said = mere(name)
        check(said.code == 2 and said.err.startswith("merestone: "), f"{name} without a store is refused", said)
said = mere()
check(said.code == 2, "no command at all is refused", said)
diff = subprocess.run([os.path.join(ROOT, "tools", "write-cli-docs"), PROGRAM, "--check"], capture_output=True, text=True,
                      check=False)
check(diff.returncode == 0, "docs/CLI.md says what --help says", diff.stdout)
done()
