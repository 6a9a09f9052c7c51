"""Machines as actors in a SimPy world: links, hosts, banks, merchants, and a scenario's story."""
