"""The engine ``speakeasy``: drivers in an emulator for analysts of malware."""
