"""How programmes in tests run."""

from typing import Any

from shared.policies import Policy


def a_policy(**changes: Any) -> Policy:
    """How a programme like these runs; `changes` replace whole parts."""
    parts: dict[str, Any] = {
        "ground_rules": {
            "version": 1,
            "mentee": [
                "Write as you would talk to a teacher you like.",
                "Keep telephone numbers to yourself.",
            ],
            "mentor": ["Write at least once a week.", "Pass on any worry the same day."],
            "staff": ["Read what is held within one working day."],
        },
        "help": [
            {
                "name": "Emergency services",
                "about": "If you or somebody else is in danger now.",
                "phone": "999",
                "emergency": True,
            },
            {
                "name": "Somebody to listen",
                "about": "Free, day and night.",
                "url": "https://help.example.org",
            },
        ],
        "moderation": {
            "mode": "filtered",
            "claim_minutes": 10,
            "hand_over_minutes": 60,
            "review_within": {
                severity: {"minutes": 24 * 60} for severity in ("low", "medium", "high", "immediate")
            },
            "leads_told_after": {"minutes": 120},
        },
        "escalation": {
            "ranks": [{"roles": ["safeguarding_lead"]}, {"roles": ["safeguarding_lead", "coordinator"]}],
            "acknowledge_within": {
                "low": {"minutes": 240},
                "medium": {"minutes": 120},
                "high": {"minutes": 30},
                "immediate": {"minutes": 10},
            },
        },
        "working_time": {
            "days": {
                day: {"opens": "09:00", "closes": "17:00"}
                for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
            },
        },
        "reply_promise": "within one working day",
    }
    return Policy.model_validate(parts | changes)


def an_own_rule(**changes: Any) -> dict[str, Any]:
    """A programme's own rule as its policy holds it: where two may not carry on talking."""
    rule: dict[str, Any] = {
        "id": "treehouse",
        "category": "offplatform",
        "severity": "medium",
        "phrases": ["the treehouse"],
        "unless": [],
        "sentence": "Please stay here rather than in the treehouse.",
        "note": "Our old forum, which nobody looks after any more.",
        "examples": ["Shall we carry on in the treehouse?"],
        "not_examples": ["We built a tree house in the garden."],
    }
    return rule | changes
