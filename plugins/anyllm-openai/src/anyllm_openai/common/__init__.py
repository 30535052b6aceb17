"""What both wires of this distribution share."""
