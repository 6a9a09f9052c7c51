"""What carries messages inside the world: links, lines, routers."""
