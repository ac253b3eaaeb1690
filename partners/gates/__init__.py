"""The partners' rules (P1 to P5, agents, API applications). No writes, and nothing is asked over the network."""

from partners.gates import qualification as qualification
