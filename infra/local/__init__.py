"""The stack that ships, on this machine: an AWS emulator, the real template, a door to the site, an inbox."""
