"""What terminals, networks, hosts and banks do; no operating system, no wall clock."""
