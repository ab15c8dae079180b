"""The office's keys: made once, read by their owner only, the same for every device of a unit, told at enrolment."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hubs import HubProcess, laptop, note
from pyrage import decrypt, encrypt, x25519
from starting import Started

from fieldlog.book.device import is_signed
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.office.keys import FILE, load_keys, make_keys
from fieldlog.sync.http import sync_http
from fieldlog.sync.office_keys import load_trust


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path):
    folder = tmp_path / "office-keys"
    keys, made = make_keys(folder)
    again, made_again = make_keys(folder)
    assert (made, made_again) == (True, False)
    assert keys.public == again.public
    assert is_signed(again.public.signing_key, keys.sign(b"receipt"), b"receipt")
    if sys.platform != "win32":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_programs_that_start_at_once_make_the_same_keys(tmp_path: Path):
    make = (
        "import sys, pathlib; from fieldlog.office.keys import make_keys; "
        "print(make_keys(pathlib.Path(sys.argv[1]))[0].public.key_id)"
    )
    started = [
        Started([sys.executable, "-c", make, str(tmp_path / "office-keys")], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert len({process.communicate(timeout=60)[0] for process in started}) == 1


def test_a_unit_has_one_key_and_no_other_units_opens_what_is_encrypted_to_it(tmp_path: Path):
    keys, _ = make_keys(tmp_path / "office-keys")
    identity = x25519.Identity.from_str(keys.unit_identity("houye"))  # age itself checks how it is written
    assert keys.unit_identity("houye") == load_keys(tmp_path / "office-keys").unit_identity("houye")
    sealed = encrypt(b"pack", [identity.to_public()])
    assert decrypt(sealed, [identity]) == b"pack"
    with pytest.raises(Exception, match="matching"):
        decrypt(sealed, [x25519.Identity.from_str(keys.unit_identity("qianye"))])


def test_damaged_keys_are_left_alone_and_named(tmp_path: Path):
    make_keys(tmp_path / "office-keys")
    file = tmp_path / "office-keys" / FILE
    file.write_text(file.read_text("utf-8").replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1Q"), "utf-8")
    damaged = file.read_bytes()
    with pytest.raises(EnvironmentFault, match="备份"):
        make_keys(tmp_path / "office-keys")
    assert file.read_bytes() == damaged


def test_a_device_learns_the_offices_keys_when_it_enrols_and_when_they_change(tmp_path: Path):
    with HubProcess(tmp_path) as hub, laptop(tmp_path, "houye-01") as book:
        note(book, "一")
        sync_http(book, hub.url, hub.code("houye"))
        trust = load_trust(book.folder)
        assert trust is not None
        assert trust.public == hub.parts.keys.public
        assert trust.unit_identity == hub.parts.keys.unit_identity("houye")
        file = book.folder / "keys" / "office.toml"
        if sys.platform != "win32":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.unlink()
        sync_http(book, hub.url)
        assert load_trust(book.folder) == trust
