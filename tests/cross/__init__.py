"""One conversation over all wires."""
