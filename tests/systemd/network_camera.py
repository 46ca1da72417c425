"""A camera in the network: the demo clip over and over as Motion JPEG, from this machine: `network_camera.py PORT`."""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2

from edge.capture.opening import open_source


class Camera(BaseHTTPRequestHandler):
    """Fifteen frames a second to whoever asks, until that one hangs up."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        while True:
            with open_source("demo") as clip:
                while (frame := clip.read()) is not None:
                    data = cv2.imencode(".jpg", frame.grey)[1].tobytes()
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                    self.wfile.write(head.encode() + data + b"\r\n")
                    time.sleep(1 / 15)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Camera).serve_forever()
