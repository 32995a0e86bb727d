"""Records that left this user's sight while own edits of them were under way: no receipt brings them back."""

from sync.contract.errors import Code
from sync.contract.wire import Gone, Outcome, Receipt
from tests.store.laptops import Laptop, account_row, page, row

HERE = "01900000-0000-7000-8000-000000000001"
THERE = "01900000-0000-7000-8000-000000000002"
CONTACT = "01900000-0000-7000-8000-000000000003"


def test_record_that_left_does_not_come_back_when_its_own_move_is_refused(laptop: Laptop) -> None:
    contact = row("contact", CONTACT, 10, scope=HERE, name="王芳", account=HERE)
    laptop.replica.take_page(page(account_row(HERE, 10), account_row(THERE, 10), contact, seq=10))
    laptop.change("contact", CONTACT, account=THERE)
    (mutation,) = laptop.outbox()
    laptop.replica.take_page(page(seq=11, gone=(Gone(type="contact", id=CONTACT),)))

    refused = Receipt(
        mutation=mutation.id, outcome=Outcome.REJECTED, missing=True, code=Code.RECORD_DELETED, data={}, fields={}
    )
    laptop.replica.take_receipts([refused])

    assert laptop.table("SELECT scope, hidden, account FROM contacts") == [("", 1, HERE)]
    assert laptop.ids("contact") == []
