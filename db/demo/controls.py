"""The controls of the two kinds of compliance report."""

from dataclasses import dataclass

from domain.enums import Severity


@dataclass(frozen=True, slots=True)
class Control:
    id: str
    title: str
    severity: Severity
    finding: str
    template: str | None = None


S = Severity
LISTING = (
    Control(
        "LST-01", "Product title and logo meet the guidelines", S.LOW, "Logo is 96 px wide.", "fix-listing-branding"
    ),
    Control("LST-02", "Long description is complete and factual", S.MEDIUM, "Unsupported claim.", "fix-listing-copy"),
    Control("LST-03", "EULA is attached and readable", S.HIGH, "Link to the EULA is broken.", "fix-eula-link"),
    Control(
        "LST-04", "Usage instructions work in a clean account", S.HIGH, "IAM policy is missing.", "fix-usage-guide"
    ),
    Control("LST-05", "No known critical vulnerability in the artefact", S.CRITICAL, "CVE in a base image."),
    Control("LST-06", "Metering records arrive within the hour", S.CRITICAL, "No records in 24 hours."),
    Control("LST-07", "Support contact answers", S.MEDIUM, "Mail bounced.", "fix-support-section"),
    Control("LST-08", "Pricing dimensions have clear descriptions", S.LOW, "Two are alike.", "fix-pricing-copy"),
)
FTR = (
    Control("FTR-ACC-01", "Root user is protected by MFA", S.CRITICAL, "No MFA on one account."),
    Control(
        "FTR-IAM-02", "No long-lived access keys", S.HIGH, "Three keys older than 90 days.", "fix-key-rotation-plan"
    ),
    Control("FTR-BAR-01", "Backups are restored in a test", S.HIGH, "No record of a restore.", "fix-restore-runbook"),
    Control("FTR-LOG-03", "CloudTrail covers all regions", S.MEDIUM, "Two regions missing.", "fix-logging-baseline"),
    Control(
        "FTR-NET-01", "Security groups restrict inbound traffic", S.HIGH, "Port 22 is open.", "fix-network-baseline"
    ),
    Control(
        "FTR-INC-01", "Incident runbook exists and is rehearsed", S.MEDIUM, "Last rehearsal unknown.", "fix-runbook"
    ),
    Control("FTR-SUP-02", "AWS Business Support is active", S.LOW, "Developer plan found."),
)
KINDS = {"listing": LISTING, "ftr": FTR}
