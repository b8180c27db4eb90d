"""What a request to a driver came to."""

from typing import Any

from ntbuild.support.values import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, information, the bytes of the output buffer."""

    status: int
    information: int = 0
    output: bytes = b""

    def to_json(self, request: str) -> dict[str, Any]:
        """As an entry of the stage ``served``."""
        return {
            "request": request,
            "status": f"{self.status:#010x}",
            "information": self.information,
            "output": self.output.hex(),
        }
