"""The door as the settings have it."""

from domain.actors import Actor
from domain.enums import GlobalRole
from graph.identity.claims import Terms
from graph.identity.door import Door
from graph.identity.keys import Keys, KeySet, SharedSecret
from graph.identity.sources import KeyFile, KeyUrl
from graph.identity.tokens import Tokens
from graph.settings import Settings


def door(settings: Settings) -> Door:
    if settings.demo_mode:
        return Door(tokens=None, demo=Actor(settings.demo_user_id, roles=frozenset({GlobalRole.ADMIN})))
    return Door(Tokens(_keys(settings), terms(settings)))


def terms(settings: Settings) -> Terms:
    return Terms(
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        leeway=settings.token_leeway,
        user_claim=settings.token_user_claim,
        roles_claim=settings.token_roles_claim,
    )


def key_source(jwks: str, seconds: int) -> KeyFile | KeyUrl:
    return KeyUrl(jwks, seconds) if "://" in jwks else KeyFile(jwks)


def _keys(settings: Settings) -> Keys:
    if settings.jwks is not None:
        return KeySet(key_source(settings.jwks, settings.jwks_seconds))
    if settings.token_secret is None:
        raise ValueError("outside demo mode PARTNER_GRAPH_TOKEN_SECRET or PARTNER_GRAPH_JWKS is needed")
    return SharedSecret(settings.token_secret.get_secret_value())
