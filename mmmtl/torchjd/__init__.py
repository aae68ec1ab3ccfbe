"""What this package must know of the library TorchJD: its quirks, arguments and state."""
