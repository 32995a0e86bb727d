"""Signing in, tokens, devices: who gets in, with what, and until when."""

import time

import pytest
from sqlalchemy import select

from sync.contract.clock import new_id
from sync.contract.errors import AppError, Code
from sync.contract.wire import SignInRequest
from sync.server.passwords import Passwords, new_password, new_token
from sync.server.people import list_devices, revoke_device, user_of
from sync.server.schema import CREDENTIAL, TOKEN
from tests.helpers.direct_office import DirectOffice
from tests.server.desk import PASSWORD, Desk, Laptop


def request(login: str = "ana", password: str = PASSWORD, client_id: str | None = None) -> SignInRequest:
    return SignInRequest(login=login, password=password, client_id=client_id or new_id(), device="laptop", schema=1)


def refusal(desk: Desk, asked: SignInRequest) -> Code:
    with pytest.raises(AppError) as refused:
        DirectOffice(desk.office).sign_in(asked)
    return refused.value.code


def test_sign_in_tells_who_one_is_and_where(desk: Desk) -> None:
    user = desk.user("ana", territories=("North",))

    answer = DirectOffice(desk.office).sign_in(request())

    assert (answer.user_id, answer.login, answer.role) == (user, "ana", "rep")
    assert (answer.organisation, answer.currency) == ("Roundsman", "CNY")
    assert len(answer.token) >= 43


def test_name_will_do_where_only_one_user_has_it(desk: Desk) -> None:
    first, second = desk.user("ana.li"), desk.user("ana.wu")
    with desk.log.writing() as writer:
        writer.patch("user", first, {"name": "Ana Li"})
        writer.patch("user", second, {"name": "Ana Wu"})

    answer = DirectOffice(desk.office).sign_in(request("Ana Wu"))

    with desk.log.writing() as writer:
        assert user_of(writer, "ana wu") == second
        writer.patch("user", first, {"name": "Ana Wu"})
    assert answer.user_id == second
    assert refusal(desk, request("Ana Wu")) is Code.SIGN_IN_REFUSED


@pytest.mark.parametrize("wrong", ["", "wrong", PASSWORD.upper(), f"{PASSWORD} ", "\0", "密码"])
def test_wrong_password_is_refused(desk: Desk, wrong: str) -> None:
    desk.user("ana")

    assert refusal(desk, request(password=wrong)) is Code.SIGN_IN_REFUSED


@pytest.mark.parametrize("login", ["", "nobody", "an", "ana' OR 1=1 --", "\0"])
def test_unknown_name_is_refused_like_a_wrong_password(desk: Desk, login: str) -> None:
    desk.user("ana")

    assert refusal(desk, request(login=login)) is Code.SIGN_IN_REFUSED


def test_unknown_name_costs_as_much_work_as_a_wrong_password() -> None:
    passwords = Passwords()
    stored = passwords.hash("secret")

    known, unknown = (min(_work(passwords, one) for _ in range(3)) for one in (stored, None))

    assert 1 / 3 < unknown / known < 3


def _work(passwords: Passwords, stored: str | None) -> float:
    """Give how many processor seconds a wrong password takes, whatever else the machine does."""
    begun = time.thread_time()
    assert not passwords.matches(stored, "wrong")
    return time.thread_time() - begun


def test_user_who_is_disabled_cannot_sign_in_nor_go_on(desk: Desk, ana: Laptop) -> None:
    with desk.writing() as writer:
        writer.patch("user", ana.user, {"active": False})

    assert refusal(desk, request()) is Code.SIGN_IN_REFUSED
    for ask in (ana.hello, ana.pull, ana.counts, ana.first_sync):
        with pytest.raises(AppError) as refused:
            ask()
        assert refused.value.code is Code.SIGN_IN_ENDED


def test_user_who_is_enabled_again_goes_on_with_the_same_token(desk: Desk, ana: Laptop) -> None:
    for active in (False, True):
        with desk.writing() as writer:
            writer.patch("user", ana.user, {"active": active})

    ana.pull()

    assert ana.value("user", ana.user, "active") is True


def test_device_that_is_revoked_is_refused_and_the_others_go_on(desk: Desk, ana: Laptop) -> None:
    other = desk.device("ana", ana.user)

    revoke_device(desk.log, ana.client_id[-8:])

    with pytest.raises(AppError) as refused:
        ana.hello()
    assert refused.value.code is Code.SIGN_IN_ENDED
    other.hello()
    assert {each.id: each.signed_in for each in list_devices(desk.log)} == {
        ana.client_id: False,
        other.client_id: True,
    }


def test_device_that_was_revoked_may_sign_in_anew(desk: Desk, ana: Laptop) -> None:
    revoke_device(desk.log, ana.client_id)

    answer = DirectOffice(desk.office).sign_in(request(client_id=ana.client_id))

    assert answer.token != ana.token


def test_sign_in_of_the_same_device_ends_its_earlier_token(desk: Desk, ana: Laptop) -> None:
    DirectOffice(desk.office).sign_in(request(client_id=ana.client_id))

    with pytest.raises(AppError) as refused:
        ana.hello()
    assert refused.value.code is Code.SIGN_IN_ENDED


def test_device_of_another_user_is_refused(desk: Desk, ana: Laptop) -> None:
    desk.user("eve")

    assert refusal(desk, request("eve", client_id=ana.client_id)) is Code.WRONG_USER


def test_sign_out_ends_the_token(ana: Laptop) -> None:
    ana.office.sign_out()

    with pytest.raises(AppError) as refused:
        ana.hello()
    assert refused.value.code is Code.SIGN_IN_ENDED


def test_database_holds_neither_passwords_nor_tokens(desk: Desk, ana: Laptop) -> None:
    with desk.log.storage.reading() as connection:
        stored = list(connection.scalars(select(CREDENTIAL.c.password)))
        hashes = list(connection.scalars(select(TOKEN.c.hash)))

    assert all(each.startswith("$argon2id$") and PASSWORD not in each for each in stored)
    assert all(ana.token.encode() not in bytes(each) and len(each) == 32 for each in hashes)


def test_made_passwords_and_tokens_are_never_the_same() -> None:
    assert len({new_password() for _ in range(200)} | {new_token() for _ in range(200)}) == 400
