"""The crash, fault and tamper harness behind `scripts/torture`."""
