"""What a person or a tool reads after a run: text, JSON, JUnit, pcap; computed from the trace."""
