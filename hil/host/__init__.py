"""The live acquirer host, a process of its own."""
