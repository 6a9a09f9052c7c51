"""The same world at wall-clock time: live clock, ports, host and device processes."""
