"""A page in a headless Chromium, driven by the DevTools protocol over its pipe: no other package.

    with Browser(peers.require("chromium"), folder) as browser:
        page = browser.open(path.as_uri())
        page.click("a[href='#image1']")
        assert page.value("document.querySelector('#image1').open") is True

``--remote-debugging-pipe`` makes Chromium read messages from file descriptor 3 and write them to 4,
each a JSON text that ends with a NUL. Requests have an id, which the answer repeats; everything
else is an event. Source: Chrome DevTools Protocol, "Getting Started".
"""

import base64
import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any, Self

_TIMEOUT = 60.0
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # the continuous build is root in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)


class Page:
    """A tab; messages of its console and errors of its scripts are kept in ``messages``."""

    def __init__(self, browser: "Browser", session: str) -> None:
        self._browser, self._session = browser, session
        self.messages: list[str] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A method of the protocol."""
        return self._browser.call(method, self._session, **parameters)

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited when it is a promise."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def go(self, address: str) -> None:
        """Load an address, and wait until it has loaded."""
        answer = self.call("Page.navigate", url=address)
        assert "errorText" not in answer, answer
        self._browser.wait("Page.loadEventFired", self._session)

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as a mouse does, after scrolling to it."""
        place = self.value(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'}); const r = e.getClientRects()[0];"
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        mouse = {"x": place[0], "y": place[1], "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mousePressed", **mouse)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **mouse)

    def key(self, key: str, code: int, text: str = "") -> None:
        """Press a key, such as ``"Tab", 9`` or ``"Enter", 13, "\\r"``."""
        names = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **names)
        self.call("Input.dispatchKeyEvent", type="keyUp", **names)

    def type(self, text: str) -> None:
        """Text into the element that has the focus."""
        self.call("Input.insertText", text=text)

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + _TIMEOUT
        while not self.value(f"Boolean({expression})"):
            assert time.monotonic() < end, expression
            time.sleep(0.02)

    def close(self) -> None:
        """Close the tab."""
        self.call("Page.close")

    def look(self, width: int, *, is_dark: bool = False, height: int = 900) -> None:
        """The size of the window, and which colours the user prefers."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self, file: Path) -> None:
        """The whole page as a PNG file."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(answer["data"]))


class Browser:
    """A running Chromium with a profile of its own in a folder."""

    def __init__(self, program: str, folder: Path) -> None:
        read, self._write = os.pipe()
        self._read, write = os.pipe()
        command = [program, *_FLAGS, f"--user-data-dir={folder}", "about:blank"]
        # The two ends become 3 and 4 in the child; a shell does that without code after a fork.
        script = f'exec {read}<&{read} 3<&{read} 4>&{write}; exec "$@"'
        self._process = subprocess.Popen(
            ["bash", "-c", script, "browser", *command],
            pass_fds=(read, write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder)},
        )
        os.close(read)
        os.close(write)
        self._rest, self._number = b"", 0
        self._events: list[dict[str, Any]] = []
        self._pages: dict[str, Page] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            self.call("Browser.close")
            self._process.wait(20)
        except (AssertionError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        finally:
            os.close(self._write)
            os.close(self._read)

    def open(self, address: str) -> Page:
        """A new tab with an address that has loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log"):
            page.call(f"{domain}.enable")
        page.go(address)
        return page

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The result of a method of the protocol."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer}"
                result: dict[str, Any] = answer["result"]
                return result
            self._keep(answer)

    def wait(self, event: str, session: str) -> None:
        """Wait for an event of a session, also one that has come already."""
        while True:
            for each in self._events:
                if (each.get("method"), each.get("sessionId")) == (event, session):
                    self._events.remove(each)
                    return
            self._keep(self._message())

    def _keep(self, event: dict[str, Any]) -> None:
        page = self._pages.get(event.get("sessionId", ""))
        method, values = event.get("method"), event.get("params", {})
        if page is not None and method == "Runtime.exceptionThrown":
            page.messages.append(str(values["exceptionDetails"].get("exception", values)))
        elif page is not None and method == "Log.entryAdded":
            page.messages.append(values["entry"]["text"])
        self._events.append(event)

    def _message(self) -> dict[str, Any]:
        end = time.monotonic() + _TIMEOUT
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(end - time.monotonic(), 0))
            assert ready, "the browser does not answer"
            part = os.read(self._read, 1 << 20)
            assert part, "the browser has ended"
            self._rest += part
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message
