"""The part of the JSON API that follows relations."""

from typing import Any

from flask import Blueprint, jsonify

from tocsin.members.access import Principal
from tocsin.members.roles import READ
from tocsin.web.api import proven
from tocsin.web.following import followed
from tocsin.web.related import told
from tocsin.web.trails import told_money

pages = Blueprint("api_related", __name__, url_prefix="/api/v1")


@pages.get("/indicators/<collection_id>/<stix_id>/related")
@proven(READ)
def related(principal: Principal, collection_id: str, stix_id: str) -> Any:
    """What is joined to an indicator, in every collection that the asking member reads it in."""
    found = followed(principal, collection_id, stix_id)
    return jsonify(**told(found.around), money=told_money(found.money))
