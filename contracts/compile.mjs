// Standard JSON in on stdin, standard JSON out on stdout. Sources come in the input; what they import from packages is
// read from node_modules. Nothing else is read, nothing is written. Run by scripts/compile_contracts.py.
import { readFileSync } from "node:fs";
import solc from "solc";

const packages = new URL("node_modules/", import.meta.url);

function readImport(path) {
  try {
    return { contents: readFileSync(new URL(path, packages), "utf8") };
  } catch (error) {
    return { error: error.code };
  }
}

process.stdout.write(solc.compile(readFileSync(0, "utf8"), { import: readImport }));
