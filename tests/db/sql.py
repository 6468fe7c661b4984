"""Plain SQL in tests, without ceremony."""

from typing import Any

from sqlalchemy import Row, inspect
from sqlalchemy.ext.asyncio import AsyncEngine


async def run(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def rows(engine: AsyncEngine, query: str) -> list[Row[Any]]:
    async with engine.connect() as connection:
        return list(await connection.exec_driver_sql(query))


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
