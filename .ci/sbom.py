"""Writes what is linked into the program of a release: its list, sbom.cdx.json (CycloneDX 1.5), and the texts in licences/.

    python3 .ci/sbom.py FOLDER BUILD ARCHIVE...

FOLDER is the unpacked release, BUILD the scratch folder of `swift build`, each ARCHIVE a static library of a Debian package.
"""
import datetime, hashlib, json, pathlib, re, shutil, subprocess, sys, urllib.parse, uuid

folder, build = map(pathlib.Path, sys.argv[1:3])
licences = folder / "licences"
licences.mkdir()
components = []


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def read(*path):
    return pathlib.Path(*path).read_text()


def hashes(path):
    return [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]


def add(name, version, purl, licence, text, **more):
    """Adds a component: `text` is its licence, whose SPDX expression is `licence`."""
    purl = f"pkg:{purl}" if version is None else f"pkg:{purl}@{urllib.parse.quote(version, safe='')}"
    component = {"type": "library", "bom-ref": purl, "name": name, "purl": purl, "licenses": [{"expression": licence}]}
    components.append(component | ({"version": version} if version else {}) | more)
    (licences / f"{name}.txt").write_text(text)


# Swift: its static libraries.
toolchain = pathlib.Path(shutil.which("swift")).resolve().parent.parent
swift = re.search(r"Swift version (\S+)", run("swift", "--version"))[1]
terms = read(toolchain, "share/swift/LICENSE.txt")
for name, library in {
    "swift": "libswiftCore.a",
    "swift-corelibs-libdispatch": "libdispatch.a",
    "swift-corelibs-foundation": "libFoundation.a",
    "swift-foundation": "libFoundationEssentials.a",
}.items():
    file = toolchain / "lib/swift_static/linux" / library
    add(name, swift, f"github/swiftlang/{name}", "Apache-2.0 WITH Swift-exception", terms, hashes=hashes(file))
add("swift-collections", None, "github/apple/swift-collections", "Apache-2.0 WITH Swift-exception", terms)
icu = re.search(rb"icudt(\d+)l", (folder / "bin/stroma").read_bytes())[1].decode()
add("icu", icu, "github/unicode-org/icu", "Unicode-3.0", read(".ci/icu-licence.txt"))

# Packages of Package.swift of which a module is linked.
modules = set(re.findall(r"/([^/\n]+)\.build/", read(build, "release/stroma.product/Objects.LinkFileList")))
checkouts = {}
for pin in json.loads(read("Package.resolved"))["pins"]:
    place = re.sub(r"^https://|\.git$", "", pin["location"])
    checkout = checkouts[place] = build / "checkouts" / pathlib.Path(place).name
    if not any((checkout / "Sources" / module).is_dir() or (checkout / module).is_dir() for module in modules):
        continue
    text = read(next(checkout.glob("LICENSE*")))
    licence = "Apache-2.0" if "Apache License" in text else "MIT" if "free of charge" in text else None
    if licence is None: sys.exit(f"{place}: the licence is neither Apache-2.0 nor MIT")
    if "Runtime Library Exception" in text: licence += " WITH Swift-exception"
    text += "".join(notice.read_text() for notice in checkout.glob("NOTICE*"))
    tree = {"name": "git:tree", "value": run("git", "-C", str(checkout), "rev-parse", "HEAD^{tree}")}
    add(checkout.name, pin["state"]["version"], f"swift/{place}", licence, text, properties=[tree])

# What these packages hold of others.
crypto, yams = checkouts["github.com/apple/swift-crypto"], checkouts["github.com/jpsim/Yams"]
boring = re.search(r"[0-9a-f]{40}", read(crypto, "Sources/CCryptoBoringSSL/hash.txt"))[0]
add("boringssl", boring, "github/google/boringssl", "Apache-2.0", read("/usr/share/common-licenses/Apache-2.0"))
keccak = [read(crypto, "Sources/CXKCP/FIPS202-opt64", file) for file in ("KeccakSponge.h", "brg_endian.h")]
keccak = "\n".join(re.search(r"/\*(.*?)\*/", text, re.S)[1] for text in keccak)
add("xkcp", None, "github/xkcp/xkcp", "CC0-1.0 AND Brian-Gladman-3-Clause", keccak)
mit = re.search(r"Permission is hereby.*", read(yams, "LICENSE"), re.S)[0]
owners = "Copyright (c) 2017-2020 Ingy döt Net\nCopyright (c) 2006-2016 Kirill Simonov\n\n"
add("libyaml", None, "github/yaml/libyaml", "MIT", owners + mit)

# Static libraries of Debian.
expressions = {"libblas": "BSD-3-Clause", "liblapack": "BSD-3-Clause", "libsqlite3": "blessing"}
for file in map(pathlib.Path, sys.argv[3:]):
    package = run("dpkg", "-S", str(file)).split(":")[0]
    version = run("dpkg-query", "-W", "-f", "${Version}", package + ":amd64")
    licence = expressions.get(file.stem, "GPL-3.0-or-later WITH GCC-exception-3.1")
    text = read("/usr/share/doc", package, "copyright")
    if "GPL" in licence: text += "\n" + read("/usr/share/common-licenses/GPL-3")
    add(package, version, f"deb/debian/{urllib.parse.quote(package)}", licence, text, hashes=hashes(file))

# What reports are drawn with.
charts = read("Sources/CPage/parts/licences.txt")
for name, version in re.findall(r"(Vega[-\w]*) ([\d.]+\d)", charts.split("\n")[0]):
    add(name.lower(), version, f"npm/{name.lower()}", "BSD-3-Clause", charts)
add("d3", None, "npm/d3", "ISC", charts)

commit = run("git", "rev-parse", "HEAD")
time = datetime.datetime.fromtimestamp(int(run("git", "show", "-s", "--format=%ct")), datetime.timezone.utc)
version = run(str(folder / "bin/stroma"), "--version")
components.sort(key=lambda component: component["name"])
sbom = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, commit)}",
    "version": 1,
    "metadata": {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "component": {
            "type": "application",
            "bom-ref": "stroma",
            "name": "stroma",
            "version": version,
            "licenses": [{"expression": "Apache-2.0"}],
            "hashes": hashes(folder / "bin/stroma"),
            "properties": [{"name": "git:commit", "value": commit}],
        },
    },
    "components": components,
    "dependencies": [{"ref": "stroma", "dependsOn": [component["bom-ref"] for component in components]}],
}
(folder / "sbom.cdx.json").write_text(json.dumps(sbom, indent=2, ensure_ascii=False) + "\n")
