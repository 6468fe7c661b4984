"""All state machines, in the order in which they are drawn."""

from domain import blockers, stages
from domain.machines import Machine

MACHINES: tuple[Machine, ...] = (stages.MACHINE, blockers.MACHINE)
