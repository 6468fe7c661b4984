"""All state machines, in the order in which they are drawn."""

from domain import blockers, launch, mdf, stages, tasks
from domain.machines import Machine

MACHINES: tuple[Machine, ...] = (stages.MACHINE, launch.MACHINE, tasks.MACHINE, blockers.MACHINE, mdf.MACHINE)
