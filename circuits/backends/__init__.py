"""Running plans on machines and simulators: tickets, records, and one adapter per platform."""
