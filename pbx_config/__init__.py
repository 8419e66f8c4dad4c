"""What the PBX does: model, rendering, plan, apply; Asterisk's runtime; AMI and live state."""
