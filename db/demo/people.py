"""The people of the programme, and who may see which company."""

from datetime import timedelta
from random import Random

from db.demo.world import Row, World
from db.tables import CompanyMember, User
from domain.enums import MemberRole

MAIL = "partner-graph.example"
MANAGERS = ("Mara Lindqvale", "Tobin Ashgrove", "Ilse Vantongeren", "Priya Kestrelson", "Noor Halvaren", "Caspian Rook")
SELLERS = ("Juno Merrivane", "Otto Brackenfield", "Selma Quist-Oyelo", "Rafe Dunmarrow")
DANA, LEE, SYSTEM = 1, 12, 13
LEES_COMPANY = 2

NAMES = ("Dana Demo", *MANAGERS, *SELLERS, "Lee Limited", "Partner Graph System")
MANAGER_IDS = tuple(range(2, 2 + len(MANAGERS)))
SELLER_IDS = tuple(range(2 + len(MANAGERS), 2 + len(MANAGERS) + len(SELLERS)))


def hire(world: World) -> None:
    hired = world.now - timedelta(days=430)
    for name in NAMES:
        world.add(User, name=name, email=f"{_mailbox(name)}@{MAIL}", created_at=hired, updated_at=hired)


def team_for(rng: Random, number: int) -> list[int]:
    """The owner first. Dana owns only the showcase: as an administrator she needs no membership to see the rest."""
    owner = DANA if number == 1 else MANAGER_IDS[number % len(MANAGER_IDS)]
    return [owner, SELLER_IDS[number % len(SELLER_IDS)], rng.choice([user for user in MANAGER_IDS if user != owner])]


def enrol(world: World, company: Row, team: list[int]) -> None:
    members = dict(zip(team, (MemberRole.OWNER, MemberRole.EDITOR, MemberRole.EDITOR), strict=True))
    if company["id"] % 3 == 0:
        members[next(user for user in SELLER_IDS if user not in team)] = MemberRole.VIEWER
    if company["id"] == LEES_COMPANY:
        members[LEE] = MemberRole.VIEWER
    for user_id, role in members.items():
        world.add(CompanyMember, company_id=company["id"], user_id=user_id, role=role, created_at=company["created_at"])


def _mailbox(name: str) -> str:
    first, *_, last = name.split()
    return (last if last == "System" else first).lower()
