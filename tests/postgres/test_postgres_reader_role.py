"""The reader role reads what is published; it can neither write nor look elsewhere."""

from __future__ import annotations

import psycopg
import pytest
from postgres_deployment import DAY, Deployment
from psycopg import errors

from orchestration.publish.postgres import TargetError

pytestmark = pytest.mark.postgres

FORBIDDEN = [
    "insert into patron.seg_summary values ('x', now(), 1)",
    "update patron.seg_customer set note = 'x'",
    "delete from patron.seg_customer",
    "drop view patron.seg_customer",
    "comment on view patron.seg_customer is 'x'",
    "create view patron.mine as select 1",
    "create table patron.mine (n int)",
    "create table public.mine (n int)",
    "create schema mine",
    "select * from elsewhere.secrets",
    "select * from public.secrets",
    "select * from {version}.seg_customer",
    "set role publisher",
]


def test_it_reads_every_published_view(deployment: Deployment, reader: str) -> None:
    for name in ("seg_customer", "seg_summary", "publication", "publication_table"):
        assert deployment.rows(f"select count(*) > 0 from patron.{name}", reader) == [(True,)]


def test_it_can_do_nothing_else(deployment: Deployment, reader: str) -> None:
    deployment.do("create schema elsewhere")
    deployment.do("create table elsewhere.secrets (n int)")
    deployment.do("create table public.secrets (n int)")
    [version] = deployment.versions()
    allowed = []
    dsn = deployment.server.dsn(deployment.database, reader)
    for statement in FORBIDDEN:
        with psycopg.connect(dsn, autocommit=True) as connection:
            try:
                connection.execute(statement.format(version=version))
            except errors.InsufficientPrivilege:
                continue
            allowed.append(statement)
    assert allowed == []


def test_the_role_itself_cannot_log_in(deployment: Deployment, reader: str) -> None:
    role = deployment.target.reader
    assert deployment.rows(
        "select rolcanlogin, rolsuper, rolcreaterole, rolcreatedb from pg_roles "
        "where rolname = %(role)s",
        role=role,
    ) == [(False, False, False, False)]


@pytest.mark.parametrize(
    ("mischief", "told"),
    [
        ("grant insert on patron.seg_summary to {role}", "may change patron.seg_summary"),
        ("grant usage on schema {version} to {role}", "may enter or create in schema"),
        ("grant create on schema public to {role}", "may enter or create in schema public"),
        ("revoke select on patron.seg_customer from {role}", "may not read patron.seg_customer"),
        ("revoke usage on schema patron from {role}", "may not read patron.publication"),
    ],
)
def test_the_check_tells_when_the_role_may_do_more_or_less(
    deployment: Deployment, reader: str, mischief: str, told: str
) -> None:
    [version] = deployment.versions()
    deployment.do(mischief.format(role=deployment.target.reader, version=version))
    found = " ".join(str(difference) for difference in deployment.differences())
    assert told in found


def test_what_readers_lost_is_granted_again(deployment: Deployment, reader: str) -> None:
    deployment.do(f"revoke select on patron.seg_customer from {deployment.target.reader}")
    assert deployment.sync().action == "repaired"
    assert deployment.differences() == []


def test_a_publisher_without_the_right_to_make_roles_is_told_the_remedy(
    deployment: Deployment,
) -> None:
    deployment.publish(DAY)
    deployment.do("alter role publisher nocreaterole")
    try:
        with pytest.raises(TargetError, match=r'administrator: create role "reader_\d+" nologin'):
            deployment.sync()
    finally:
        deployment.do("alter role publisher createrole")


def test_a_role_name_is_a_name_whatever_it_holds(deployment: Deployment) -> None:
    odd = 'reader"; drop schema patron cascade; --'
    target = type(deployment.target)(deployment.target.address, odd)
    deployment.target = target
    deployment.publish(DAY)
    deployment.sync()
    try:
        assert deployment.differences() == []
    finally:
        deployment.do('drop owned by "reader""; drop schema patron cascade; --"')
        deployment.do('drop role "reader""; drop schema patron cascade; --"')
