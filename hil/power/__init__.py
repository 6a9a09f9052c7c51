"""What a terminal runs on, and how it is cut: relay boards, commands, robots, processes."""
