"""A board in an emulator: its power, its memory, its four plugs; knows no till and no message of the host."""
