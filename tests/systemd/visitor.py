"""Somebody at the page, who waits for no answer longer than a person would: `visitor.py URL TOKEN PHOTO`.

Prints as JSON what the live view says, how its picture begins, and what was found in the photo.
"""

import json
import struct
import sys
import urllib.request
from pathlib import Path

PATIENCE = 60.0
"""Seconds for one answer."""


def ask(url: str, token: str, data: bytes | None = None) -> bytes:
    request = urllib.request.Request(url, data, {"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return answer.read()


def main(url: str, token: str, photo: str) -> None:
    picture, number = b"", -1
    while not picture:  # the camera may not have been opened yet
        answer = ask(f"{url}/live?viewer=test&after={number}", token)
        if answer:
            (length,) = struct.unpack_from(">I", answer)
            facts, picture = json.loads(answer[4 : 4 + length]), answer[4 + length :]
            number = facts["number"]
    found = json.loads(ask(f"{url}/photo", token, Path(photo).read_bytes()))
    print(json.dumps({"state": facts["state"], "begins": picture[:3].hex(), "faces": len(found["faces"])}))


if __name__ == "__main__":
    main(*sys.argv[1:])
