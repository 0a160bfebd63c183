-- One reference can come with two amounts: a wrong one first, then the right one.
CREATE TABLE late_payment_by_amount (
  order_id     TEXT    NOT NULL,
  reference    TEXT    NOT NULL,
  amount_minor INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (order_id, reference, amount_minor)
);
INSERT INTO late_payment_by_amount SELECT order_id, reference, amount_minor, at FROM late_payment;
DROP TABLE late_payment;
ALTER TABLE late_payment_by_amount RENAME TO late_payment;
