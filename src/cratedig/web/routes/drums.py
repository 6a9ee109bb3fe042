"""Drumming over HTTP: parts in somebody's manner, who is known, who plays alike."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from cratedig.catalogue import styles
from cratedig.create import compose
from cratedig.create.drums.midi import written
from cratedig.create.drums.request import MOST_BARS, MOST_VARIATIONS, PROVIDERS
from cratedig.create.drums.starters import starters
from cratedig.errors import NotFound
from cratedig.music.drums.feel import MOST_SWING, STRAIGHT
from cratedig.music.drums.groove import TEMPI_BPM
from cratedig.music.drums.kit import KITS
from cratedig.understand.lyrics.analyzers import KNOWN
from cratedig.web.access.roles import Role
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp
from cratedig.web.drums import answers
from cratedig.web.drums.shapes import (
    MAX_NAME_CHARS,
    METERS,
    ArtistsAnswer,
    Capabilities,
    GenerateAnswer,
    GenerateRequest,
    SimilarAnswer,
)
from cratedig.web.problems import documented

router = APIRouter(tags=["drums"])

MIDI = "audio/midi"

PathArtist = Annotated[str, Path(min_length=1, max_length=MAX_NAME_CHARS, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


@router.post(
    "/generate",
    response_model=GenerateAnswer,
    responses=documented(400, 403, 404, 413, 422, 503),
    summary="A drum part in somebody's manner, in variations, as MIDI",
)
async def generate(body: GenerateRequest, app: TheApp) -> Response:
    made = await compose.compose(app.studio, body.commission())
    return as_json(await anyio.to_thread.run_sync(answers.shape_of, made))  # 16 variations of 64 bars: 0.5 s


@router.get(
    "/grooves/{groove_id}-{variation}.mid",
    response_class=Response,
    responses={200: {"content": {MIDI: {}}, "description": "A Standard MIDI File"}, **documented(404, 422, 503)},
    summary="A variation that was made, as MIDI",
)
async def groove(
    groove_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    variation: Annotated[int, Path(ge=1, le=MOST_VARIATIONS)],
    app: TheApp,
) -> Response:
    made = await compose.made(app.studio, groove_id)
    if variation > len(made.grooves):
        raise NotFound(f"There are {len(made.grooves)} variations, not {variation}.")
    draw = partial(written, made.grooves[variation - 1], kit=KITS[made.commission.kit], name=made.artist)
    file = await anyio.to_thread.run_sync(draw)
    named = {"Content-Disposition": f'attachment; filename="{made.files[variation - 1].name}"'}
    return Response(file, media_type=MIDI, headers=named)


@router.get(
    "/artists",
    response_model=ArtistsAnswer,
    responses=documented(503),
    summary="Whose playing is known",
)
async def artists(app: TheApp) -> Response:
    async with app.catalogue.begin() as session:
        census = await styles.census(session)
    return as_json({**census, "written": starters()})


@router.get(
    "/similar/{artist:path}",
    response_model=SimilarAnswer,
    responses=documented(404, 422, 503),
    summary="Who plays like an artist",
)
async def similar(artist: PathArtist, app: TheApp, limit: Annotated[int, Query(ge=1, le=50)] = 5) -> Response:
    name, near = await compose.similar(app.studio, artist, limit=limit)
    return as_json({"artist": name, "similar_artists": [{"name": who, "similarity": share} for who, share in near]})


@router.get("/capabilities", response_model=Capabilities, summary="Every allowed value")
async def capabilities(app: TheApp) -> Response:
    return as_json(
        {
            "drums": _drums(await app.studio.providers()),
            "analyzers": list(KNOWN),
            "roles": [role.name.lower() for role in Role],
        }
    )


def _drums(configured: list[str]) -> dict[str, Any]:
    return {
        "providers": PROVIDERS,
        "providers_configured": configured,
        "bars": [1, MOST_BARS],
        "variations": [1, MOST_VARIATIONS],
        "tempo": TEMPI_BPM,
        "time_signatures": METERS,
        "swing": [STRAIGHT, MOST_SWING],
        "kits": list(KITS),
        "artists": starters(),
    }
