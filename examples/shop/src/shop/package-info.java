/**
 * An example shop: Doorbuster's calls in, signed answers and its own orders, stock and payments
 * out. Read {@link shop.Shop} first; each other class is one duty of a shop.
 */
package shop;
