"""A certificate for 127.0.0.1 and the authority that vouches for it, made anew for each run."""

from __future__ import annotations

import sys
from pathlib import Path

import trustme


def main(folder: Path) -> None:
    """Write `server.pem` (key and chain) and `ca.pem`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    server = authority.issue_cert("127.0.0.1", "localhost")
    server.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
