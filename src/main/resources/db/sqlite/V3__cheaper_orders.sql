-- A new order costs no index in the order of buyers, which touches a page of its own for each row: a
-- live order is found by its live_key, and only one that is over is indexed by its buyer.
DROP INDEX orders_buyer;
CREATE INDEX orders_over ON orders (sale, buyer, created_at) WHERE live_key IS NULL;
CREATE INDEX orders_sale ON orders (sale, id);

-- Units of PAID orders, so that nobody has to count rows to know; sold less paid are PLACED.
ALTER TABLE sku ADD COLUMN paid INTEGER NOT NULL DEFAULT 0 CHECK (paid >= 0);
UPDATE sku SET paid = (
  SELECT COALESCE(SUM(o.quantity), 0) FROM orders o
    WHERE o.sale = sku.sale AND o.sku = sku.id AND o.status = 'PAID');
