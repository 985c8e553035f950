#!/usr/bin/env python3
"""Writes files into a C++ source as byte arrays, so that the program needs nothing beside it.

embed.py migrations OUT FILE...   all migrations, in order, as enstore::db::migrations()
embed.py text OUT NAME FILE       one file as `extern const std::string_view NAME`
"""
import pathlib
import sys


def array(name: str, data: bytes) -> str:
    body = ",".join(str(byte) for byte in data)
    return f"static const unsigned char {name}[] = {{{body}}};\n"


def view(name: str) -> str:
    return f"std::string_view(reinterpret_cast<const char*>({name}), sizeof {name})"


def main() -> None:
    kind, out = sys.argv[1], pathlib.Path(sys.argv[2])
    out.parent.mkdir(parents=True, exist_ok=True)
    if kind == "migrations":
        files = sorted(pathlib.Path(f) for f in sys.argv[3:])
        text = '#include "platform/db/db.hpp"\n#include <array>\n'
        rows = []
        for index, file in enumerate(files):
            text += array(f"sql_{index}", file.read_bytes())
            rows.append(f'    enstore::db::Migration{{{int(file.name[:4])}, "{file.stem}", {view(f"sql_{index}")}}}')
        text += f"static const std::array<enstore::db::Migration, {len(rows)}> all{{{{\n" + ",\n".join(rows) + "}};\n"
        text += "std::span<const enstore::db::Migration> enstore::db::migrations() { return all; }\n"
    else:
        name, file = sys.argv[3], pathlib.Path(sys.argv[4])
        space, _, variable = name.rpartition("::")
        text = f'#include <string_view>\n{array("bytes", file.read_bytes())}'
        text += f"namespace {space} {{ extern const std::string_view {variable}; const std::string_view {variable} = {view('bytes')}; }}\n"
    out.write_text(text)


if __name__ == "__main__":
    main()
