"""Invented names. The companies, products and customers in here do not exist."""

from dataclasses import dataclass

SHOWCASE = "Tidewren Robotics"

FIRST = (
    "Brindlewick",
    "Cobaltine",
    "Quillmere",
    "Tessarund",
    "Vantholm",
    "Oakrune",
    "Lumensford",
    "Farrowgate",
    "Marlowind",
    "Sablecrest",
    "Ombrelake",
    "Pinegrave",
    "Ravelstoke",
    "Silverquay",
    "Thornwater",
    "Umberfall",
    "Wexmoor",
    "Yarrowlea",
    "Zephyrine",
    "Ashkettle",
    "Bramblethorpe",
    "Cinderhollow",
    "Dovecoat",
    "Eskerly",
    "Fennwick",
    "Glimmerbeck",
    "Hazelrigg",
    "Inkerfell",
    "Juniperow",
    "Kelpstone",
    "Larkspire",
    "Mistlebrook",
    "Nettleford",
    "Orrinshaw",
    "Peatmarsh",
    "Quarrenby",
    "Rookhaven",
    "Saltersby",
    "Tarnwhistle",
    "Ullinor",
    "Veldrake",
    "Willowmarch",
    "Yewbarrow",
    "Amberlynd",
    "Birchmantle",
)
SECOND = (
    "Systems",
    "Analytics",
    "Cloudworks",
    "Labs",
    "Software",
    "Data",
    "Consulting",
    "Security",
    "Digital",
    "Networks",
    "Intelligence",
    "Platforms",
    "Logic",
    "Dynamics",
    "Technologies",
    "Works",
    "Partners",
    "Interactive",
    "Foundry",
    "Group",
)

COUNTRIES = ("DE", "US", "GB", "NL", "SE", "FR", "CA", "AU", "SG", "IN", "JP", "BR", "ES", "IE", "US", "PL")
REGIONS = ("EMEA", "North America", "DACH", "Nordics", "APJ", "LATAM", "UK and Ireland")
MARKETPLACE_TYPES = ("saas", "saas", "container", "ami", "data", "professional_services", "ai_agent")
CUSTOMERS = (
    "Harrowdene Foods",
    "Castellan Freight",
    "Bellweather Clinics",
    "Ironmoss Utilities",
    "Greyfinch Bank",
    "Solvane Retail",
    "Northquay Insurance",
    "Pellucid Air",
    "Drumlin Energy",
    "Orchardway Schools",
    "Copperline Rail",
    "Vesperton Media",
    "Mossgate Pharma",
    "Kilnbrook Steel",
    "Anchorleigh Shipping",
    "Fernhollow Housing",
)
CONTACTS = (
    "Ada Vexley",
    "Bram Holloway-Finch",
    "Ciara Nethercott",
    "Dmitri Valkenrood",
    "Elspeth Marchbanks",
    "Femi Adewunmi-Crane",
    "Greta Sundquill",
    "Hiro Tanemori",
    "Inez Carrowmore",
    "Jonas Wetherill",
    "Kaya Brightwater",
    "Luca Pennavaria",
)


@dataclass(frozen=True, slots=True)
class Industry:
    name: str
    does: str
    products: tuple[str, ...]


INDUSTRIES = (
    Industry(
        "Robotics",
        "orchestrates mixed fleets of warehouse robots",
        ("FleetMind", "PickPath", "DockSight", "Edge Pilot"),
    ),
    Industry(
        "Cybersecurity",
        "finds and closes exposed cloud identities",
        ("IdentityGuard", "KeyWarden", "PostureScan", "Trailhound"),
    ),
    Industry(
        "Financial services",
        "reconciles payments across ledgers in minutes",
        ("LedgerBridge", "RiskLoom", "PayTrace", "Audit Desk"),
    ),
    Industry(
        "Healthcare",
        "turns clinical notes into coded, billable records",
        ("CareCoder", "ClinicFlow", "ConsentVault", "TrialMatch"),
    ),
    Industry(
        "Data and analytics",
        "keeps a company's metrics in one governed layer",
        ("MetricHub", "LakeSteward", "QueryCast", "Lineage"),
    ),
    Industry("Retail", "forecasts demand per shelf and store", ("ShelfSense", "DemandCast", "BasketIQ", "ReturnFlow")),
    Industry(
        "Energy",
        "balances solar parks and batteries against the market",
        ("GridBalance", "WattCast", "TurbineCare", "CarbonBook"),
    ),
    Industry(
        "Logistics",
        "plans routes and predicts arrival times",
        ("RouteForge", "ArrivalCast", "YardView", "CustomsClear"),
    ),
    Industry(
        "Cloud consulting",
        "moves regulated workloads to AWS",
        ("Migration Factory", "Landing Zone Kit", "FinOps Review", "Well-Architected Sprint"),
    ),
    Industry(
        "Developer tools",
        "shortens the way from commit to production",
        ("ReleaseTrain", "TestHarbor", "FlagDeck", "TraceLens"),
    ),
    Industry(
        "Education", "adapts course material to each learner", ("LearnPath", "ExamRoom", "CampusDesk", "SkillGraph")
    ),
    Industry(
        "Manufacturing",
        "predicts machine failures from vibration data",
        ("VibraSense", "LineTwin", "ScrapWatch", "ShiftBoard"),
    ),
)

PLAN_GOALS = (
    "List the first product on AWS Marketplace",
    "Close the first private offer",
    "Reach 20 co-sell opportunities in ACE",
    "Grow Marketplace revenue to a third of new bookings",
    "Pass the Foundational Technical Review",
    "Enter the public-sector market with AWS",
)


def company_names(count: int) -> list[str]:
    """The same order for every count, so that a larger data set begins like a smaller one."""
    # Each first word once before any comes again: neighbours in a list should not look like subsidiaries.
    spread = [
        f"{first} {SECOND[(turn + place) % len(SECOND)]}"
        for turn in range(len(SECOND))
        for place, first in enumerate(FIRST)
    ]
    names = [SHOWCASE, *spread]
    return [names[n] if n < len(names) else f"{names[n % len(names)]} {n // len(names) + 1}" for n in range(count)]


def slug(name: str) -> str:
    return "-".join(name.lower().split())
